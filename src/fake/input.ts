import type { BytePipe } from './byte-pipe.ts'

type Answer = (bytes: Uint8Array | undefined) => void

const NEWLINE = 10

/** Stdin as a rehearsed program consumes it. Every read calls back once: with bytes, or `undefined` at end-of-file. */
export class Input {
  readonly #pipe: BytePipe | undefined
  #rest: Uint8Array = new Uint8Array(0)
  #retry: (() => void) | undefined

  constructor(pipe: BytePipe | undefined) {
    this.#pipe = pipe
    pipe?.onChange(() => this.#wake())
  }

  /** A line with its newline; the last one may lack it. */
  line(answer: Answer): void {
    this.#collect(answer, (held) => held.indexOf(NEWLINE) + 1)
  }

  /** Exactly so many bytes, fewer only at end-of-file. */
  bytes(count: number, answer: Answer): void {
    this.#collect(answer, (held) => (held.length >= count ? count : 0))
  }

  /** Everything to end-of-file; empty when there is nothing. */
  all(answer: (bytes: Uint8Array) => void): void {
    this.#collect(
      (bytes) => answer(bytes ?? new Uint8Array(0)),
      () => 0,
    )
  }

  /** Whatever is there, as soon as something is. */
  next(answer: Answer): void {
    this.#collect(answer, (held) => held.length)
  }

  close(): void {
    this.#retry = undefined
    this.#pipe?.closeReader()
  }

  #collect(answer: Answer, enough: (held: Uint8Array) => number): void {
    for (;;) {
      const count = enough(this.#rest)
      if (count > 0) return answer(this.#take(count))
      const more = this.#pipe?.read()
      if (!more) break
      this.#rest = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more])
    }
    if (this.#pipe && !this.#pipe.ended) this.#retry = () => this.#collect(answer, enough)
    else answer(this.#rest.length > 0 ? this.#take(this.#rest.length) : undefined)
  }

  #take(count: number): Uint8Array {
    const taken = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(count)
    return taken
  }

  #wake(): void {
    const retry = this.#retry
    this.#retry = undefined
    retry?.()
  }
}
