import type { Clock } from '../contracts/clock.ts'

/** How far apart two clocks may be, in milliseconds. */
const TOLERATED = 1000

/** Warns once when the clock of this machine and that of a server differ, and again after they have agreed. */
export class SkewWatch {
  readonly #clock: Clock
  readonly #warn: (text: string) => void
  #warned = false

  constructor(clock: Clock, warn: (text: string) => void = (text) => process.emitWarning(text, 'QueueWarning')) {
    this.#clock = clock
    this.#warn = warn
  }

  /** Tells it what time it is at the server. */
  see(now: number, store: string): void {
    const ahead = this.#clock.now() - now
    const differs = Math.abs(ahead) > TOLERATED
    if (differs && !this.#warned) {
      const [seconds, side] = [(Math.abs(ahead) / 1000).toFixed(1), ahead > 0 ? 'ahead of' : 'behind']
      this.#warn(
        `The clock of this machine is ${seconds} s ${side} that of the store "${store}", which decides when jobs are due`,
      )
    }
    this.#warned = differs
  }
}
