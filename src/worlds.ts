import { AsyncLocalStorage } from 'node:async_hooks'
import type { Driver } from './contracts/driver.ts'
import type { Pattern } from './matching.ts'
import { StrayGuard } from './stray-guard.ts'
import type { World } from './world.ts'

/** The worlds of one Process: the real one, and the rehearsals that stand in its place, the innermost first. */
export class WorldStack<Rehearsal extends World> {
  readonly #real: { -readonly [K in keyof World]: World[K] }
  readonly #scopes = new AsyncLocalStorage<Rehearsal>()
  #rehearsals: Rehearsal[] = []

  constructor(driver: Driver) {
    this.#real = { driver, active: new Set() }
  }

  /** Where processes run for whoever asks: its own scope's rehearsal, the latest one for everybody, or for real. */
  current(): World {
    return this.#scopes.getStore() ?? this.#rehearsals.at(-1) ?? this.#real
  }

  /** Puts a rehearsal in everybody's place. */
  enter(rehearsal: Rehearsal): void {
    this.#rehearsals.push(rehearsal)
  }

  /** Takes a rehearsal away again, wherever in the order it stands. */
  leave(rehearsal: Rehearsal): void {
    this.#rehearsals = this.#rehearsals.filter((other) => other !== rehearsal)
  }

  /** Runs a callback that alone sees a rehearsal. */
  within<T>(rehearsal: Rehearsal, callback: (rehearsal: Rehearsal) => Promise<T>): Promise<T> {
    return this.#scopes.run(rehearsal, () => callback(rehearsal))
  }

  /** Refuses every real command but those that match, or lifts the ban. */
  guard(allow: readonly Pattern[] | undefined): void {
    this.#real.guard = allow && new StrayGuard(allow)
  }
}
