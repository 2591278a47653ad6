import type { Clock } from '../contracts/clock.ts'

/** Turns that were taken, by window. */
export class Turns {
  readonly #clock: Clock
  readonly #windows = new Map<string, { readonly end: number; taken: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes a turn: 0, or the milliseconds until the window that is full has ended. */
  take(rate: string, limit: number, length: number): number {
    const now = this.#clock.monotonic()
    const last = this.#windows.get(rate)
    const window = last && last.end > now ? last : { end: now + length, taken: 0 }
    this.#windows.set(rate, window)
    if (window.taken >= limit) return window.end - now
    window.taken++
    return 0
  }
}
