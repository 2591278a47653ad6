import type { Host } from '../host.ts'
import { onGroup } from '../supervision/registry.ts'
import { Chaos } from './chaos.ts'
import { Chronicler } from './chronicler.ts'
import type { Fault, FaultName } from './fault.ts'
import { drawnFaults, type FaultSource, listedFaults } from './fault-source.ts'
import type { Invariant } from './invariant.ts'
import { type Picked, picker } from './picks.ts'
import { SimulatedWorld } from './simulated-world.ts'
import type { SimulationEvent, Written } from './simulation-events.ts'
import { type Play, Stage } from './stage.ts'
import { type FaultChoice, type Probabilities, swarm } from './swarm.ts'
import type { End, System } from './system.ts'
import { Trace } from './trace.ts'
import { type Violation, Watches } from './watches.ts'

/**
 * One run of a simulation as plain data: what it takes to have the same again. Without a list of faults they are drawn from
 * the seed. Times are milliseconds.
 */
export interface SimulationScenario {
  readonly seed: number
  /** How long faults strike. */
  readonly duration?: number
  /** How long the system then has to recover. */
  readonly recovery?: number
  /** What is picked, by name; the least of what is not listed. Drawn from the seed without it. */
  readonly picks?: Readonly<Record<string, number>>
  readonly faults?: readonly Fault[]
}

/** What all runs of a simulation have in common. */
export interface Setting<Process extends Host> {
  readonly system: System<Process>
  readonly process: Process
  /** Runs a callback for which, and for all that it calls, a stage is the world. */
  readonly within: (stage: Stage, callback: () => Promise<void>) => Promise<void>
  readonly play: () => Omit<Play, 'seed'>
  readonly invariants: readonly Invariant[]
  readonly faults: FaultChoice
  readonly duration: number
  readonly recovery: number
  /** How long an orderly end may take. */
  readonly endWithin: number
}

/** What came of a run. */
export interface RunReport {
  readonly seed: number
  readonly hash: string
  readonly violation: Violation | undefined
  readonly faults: readonly Fault[]
  readonly picked: Picked
  readonly probabilities: ReadonlyMap<FaultName, number> | undefined
  readonly events: readonly SimulationEvent[]
  readonly simulatedMs: number
  /** What the hash is made of, and all that happened, output included: where that was to be kept. */
  readonly notes: readonly string[] | undefined
  readonly timeline: readonly (SimulationEvent | Written)[] | undefined
}

/** Long enough for what an orderly end leaves to be over: the rest of an output, a late signal. */
const SETTLING = 30_000
/** Timers that may fire at one moment. More, and time never goes on. */
const CROWD = 100_000

/** One run: faults, then recovery, then an orderly end. */
export class SimulatedRun<Process extends Host> {
  readonly #setting: Setting<Process>
  readonly #scenario: SimulationScenario
  readonly #stage: Stage
  readonly #world: SimulatedWorld
  readonly #watches: Watches
  readonly #chronicler: Chronicler
  #chaos: Chaos | undefined
  readonly #trace: Trace
  readonly #probabilities: Probabilities | undefined
  readonly #picked: Picked = new Map()
  readonly #violated = Promise.withResolvers<void>()
  readonly #abort = new AbortController()
  #crowd = { at: -1, size: 0 }

