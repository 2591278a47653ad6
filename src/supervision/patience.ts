import type { Clock, Timer } from '../contracts/clock.ts'

/** How late a timer may be, as a share of its time and in milliseconds, before it is we ourselves who stood still. */
const LATE_SHARE = 0.1
const LATE = 50

/** Whether a timer of so many milliseconds that is late by so much shows that this program itself was held up. */
export function wasHeldUp(late: number, ms: number): boolean {
  return late > Math.max(LATE, ms * LATE_SHARE)
}

/**
 * Waits for signs of life, and says once when there was none for too long; again when there has been one since. What could
 * not be heard because this program itself was held up does not count against anybody.
 */
export class Patience {
  readonly #clock: Clock
  readonly #limit: number
  readonly #lost: () => void
  #timer: Timer | undefined
  #last: number

  constructor(clock: Clock, limit: number, lost: () => void) {
    this.#clock = clock
    this.#limit = limit
    this.#lost = lost
    this.#last = clock.monotonic()
    this.#wait(limit)
  }

  /** A sign of life. */
  beat(): void {
    this.#last = this.#clock.monotonic()
    if (!this.#timer) this.#wait(this.#limit)
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
  }

  // One timer, set anew for what is left when it finds that there was a sign meanwhile.
  #wait(ms: number): void {
    const due = this.#clock.monotonic() + ms
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined
      const now = this.#clock.monotonic()
      if (wasHeldUp(now - due, this.#limit)) this.#last = now
      const left = this.#last + this.#limit - now
      if (left > 0) this.#wait(left)
      else this.#lost()
    }, ms)
  }
}
