import { codes, type ErrorCode, ProcessError } from '../errors.ts'
import type { Difference } from './difference.ts'
import type { RunReport, SimulationScenario } from './run.ts'
import type { Shrunk } from './shrink.ts'
import type { SimulationEvent, Written } from './simulation-events.ts'
import type { Violation } from './watches.ts'

/** Thrown when an invariant did not hold. Its message is a report: seed, faults, timeline, and a test to paste. */
export class SimulationFailedError extends ProcessError {
  readonly code: ErrorCode = codes.simulationFailed
  /** The run that failed can be had again by this seed. */
  readonly seed: number
  readonly violation: Violation
  /** The simplest run that was found in which the same invariant does not hold. */
  readonly scenario: SimulationScenario
  /** All that happened in that run, output included; `rehearsal/report` draws it. */
  readonly timeline: readonly (SimulationEvent | Written)[]

  constructor(message: string, { report, shrunk }: { readonly report: RunReport; readonly shrunk: Shrunk }) {
    super(message)
    this.seed = report.seed
    this.violation = shrunk.violation
    this.scenario = shrunk.scenario
    this.timeline = shrunk.report.timeline ?? []
  }
}

/** Thrown when a run came out differently the second time: something in the system is neither virtual nor seeded. */
export class SimulationDivergedError extends ProcessError {
  readonly code: ErrorCode = codes.simulationDiverged
  readonly seed: number
  /** Where the two runs began to differ, where that came out again when they were looked at more closely. */
  readonly difference: Difference | undefined

  constructor(seed: number, difference: Difference | undefined) {
    const where = difference
      ? `after ${difference.index} steps one run goes on with "${difference.first ?? 'its end'}", the other with "${difference.second ?? 'its end'}"`
      : 'played again, they were alike'
    super(`Cannot repeat the run of seed ${seed}: ${where}`)
    this.seed = seed
    this.difference = difference
  }
}
