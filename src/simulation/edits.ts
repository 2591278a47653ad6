import type { Scenario } from '../contracts/scenario.ts'
import { isEnd } from '../contracts/scenario.ts'

/** What a program does in its first milliseconds, as far as a scenario tells when that is. */
export function cutAt(scenario: Scenario, ms: number): Scenario {
  const steps = []
  let left = ms
  for (const step of scenario) {
    if (isEnd(step)) break
    const wait = 'wait' in step ? step.wait : 0
    if (wait > left) return left > 0 ? [...steps, { wait: left }] : steps
    steps.push(step)
    left -= wait
  }
  return steps
}

/** The same without what is written after so many milliseconds. */
export function silentFrom(scenario: Scenario, ms: number): Scenario {
  let passed = 0
  return scenario.filter((step) => {
    if ('wait' in step) passed += step.wait
    return !('write' in step) || passed < ms
  })
}

/** The same with everything written twice. */
export function doubled(scenario: Scenario): Scenario {
  return scenario.flatMap((step): Scenario => ('write' in step ? [step, step] : [step]))
}
