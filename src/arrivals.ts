import type { OutputType, StreamLog } from './output-log.ts'

/** A stretch of one stream, that was written without a word on the other one in between. */
export interface Stretch {
  readonly type: OutputType
  readonly log: StreamLog
  /** The first byte of the stream that it has, and the first that it has not. */
  readonly start: number
  readonly end: number
}

/** Runs that are remembered before those whose bytes are gone are looked for. */
const MANY = 1024

/** In which order two streams were written. The bytes themselves are in their logs. */
export class Arrivals {
  readonly #logs: Record<OutputType, StreamLog>
  /** Bytes that were written to stdout, then to stderr, then to stdout again, and so on. */
  #runs: number[] = []
  #begins: Record<OutputType, number> = { out: 0, err: 0 }
  #tooMany = MANY

  constructor(out: StreamLog, err: StreamLog) {
    this.#logs = { out, err }
  }

  /** These bytes, which their log has by now, came next. */
  add(type: OutputType, count: number): void {
    this.#push(type, count)
    if (this.#runs.length > this.#tooMany) this.#forget()
  }

  /** What is kept of both streams, in the order in which it came. */
  stretches(): readonly Stretch[] {
    const at = { ...this.#begins }
    const kept: Stretch[] = []
    for (const [index, count] of this.#runs.entries()) {
      const type = typeOf(index)
      const log = this.#logs[type]
      const start = Math.max(at[type], log.start)
      at[type] += count
      if (start < at[type]) kept.push({ type, log, start, end: at[type] })
    }
    return kept
  }

  #push(type: OutputType, count: number): void {
    const last = this.#runs.length - 1
    if (last >= 0 && typeOf(last) === type) this.#runs[last] = (this.#runs[last] as number) + count
    else if (typeOf(last + 1) === type) this.#runs.push(count)
    else this.#runs.push(0, count)
  }

  #forget(): void {
    const kept = this.stretches()
    this.#runs = []
    this.#begins = { out: this.#logs.out.start, err: this.#logs.err.start }
    for (const { type, start, end } of kept) this.#push(type, end - start)
    this.#tooMany = MANY + 2 * this.#runs.length
  }
}

function typeOf(index: number): OutputType {
  return index % 2 === 0 ? 'out' : 'err'
}
