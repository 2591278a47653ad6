import type { Clock } from '../contracts/clock.ts'

/** How often a store looks whether another process has pushed something, in milliseconds: seldom where nothing has happened for long. */
export const FIRST_LOOK = 5
export const LAST_LOOK = 250

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

  /** Resolves when there is news, when the clock reaches `moment`, and when `signal` aborts: says whether there is news. */
  wait(signal: AbortSignal, moment: number | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false)
      const end = (isNews: boolean) => {
        this.#clock.clearTimeout(timer)
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', stop)
        resolve(isNews)
      }
      const wake = () => end(true)
      const stop = () => end(false)
      const left = moment === undefined ? undefined : Math.max(0, moment - this.#clock.monotonic())
      const timer = left === undefined ? undefined : this.#clock.setTimeout(stop, left)
      this.#waiting.add(wake)
      signal.addEventListener('abort', stop, { once: true })
    })
  }
}
