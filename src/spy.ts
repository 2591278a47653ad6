import { Claims } from './claims.ts'
import type { Driver } from './contracts/driver.ts'
import { Journal } from './journal.ts'
import type { StrayGuard } from './stray-guard.ts'
import type { World } from './world.ts'

/** A world in which everything runs as it would without it, and is taken note of. */
export class Spy implements World, Disposable {
  readonly driver: Driver
  readonly guard: StrayGuard | undefined
  readonly journal: Journal
  readonly active: World['active']
  observer: World['observer']
  readonly #onRestore: () => void

  constructor({ driver, guard, active }: World, onRestore: () => void) {
    this.driver = driver
    this.guard = guard
    this.active = active
    this.journal = new Journal(driver.clock)
    this.#onRestore = onRestore
  }

  /** The claims about what it took note of, as verdicts. */
  claims(): Claims {
    return new Claims(
      () => this.journal.runs,
      () => [],
    )
  }

  /** Takes note of nothing any more. */
  restore(): void {
    this.#onRestore()
  }

  /** The same as `restore`. */
  [Symbol.dispose](): void {
    this.restore()
  }
}
