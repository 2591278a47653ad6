import { isEnd, type Scenario, type Step } from '../contracts/scenario.ts'
import { defaultAction, isSignal } from '../contracts/signals.ts'
import { BadScenarioError } from '../errors.ts'
import { shown } from '../shown.ts'

/**
 * A scenario, checked and frozen.
 *
 * @throws BadScenarioError that names the step: an unknown one, a bad value, or one that comes after the end.
 */
export function checkScenario(steps: Scenario): Scenario {
  steps.forEach((step, index) => {
    const problem = problemOf(step, index, steps)
    if (problem) throw new BadScenarioError(`Cannot play step ${index + 1} of the scenario, ${shown(step)}: ${problem}`)
  })
  return Object.freeze(steps.map((step) => Object.freeze({ ...step })))
}

const KINDS = [
  'write',
  'wait',
  'read',
  'reply',
  'echo',
  'on',
  'use',
  'fork',
  'file',
  'listen',
  'tell',
  'close',
  'exit',
  'die',
  'hang',
  'failToStart',
]

function problemOf(step: Step, index: number, steps: Scenario): string | undefined {
  const previous = steps[index - 1]
  if (typeof step !== 'object' || step === null || !KINDS.some((kind) => kind in step)) return 'no such step'
  if (previous && isEnd(previous)) return 'it comes after the end'
  if ('wait' in step && !(Number.isFinite(step.wait) && step.wait >= 0))
    return 'a wait is a number of milliseconds from 0 on'
  if ('read' in step && typeof step.read === 'number' && !(Number.isInteger(step.read) && step.read > 0)) {
    return 'bytes are read by a whole number from 1 on'
  }
  if ('exit' in step && !Number.isInteger(step.exit)) return 'an exit code is a whole number'
  if ('listen' in step && !(Number.isInteger(step.listen) && step.listen > 0 && step.listen < 65_536))
    return 'a port is a whole number from 1 to 65535'
  if ('on' in step && !isSignal(step.on)) return 'no such signal'
  if ('die' in step && !isSignal(step.die)) return 'no such signal'
  if ('die' in step && defaultAction(step.die) !== 'die') return 'nobody dies of that signal'
  if ('on' in step && (step.on === 'SIGKILL' || step.on === 'SIGSTOP')) return 'no program can handle that signal'
  if ('on' in step && step.do !== 'ignore') checkScenario(step.do)
  if ('fork' in step) checkScenario(step.fork)
  if ('failToStart' in step && steps.length > 1) return 'a program that does not start does nothing else'
  return undefined
}