  constructor(setting: Setting<Process>, scenario: SimulationScenario, { keep = false }: { keep?: boolean } = {}) {
    const { seed, faults, duration = setting.duration } = scenario
    this.#setting = setting
    this.#scenario = { recovery: setting.recovery, ...scenario, duration }
    this.#trace = new Trace({ keep })
    this.#stage = new Stage({ seed, ...setting.play() }, (number) => this.#chronicler.drew(number))
    const { driver } = this.#stage
    this.#world = new SimulatedWorld(driver)
    this.#watches = new Watches(setting.invariants, this.#world, () => this.#violated.resolve())
    this.#chronicler = new Chronicler(driver, { world: this.#world, trace: this.#trace, keep }, (event) => {
      this.#watches.event(event)
    })
    this.#probabilities = faults ? undefined : swarm(setting.faults, seed)
    driver.clock.onlooker = {
      fires: (timer) => {
        this.#chronicler.fired(timer)
        this.#countCrowd()
      },
      quiet: () => this.#watches.quiet(),
    }
  }

  /** Plays it to its end, or to the first violation. Never rejects for what the system does. */
  async play(): Promise<RunReport> {
    const deafen = onGroup(this.#setting.process, (group) => {
      if (this.#isHere) group.onEvent((event) => this.#chronicler.supervised(event))
    })
    process.on('unhandledRejection', this.#onRejection)
    await this.#setting.within(this.#stage, () => this.#acts())
    // Node tells what nobody has heard when all else is quiet.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', this.#onRejection)
    deafen()
    const simulatedMs = this.#world.now
    this.#stage.restore()
    return {
      seed: this.#scenario.seed,
      hash: this.#trace.hash,
      violation: this.#watches.violation,
      faults: this.#world.faults,
      picked: this.#picked,
      probabilities: this.#probabilities,
      events: this.#world.events,
      simulatedMs,
      notes: this.#trace.notes,
      timeline: this.#chronicler.timeline,
    }
  }

  // The first timer is set in here: whatever fires is called where it sees this world.
  async #acts(): Promise<void> {
    this.#chaos = new Chaos(this.#stage.driver, this.#source, this.#chronicler)
    this.#chronicler.phase('faults')
    const begun = this.#begin()
    await this.#pass(this.#scenario.duration ?? 0)
    this.#chaos.cease()
    this.#chronicler.phase('recovery')
    await this.#pass(this.#scenario.recovery ?? 0)
    this.#watches.finally('onRecovered')
    this.#chronicler.phase('end')
    await this.#end(begun)
  }

  /** Whether who asks stands in this run, and not in another one beside it. */
  get #isHere(): boolean {
    return this.#setting.process.clock === this.#stage.driver.clock
  }

  get #source(): FaultSource {
    const { seed, duration = 0, faults = [] } = this.#scenario
    return this.#probabilities ? drawnFaults(this.#probabilities, seed, duration) : listedFaults(faults)
  }

  async #begin(): Promise<End> {
    const { system, process: simulated } = this.#setting
    const pick = picker(this.#scenario.seed, this.#scenario.picks, this.#picked)
    try {
      return await system({ process: simulated, world: this.#world, pick, signal: this.#abort.signal })
    } catch (error) {
      this.#watches.violate('the system does not fail', textOf(error))
    }
  }

  async #end(begun: Promise<End>): Promise<void> {
    this.#abort.abort()
    await this.#outlast(begun.then((end) => this.#callEnd(end)))
    await this.#pass(SETTLING)
    this.#watches.finally('onEnded')
    const { pending } = this.#stage.driver.clock
    if (pending > 0) this.#watches.violate('no timer outlives an orderly end', `timers that are still set: ${pending}`)
  }

  async #callEnd(end: End): Promise<void> {
    try {
      await (typeof end === 'function' ? end() : end?.[Symbol.asyncDispose]())
    } catch (error) {
      this.#watches.violate('the system does not fail', textOf(error))
    }
  }

  readonly #onRejection = (error: unknown): void => {
    this.#watches.violate('the system does not fail', `nobody hears of ${textOf(error)}`)
  }

  async #pass(ms: number): Promise<void> {
    if (this.#watches.violation) return
    await Promise.race([this.#stage.driver.clock.advance(ms), this.#violated.promise])
  }

  // Event by event, so that time stands where the end came.
  async #outlast(wait: Promise<void>): Promise<void> {
    const { clock } = this.#stage.driver
    const deadline = clock.monotonic() + this.#setting.endWithin
    let over = false
    void wait.then(() => {
      over = true
    })
    for (await this.#pass(0); !over && !this.#watches.violation; ) {
      if (clock.monotonic() >= deadline)
        return this.#watches.violate('an orderly end comes', `not within ${this.#setting.endWithin} ms`)
      await this.#pass(Math.max(1, Math.min(clock.untilNext() ?? 1000, deadline - clock.monotonic())))
    }
  }

  #countCrowd(): void {
    const at = this.#world.now
    if (at !== this.#crowd.at) this.#crowd = { at, size: 0 }
    if (++this.#crowd.size > CROWD) this.#watches.violate('time goes on', `${CROWD} timers fired at one moment`)
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
