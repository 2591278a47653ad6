import type { Scenario } from '../scenario.ts'
import type { Stage } from './harness.ts'

// What the stages of pipelines do in the cases of the suite.
export const CAT: Scenario = [{ echo: 'in' }]
export const HANG: Scenario = [{ hang: true }]
export const HELLO: Scenario = [{ write: 'out', data: 'hello\n' }]
export const ENDLESS: Scenario = [{ write: 'out', data: 'y\n', times: 1e12 }]
export const HEAD: Scenario = [{ read: 'line' }, { write: 'out', data: 'enough\n' }]

/** A command for each scenario. */
export function commands(stage: Stage, ...scenarios: readonly Scenario[]): readonly (readonly string[])[] {
  return scenarios.map((scenario) => stage.actor(...scenario))
}
