import type { Scenario } from '../contracts/scenario.ts'
import { BadRuleError } from '../errors.ts'
import { ProcessResult } from '../process-result.ts'
import { shown } from '../shown.ts'
import { checkScenario } from './check-scenario.ts'
import { Description } from './description.ts'

/**
 * Refuses what is no answer, other than a sequence of them. `what` names in messages what is to be answered.
 *
 * @throws BadRuleError that names the value; BadScenarioError for steps that no program could perform.
 */
export function checkAnswer(answer: unknown, what: string): void {
  const problem = problemOf(answer)
  if (problem !== undefined) throw new BadRuleError(`Cannot answer ${what} with ${shown(answer)}: ${problem}`)
  if (Array.isArray(answer) && !isLines(answer)) checkScenario(answer as Scenario)
}

/** Whether a list has lines to write, and no steps to play. */
export function isLines(list: readonly unknown[]): list is readonly string[] {
  return list.every((line) => typeof line === 'string')
}

const EXPECTED = 'expected text, lines, an exit code or a description'

function problemOf(answer: unknown): string | undefined {
  if (typeof answer === 'number') return isCode(answer) ? undefined : BAD_CODE
  if (answer instanceof ProcessResult) return problemOfResult(answer)
  if (typeof answer === 'function') return isClass(answer) ? `a class is no program, ${EXPECTED}` : undefined
  const known = typeof answer === 'string' || Array.isArray(answer)
  return known || answer instanceof Description || answer instanceof Error ? undefined : EXPECTED
}

function problemOfResult(result: ProcessResult): string | undefined {
  const code = result.exitCode()
  if (code === null) return `its process never ran, and has no end (${result.outcome.kind})`
  return isCode(code) ? undefined : `its exit code is ${code}, and ${BAD_CODE}`
}

const BAD_CODE = 'an exit code is a whole number from 0 to 255'

function isCode(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value))
}
