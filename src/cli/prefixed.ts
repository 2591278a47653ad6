import { styleText } from 'node:util'
import type { LoggedLine } from './line-log.ts'

/** Colours of terminals that stand out on dark and light: one for each name, in turn. */
const COLOURS = ['cyan', 'yellow', 'green', 'magenta', 'blue', 'red'] as const

/**
 * Lines with the name of whoever wrote them before each, aligned. Coloured on a terminal, unless NO_COLOR is set, and wherever
 * FORCE_COLOR is.
 */
export class Prefixed {
  readonly #names: readonly string[]
  readonly #width: number
  readonly #write: (text: string) => void

  constructor(names: readonly string[], write: (text: string) => void = (text) => process.stdout.write(text)) {
    this.#names = [...new Set(names.map(memberOf))]
    this.#width = Math.max(...names.map((name) => name.length))
    this.#write = write
  }

  /** A line of one of them. */
  line({ name, type, text }: LoggedLine): void {
    const colour = COLOURS[Math.max(0, this.#names.indexOf(memberOf(name))) % COLOURS.length] ?? 'cyan'
    this.#write(
      `${styleText(colour, `${name.padEnd(this.#width)} |`)} ${type === 'note' ? styleText('dim', text) : text}\n`,
    )
  }

  /** Something about all of them. */
  say(text: string): void {
    this.#write(`${styleText('bold', text)}\n`)
  }
}

function memberOf(slot: string): string {
  return slot.split('#')[0] ?? slot
}
