import type { Clock } from '../../src/index.ts'
import { attempt } from './failures.ts'

/** One step of the work and how many milliseconds it took. */
export interface Step {
  readonly name: string
  readonly ms: number
}

/** Takes one step after the other, and the time of each. */
export class Steps {
  readonly taken: Step[] = []
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @throws BackupError that says what could not be done. */
  async take<T>(name: string, what: string, action: () => Promise<T>): Promise<T> {
    const begun = this.#clock.monotonic()
    const result = await attempt(what, action)
    this.taken.push({ name, ms: this.#clock.monotonic() - begun })
    return result
  }
}
