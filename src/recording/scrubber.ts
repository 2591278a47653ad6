import type { CommandInput } from '../command.ts'
import type { Command } from '../contracts/command.ts'
import { besides, type Edit, type Rewritten, rewrite, rewriteStream } from '../rewriting.ts'
import { isAfterFlag, REDACTED, type Secret, Secrets } from '../secrets.ts'
import type { Symbols } from './symbols.ts'

/** Makes of what was seen of one command what a recording may keep: no secrets, and symbols instead of paths. */
export class Scrubber {
  readonly #secrets: Secrets
  readonly #symbols: Symbols

  constructor(command: Command, symbols: Symbols, secrets: readonly Secret[]) {
    const redact = (command.notes?.redact ?? []).filter((secret) => secret !== '')
    this.#secrets = new Secrets([...secrets, ...redact], { ...process.env, ...command.env })
    this.#symbols = symbols
  }

  text(text: string): string {
    return rewrite(text, this.#edits)
  }

  line(line: CommandInput): CommandInput {
    if (typeof line === 'string') return this.text(line)
    return line.map((word, index) => (isAfterFlag(line, index) ? REDACTED : this.text(word)))
  }

  /** A stream, piece by piece. Paths in what is no text are left as they are: their length may matter. */
  stream(chunks: readonly Uint8Array[]): Rewritten {
    return rewriteStream(chunks, { text: this.#edits, binary: this.#secrets.edits })
  }

  /** What tells one input from another; `undefined` for none at all. Says nothing about its secrets. */
  digest(chunks: readonly Uint8Array[]): string | undefined {
    const { pieces, binary } = this.stream(chunks)
    const whole = pieces.join('')
    return whole === '' ? undefined : digestOf(Buffer.from(whole, binary ? 'latin1' : 'utf8'))
  }

  readonly #edits = (text: string): readonly Edit[] => besides(this.#secrets.edits(text), this.#symbols.edits(text))
}

/** A digest, as recordings have it. */
export function digestOf(data: string | Uint8Array): string {
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `sha256:${createHash('sha256').update(data).digest('hex')}`
}
