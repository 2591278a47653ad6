import type { Finding, Invariant, Watch } from './invariant.ts'
import type { SimulatedWorld } from './simulated-world.ts'
import type { Phase, SimulationEvent } from './simulation-events.ts'

/** What did not hold, and when. */
export interface Violation {
  readonly invariant: string
  /** What is wrong, in words. */
  readonly detail: string
  /** Virtual milliseconds since the start of the run. */
  readonly at: number
  readonly phase: Phase
  /** How much had happened by then, but for output: the number of the world's events. */
  readonly events: number
}

interface Named {
  readonly name: string
  readonly watch: Watch
}

/** The invariants of one run, and the first that did not hold. */
export class Watches {
  violation: Violation | undefined
  readonly #world: SimulatedWorld
  readonly #onViolation: () => void
  readonly #watches: readonly Named[]
  readonly #hearing: readonly Named[]
  readonly #quiet: readonly Named[]

  constructor(invariants: readonly Invariant[], world: SimulatedWorld, onViolation: () => void) {
    this.#world = world
    this.#onViolation = onViolation
    this.#watches = invariants.map((one) => ({ name: one.name, watch: one.watch(world) }))
    this.#hearing = this.#watches.filter(({ watch }) => watch.onEvent)
    this.#quiet = this.#watches.filter(({ watch }) => watch.onQuiet)
  }

  /** Something happened. */
  event(event: SimulationEvent): void {
    for (const { name, watch } of this.#hearing) this.#check(name, () => watch.onEvent?.(event))
  }

  /** All that was set in motion is over. */
  quiet(): void {
    for (const { name, watch } of this.#quiet) this.#check(name, () => watch.onQuiet?.())
  }

  /** The system had its time to recover, or has come to an orderly end. */
  finally(when: 'onRecovered' | 'onEnded'): void {
    for (const { name, watch } of this.#watches) this.#check(name, () => watch[when]?.())
  }

  /** Something did not hold. The first counts: what comes after may come of it. */
  violate(invariant: string, detail: string): void {
    if (this.violation) return
    const { now: at, phase, events } = this.#world
    this.violation = { invariant, detail, at, phase, events: events.length }
    this.#onViolation()
  }

  #check(name: string, check: () => Finding): void {
    if (this.violation) return
    const problem = problemOf(check)
    if (problem !== undefined) this.violate(name, problem)
  }
}

function problemOf(check: () => Finding): string | undefined {
  try {
    const finding = check()
    if (finding === false) return 'it does not hold'
    return typeof finding === 'string' ? finding : undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
