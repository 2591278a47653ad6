import type { Clock, Timer } from '../contracts/clock.ts'

/** Does something once a moment of the wall clock has come. */
export class Alarm {
  readonly #clock: Clock
  readonly #act: () => void
  #timer: Timer | undefined

  constructor(clock: Clock, act: () => void) {
    this.#clock = clock
    this.#act = act
  }

  /** Sets it to a moment in milliseconds since the epoch, instead of the one before; infinity is never. */
  set(moment: number): void {
    this.clear()
    if (moment === Number.POSITIVE_INFINITY) return
    const left = Math.max(0, moment - this.#clock.now())
    this.#timer = this.#clock.setTimeout(this.#act, left, { background: true })
  }

  clear(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
