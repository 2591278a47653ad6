import type { Host } from '../host.ts'
import { firstDifference } from './difference.ts'
import { SimulationDivergedError, SimulationFailedError } from './errors.ts'
import type { FaultName } from './fault.ts'
import { reportOf } from './report.ts'
import { type RunReport, type Setting, SimulatedRun, type SimulationScenario } from './run.ts'
import { shrink } from './shrink.ts'
import type { SimulationEvent, Written } from './simulation-events.ts'

/** How often, and what of it. */
export interface Plan {
  readonly seed: number
  readonly runs: number
  /** One run as data, in the place of runs that are drawn. */
  readonly scenario: SimulationScenario | undefined
  /** Plays each run twice and compares. */
  readonly twice: boolean
  /** Whether what happens in the last run is kept. */
  readonly timeline: boolean
  /** How many runs may be spent on finding the simplest failure. */
  readonly shrinkRuns: number
  readonly onRun: ((run: number) => void) | undefined
}

/** What came of a simulation in which everything held. */
export interface SimulationResult {
  /** The first seed. */
  readonly seed: number
  readonly runs: number
  /** A hash of all that happened: the same for the same seeds, on every machine. */
  readonly hash: string
  /** Virtual milliseconds, of all runs together. */
  readonly simulatedMs: number
  /** How much happened, by kind: started, exited, signalled and so on. */
  readonly events: Readonly<Record<string, number>>
  /** How often each fault struck. */
  readonly faults: Readonly<Partial<Record<FaultName, number>>>
  /** All that happened in the last run, where that was to be kept; `rehearsal/report` draws it. */
  readonly timeline: readonly (SimulationEvent | Written)[] | undefined
  /** What was watched over. */
  readonly invariants: readonly string[]
}

/**
 * Plays one run after the other.
 *
 * @throws SimulationFailedError for the first that does not hold, SimulationDivergedError for the first that is not repeatable;
 *   TypeError for a system that is none.
 */
export async function simulate<Process extends Host>(setting: Setting<Process>, plan: Plan): Promise<SimulationResult> {
  if (typeof setting.system !== 'function')
    throw new TypeError('Cannot simulate what is no function: expected a system')
  const tally = new Tally()
  const scenarios = plan.scenario ? [plan.scenario] : drawn(plan)
  for (const scenario of scenarios) {
    const report = await new SimulatedRun(setting, scenario, { keep: plan.timeline }).play()
    if (plan.twice) await compare(setting, scenario, report)
    if (report.violation) throw await failure(setting, plan, report)
    tally.add(report)
    plan.onRun?.(tally.runs)
  }
  return { seed: plan.seed, ...tally.result(), invariants: setting.invariants.map(({ name }) => name) }
}

function* drawn({ seed, runs }: Plan): Generator<SimulationScenario> {
  for (let run = 0; run < runs; run++) yield { seed: seed + run }
}

async function compare<P extends Host>(
  setting: Setting<P>,
  scenario: SimulationScenario,
  first: RunReport,
): Promise<void> {
  const second = await new SimulatedRun(setting, scenario).play()
  if (second.hash === first.hash) return
  const kept = async () => (await new SimulatedRun(setting, scenario, { keep: true }).play()).notes ?? []
  throw new SimulationDivergedError(scenario.seed, firstDifference(await kept(), await kept()))
}

async function failure<P extends Host>(
  setting: Setting<P>,
  plan: Plan,
  report: RunReport,
): Promise<SimulationFailedError> {
  const shrunk = await shrink(setting, report, plan.scenario ?? { seed: report.seed }, plan.shrinkRuns)
  return new SimulationFailedError(reportOf(report, shrunk), { report, shrunk })
}

/** What runs come to together. */
class Tally {
  runs = 0
  #hash = 0
  #simulatedMs = 0
  #timeline: RunReport['timeline']
  readonly #events: Record<string, number> = {}
  readonly #faults: Partial<Record<FaultName, number>> = {}

  add(report: RunReport): void {
    this.runs++
    this.#timeline = report.timeline
    this.#simulatedMs += report.simulatedMs
    this.#hash = Math.imul(this.#hash ^ Number.parseInt(report.hash.slice(0, 8), 16), 0x01000193)
    this.#hash = Math.imul(this.#hash ^ Number.parseInt(report.hash.slice(8), 16), 0x85ebca6b)
    for (const { type } of report.events) this.#events[type] = (this.#events[type] ?? 0) + 1
    for (const { fault } of report.faults) this.#faults[fault] = (this.#faults[fault] ?? 0) + 1
  }

  result(): Omit<SimulationResult, 'seed' | 'invariants'> {
    return {
      runs: this.runs,
      hash: (this.#hash >>> 0).toString(16).padStart(8, '0'),
      simulatedMs: this.#simulatedMs,
      events: this.#events,
      faults: this.#faults,
      timeline: this.#timeline,
    }
  }
}
