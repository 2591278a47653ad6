import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from './contracts/clock.ts'
import type { Driver } from './contracts/driver.ts'
import type { StrayProcessError } from './errors.ts'
import { type Layer, LayeredWorld } from './layered-world.ts'
import type { Pattern } from './matching.ts'
import type { Observer } from './observer.ts'
import { lettingAll, StrayGuard, type Strays } from './stray-guard.ts'
import type { World } from './world.ts'

/** A world that stands in another one's place until it is restored. */
export interface Interlude extends World {
  /** Said by the stack that it stands in. */
  observer: World['observer']
  restore(): void
}

/** As many refused commands as are kept until somebody takes them. */
const KEPT_STRAYS = 100

/** The worlds of one Process: the real one, and the rehearsals that stand in its place, the innermost first. */
export class WorldStack<Rehearsal extends Interlude> {
  readonly #real: { -readonly [K in keyof World]: World[K] }
  readonly #everybody: Rehearsal[] = []
  readonly #scopes = new AsyncLocalStorage<Rehearsal[]>()
  readonly #homes = new WeakMap<Rehearsal, Rehearsal[]>()
  /** Whether something stood in the place of the real world before, and is over. */
  anyLeft = false
  #refused: StrayProcessError[] = []
  #layers: readonly Layer[] = []
  #layered = new WeakMap<World, World>()

  constructor(driver: Driver, observer: Observer) {
    this.#real = { driver, observer, active: new Set() }
  }

  /** Where processes run for whoever asks: in the latest rehearsal of its own scope or of everybody, or for real. */
  current(): World {
    return this.#stack.at(-1) ?? this.#real
  }

  /** The same for those who start something: with all layers around its driver. */
  launching(): World {
    const world = this.current()
    return this.#layers.length === 0 ? world : (this.#layered.get(world) ?? this.#layer(world))
  }

  /** Puts a driver around that of every world, outside of those that are there already. Gives back how to take it away. */
  around(layer: Layer): () => void {
    this.#relayer([...this.#layers, layer])
    return () => this.#relayer(this.#layers.filter((one) => one !== layer))
  }

  /** Puts a rehearsal in the place of what is current here, for its scope or for everybody. */
  enter(rehearsal: Rehearsal): void {
    rehearsal.observer = this.current().observer
    this.#stack.push(rehearsal)
    this.#homes.set(rehearsal, this.#stack)
  }

  /** Takes a rehearsal away again, wherever in the order it stands. */
  leave(rehearsal: Rehearsal): void {
    this.anyLeft = true
    const home = this.#homes.get(rehearsal) ?? []
    if (home.includes(rehearsal)) home.splice(home.indexOf(rehearsal), 1)
  }

  /** Runs a callback that alone sees a rehearsal. What it leaves running never sees anything else. */
  async within<T, Entered extends Rehearsal>(
    rehearsal: Entered,
    callback: (rehearsal: Entered) => Promise<T>,
  ): Promise<T> {
    const observer = this.current().observer?.inner()
    rehearsal.observer = observer
    const run = () => this.#scopes.run([rehearsal], () => callback(rehearsal))
    return observer ? observer.within(run) : run()
  }

  /** The clock of the real world. */
  get clock(): Clock {
    return this.#real.driver.clock
  }

  /** Refuses every real command but those that match, or lets all of them run. */
  guard(allow: readonly Pattern[] | 'all'): void {
    this.#real.guard = allow === 'all' ? lettingAll : new StrayGuard(allow, this.#refuse)
  }

  /** Whether somebody has said which real commands may run. */
  get guarded(): boolean {
    return this.#real.guard !== undefined
  }

  /** What becomes of a command that a rehearsal has no rule for: refused, unless somebody said that it may run. */
  get strays(): Strays {
    return {
      allows: (command, text) => this.#real.guard?.allows(command, text) ?? false,
      start: (command) => this.#real.driver.start(command),
      refused: this.#refuse,
    }
  }

  /** The commands that were refused as strays since the last call, in order. */
  takeStrays(): readonly StrayProcessError[] {
    const refused = this.#refused
    this.#refused = []
    return refused
  }

  /** Ends what stands in the place of the real world for everybody. Those of callbacks end by themselves. */
  restore(): void {
    for (const rehearsal of [...this.#everybody].reverse()) rehearsal.restore()
  }

  #relayer(layers: readonly Layer[]): void {
    this.#layers = layers
    this.#layered = new WeakMap()
  }

  #layer(world: World): World {
    const layered = new LayeredWorld(world, this.#layers)
    this.#layered.set(world, layered)
    return layered
  }

  readonly #refuse = (error: StrayProcessError): void => {
    if (this.#refused.length < KEPT_STRAYS) this.#refused.push(error)
  }

  get #stack(): Rehearsal[] {
    return this.#scopes.getStore() ?? this.#everybody
  }
}
