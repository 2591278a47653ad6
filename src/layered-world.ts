import type { Driver } from './contracts/driver.ts'
import type { InvokedProcess } from './invoked-process.ts'
import type { Journal } from './journal.ts'
import type { Pattern } from './matching.ts'
import type { Observer } from './observer.ts'
import type { StrayGuard } from './stray-guard.ts'
import type { World } from './world.ts'

/** Puts a driver around the one that it is given. */
export type Layer = (inner: Driver) => Driver

/** What a world has, and need not have: nothing of it may be forgotten here. */
type Whole = { readonly [Part in keyof Required<World>]: World[Part] | undefined }

/** A world with drivers around its own, for those who start something there. */
export class LayeredWorld implements World, Whole {
  readonly driver: Driver
  readonly active: Set<InvokedProcess>
  readonly #world: World

  constructor(world: World, layers: readonly Layer[]) {
    this.#world = world
    this.active = world.active
    this.driver = layers.reduce((driver, layer) => layer(driver), world.driver)
  }

  get journal(): Journal | undefined {
    return this.#world.journal
  }

  get observer(): Observer | undefined {
    return this.#world.observer
  }

  get unusedRules(): readonly Pattern[] {
    return this.#world.unusedRules ?? []
  }

  get guard(): StrayGuard | undefined {
    return this.#world.guard
  }
}
