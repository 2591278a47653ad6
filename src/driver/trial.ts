import { IsolationError } from '../isolation-error.ts'
import type { SystemPlan } from './isolation-plan.ts'
import { findTool, whyNotRun } from './tools.ts'

const passed = new Set<string>()

/**
 * Runs the wrappers of a plan once with a program that does nothing, so that what a tool refuses is known before the program
 * itself is started, and not taken for its own words.
 *
 * @throws IsolationError with what the tool said.
 */
export function tryOut(program: string, { trial }: SystemPlan, cwd: string | undefined): void {
  const key = trial.join('\0')
  if (trial.length === 0 || passed.has(key)) return
  const reason = whyNotRun([...trial, findTool('true') ?? 'true'], cwd)
  if (reason !== undefined) throw new IsolationError(program, 'wrappers', reason)
  passed.add(key)
}
