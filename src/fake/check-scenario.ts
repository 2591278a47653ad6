import { isEnd, type Scenario, type Step } from '../contracts/scenario.ts'
import { BadScenarioError } from '../errors.ts'
import { shown } from '../shown.ts'
import { problemOfStep } from './check-step.ts'

/**
 * A scenario, checked and frozen.
 *
 * @throws BadScenarioError that names the step: an unknown one, a bad value, or one that comes after the end.
 */
export function checkScenario(steps: Scenario): Scenario {
  if (!Array.isArray(steps)) throw new BadScenarioError(`Cannot play ${shown(steps)}: expected a list of steps`)
  // A hole in a list is no step either.
  const list = Array.from(steps as Scenario)
  list.forEach((step, index) => {
    const problem = problemOf(step, index, list)
    if (problem) throw new BadScenarioError(`Cannot play step ${index + 1} of the scenario, ${shown(step)}: ${problem}`)
  })
  return Object.freeze(list.map((step) => Object.freeze({ ...step })))
}

/** @throws BadScenarioError for a step that no program could perform, wherever it comes. */
export function checkStep(step: Step): Step {
  const problem = problemWithin(step)
  if (problem) throw new BadScenarioError(`Cannot describe the step ${shown(step)}: ${problem}`)
  return step
}

function problemOf(step: Step, index: number, steps: Scenario): string | undefined {
  const previous = steps[index - 1]
  const problem = problemWithin(step)
  if (problem) return problem
  if (previous && isEnd(previous)) return 'it comes after the end'
  return 'failToStart' in step && steps.length > 1 ? 'a program that does not start does nothing else' : undefined
}

function problemWithin(step: Step): string | undefined {
  const problem = problemOfStep(step)
  if (problem) return problem
  if ('on' in step && step.do !== 'ignore') checkScenario(step.do)
  if ('fork' in step) checkScenario(step.fork)
  return undefined
}
