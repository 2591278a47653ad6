import type { Clock } from '../contracts/clock.ts'

/** Milliseconds until something is tried again: the first time, and at most. */
const FIRST = 250
const MOST = 30_000

/** How long to wait before something that failed is tried again: ever longer, unless somebody cannot wait. */
export class Patience {
  readonly #clock: Clock
  #next = FIRST
  #hurry: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async wait(): Promise<void> {
    const waiting = Promise.withResolvers<void>()
    this.#hurry = waiting.resolve
    const timer = this.#clock.setTimeout(waiting.resolve, this.#next, { background: true })
    this.#next = Math.min(this.#next * 2, MOST)
    await waiting.promise
    this.#clock.clearTimeout(timer)
  }

  /** Ends a wait that is under way. */
  hurry(): void {
    this.#hurry?.()
  }

  /** It has gone well: the next failure is tried again soon. */
  restore(): void {
    this.#next = FIRST
  }
}
