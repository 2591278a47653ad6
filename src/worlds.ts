import { AsyncLocalStorage } from 'node:async_hooks'
import type { Driver } from './contracts/driver.ts'
import type { Pattern } from './matching.ts'
import { lettingAll, StrayGuard, type Strays } from './stray-guard.ts'
import type { World } from './world.ts'

/** The worlds of one Process: the real one, and the rehearsals that stand in its place, the innermost first. */
export class WorldStack<Rehearsal extends World> {
  readonly #real: { -readonly [K in keyof World]: World[K] }
  readonly #everybody: Rehearsal[] = []
  readonly #scopes = new AsyncLocalStorage<Rehearsal[]>()
  readonly #homes = new WeakMap<Rehearsal, Rehearsal[]>()

  constructor(driver: Driver) {
    this.#real = { driver, active: new Set() }
  }

  /** Where processes run for whoever asks: in the latest rehearsal of its own scope or of everybody, or for real. */
  current(): World {
    return this.#stack.at(-1) ?? this.#real
  }

  /** Puts a rehearsal in the place of what is current here, for its scope or for everybody. */
  enter(rehearsal: Rehearsal): void {
    this.#stack.push(rehearsal)
    this.#homes.set(rehearsal, this.#stack)
  }

  /** Takes a rehearsal away again, wherever in the order it stands. */
  leave(rehearsal: Rehearsal): void {
    const home = this.#homes.get(rehearsal) ?? []
    if (home.includes(rehearsal)) home.splice(home.indexOf(rehearsal), 1)
  }

  /** Runs a callback that alone sees a rehearsal. What it leaves running never sees anything else. */
  async within<T, Entered extends Rehearsal>(
    rehearsal: Entered,
    callback: (rehearsal: Entered) => Promise<T>,
  ): Promise<T> {
    return this.#scopes.run([rehearsal], () => callback(rehearsal))
  }

  /** Refuses every real command but those that match, or lets all of them run. */
  guard(allow: readonly Pattern[] | 'all'): void {
    this.#real.guard = allow === 'all' ? lettingAll : new StrayGuard(allow)
  }

  /** What becomes of a command that a rehearsal has no rule for: refused, unless somebody said that it may run. */
  get strays(): Strays {
    return {
      allows: (command, text) => this.#real.guard?.allows(command, text) ?? false,
      start: (command) => this.#real.driver.start(command),
    }
  }

  get #stack(): Rehearsal[] {
    return this.#scopes.getStore() ?? this.#everybody
  }
}
