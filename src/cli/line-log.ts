/** One line of what `rehearsal up` shows. */
export interface LoggedLine {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The slot that it is about. */
  readonly name: string
  /** What it wrote, or what is said of it. */
  readonly type: 'out' | 'err' | 'note'
  readonly text: string
}

/** Which lines somebody wants. */
export interface LineFilter {
  /** A member or one of its instances; all unless given. */
  readonly name?: string | undefined
  /** How many of those that are there: the last ones. */
  readonly count: number
  readonly follow: boolean
}

/** Lines that are kept, and lines that wait for one reader at most. */
const KEPT = 2000

/** The last lines of everybody, and those that come, for any number of readers. */
export class LineLog {
  readonly #lines: LoggedLine[] = []
  readonly #readers = new Set<(line: LoggedLine) => void>()

  add(line: LoggedLine): void {
    this.#lines.push(line)
    if (this.#lines.length > KEPT) this.#lines.shift()
    for (const reader of this.#readers) reader(line)
  }

  /** The last lines, and where that is wanted all that come until `gone`. A reader who is slow misses the oldest ones. */
  async *read({ name, count, follow }: LineFilter, gone: AbortSignal): AsyncGenerator<LoggedLine, void, undefined> {
    const isWanted = (line: LoggedLine) => name === undefined || line.name === name || line.name.split('#')[0] === name
    const waiting = count > 0 ? this.#lines.filter(isWanted).slice(-count) : []
    let wake = (): void => {}
    const hear = (line: LoggedLine): void => {
      if (!isWanted(line)) return
      waiting.push(line)
      if (waiting.length > KEPT) waiting.shift()
      wake()
    }
    const leave = (): void => wake()
    if (follow) this.#readers.add(hear)
    gone.addEventListener('abort', leave)
    try {
      for (;;) {
        const line = waiting.shift()
        if (line) yield line
        else if (!follow || gone.aborted) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#readers.delete(hear)
      gone.removeEventListener('abort', leave)
    }
  }
}
