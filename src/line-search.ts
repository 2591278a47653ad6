import type { OutputEntry, OutputType } from './output-log.ts'
import { shown } from './shown.ts'
import { LineCutter, TextPieces } from './text.ts'
import { yesOrNo } from './yes-or-no.ts'

/** Looks through output for the first line that makes a condition true. */
export class LineSearch {
  /** Whether there was one. No line is tried after it. */
  met = false
  readonly #condition: (type: OutputType, line: string) => boolean
  readonly #pieces: TextPieces
  readonly #lines: Readonly<Record<OutputType, LineCutter>> = { out: new LineCutter(), err: new LineCutter() }

  constructor(condition: (type: OutputType, line: string) => boolean, encoding: BufferEncoding) {
    this.#condition = condition
    this.#pieces = new TextPieces(encoding)
  }

  /** Tries the lines that are complete with this piece. */
  hear(entry: OutputEntry): void {
    if (!this.met) this.#try(entry.type, this.#pieces.decode(entry))
  }

  /** Tries the last lines, which have no line end. */
  end(): void {
    for (const type of ['out', 'err'] as const) {
      if (this.met) return
      this.#try(type, this.#pieces.rest(type))
      const last = this.met ? undefined : this.#lines[type].rest()
      if (last !== undefined) this.met = this.#isMet(type, last)
    }
  }

  #try(type: OutputType, text: string): void {
    const lines = this.#lines[type]
    lines.add(text)
    for (let line = lines.next(); line !== undefined && !this.met; line = lines.next()) {
      this.met = this.#isMet(type, line)
    }
  }

  #isMet(type: OutputType, line: string): boolean {
    return yesOrNo(this.#condition(type, line), () => `look for the line ${shown(line)}`)
  }
}
