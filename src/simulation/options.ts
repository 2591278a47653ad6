import { type Duration, toMilliseconds } from '../duration.ts'
import type { DiskContents } from '../fake/memory-files.ts'
import type { Rules } from '../fake/rules.ts'
import { checkOptions } from './check-options.ts'
import type { Invariant } from './invariant.ts'
import { MACHINE_INVARIANTS } from './machine-invariants.ts'
import type { Setting, SimulationScenario } from './run.ts'
import type { Plan } from './simulate.ts'
import type { FaultChoice } from './swarm.ts'

/** How a system is simulated. */
export interface SimulationOptions {
  /** The first seed; each run has the next one. 1 unless given. */
  readonly seed?: number
  /** How many runs. 100 unless given. */
  readonly runs?: number
  /** How long faults strike in each, in virtual time. A minute unless given. */
  readonly duration?: Duration
  /** How long the system then has to recover. A minute unless given. */
  readonly recovery?: Duration
  /** How long an orderly end may take. Five minutes unless given. */
  readonly endWithin?: Duration
  /** What goes wrong: all faults, none, some by name, or each with its own probability. */
  readonly faults?: FaultChoice
  /** What each command does, as in `Process.fake`; a function makes it anew for each run, for rules that remember things. */
  readonly programs?:
    | Rules
    | {
        /** Makes the rules of one run. */
        readonly each: () => Rules
      }
  /** What has to hold, beside what holds for any code. */
  readonly invariants?: readonly Invariant[]
  /** The disk: contents by path. */
  readonly files?: DiskContents
  /** Lets `Date`, `setTimeout`, `setInterval` and `performance.now` of this program follow virtual time. */
  readonly globals?: boolean
  /** One run as data, as a report has it, in the place of runs that are drawn. */
  readonly scenario?: SimulationScenario
  /** Plays each run twice, and fails at the first difference. */
  readonly twice?: boolean
  /** Keeps all that happens in the last run, output included, as the `timeline` of the result. */
  readonly timeline?: boolean
  /** How many runs may be spent on finding the simplest failure. 500 unless given. */
  readonly shrinkRuns?: number
  /** Hears how many runs are over. */
  readonly onRun?: (runs: number) => void
}

/**
 * Options with their defaults.
 *
 * @throws TypeError, RangeError that names the value.
 */
export function checked(options: SimulationOptions): {
  readonly plan: Plan
  readonly setting: Omit<Setting<never>, 'system' | 'process' | 'within'>
} {
  checkOptions(options)
  const { seed = 1, runs = 100, shrinkRuns = 500, faults = 'all', programs, files, globals = false } = options
  const plan = {
    seed,
    runs,
    shrinkRuns,
    scenario: options.scenario,
    twice: options.twice ?? false,
    timeline: options.timeline ?? false,
    onRun: options.onRun,
  }
  const setting = {
    faults,
    duration: toMilliseconds(options.duration ?? '1m'),
    recovery: toMilliseconds(options.recovery ?? '1m'),
    endWithin: toMilliseconds(options.endWithin ?? '5m'),
    invariants: [...MACHINE_INVARIANTS, ...(options.invariants ?? [])],
    play: () => ({ programs: isEach(programs) ? programs.each() : programs, files, globals }),
  }
  return { plan, setting }
}

function isEach(programs: SimulationOptions['programs']): programs is { readonly each: () => Rules } {
  return typeof programs === 'object' && programs !== null && 'each' in programs && typeof programs.each === 'function'
}
