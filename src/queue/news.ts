import type { Clock } from '../contracts/clock.ts'

/** Wakes those who wait for something to do. */
export class News {
  readonly #clock: Clock
  #waiting = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Wakes everybody. */
  tell(): void {
    const waiting = this.#waiting
    this.#waiting = new Set()
    for (const wake of waiting) wake()
  }

  /** Resolves when there is news, when the clock reaches `moment`, and when `signal` aborts. */
  wait(signal: AbortSignal, moment: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const wake = () => {
        this.#clock.clearTimeout(timer)
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const left = moment === undefined ? undefined : Math.max(0, moment - this.#clock.monotonic())
      const timer = left === undefined ? undefined : this.#clock.setTimeout(wake, left)
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}
