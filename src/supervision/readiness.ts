import type { InvokedProcess } from '../invoked-process.ts'
import { bad } from './policy-options.ts'

/** By what a process shows that it is ready. */
export type Readiness =
  /** A line of its output that contains this text, or that this expression matches. */
  { readonly output: string | RegExp }

/** @throws TypeError for a readiness that means nothing. */
export function checkReadiness(readiness: Readiness): void {
  if (typeof readiness === 'object' && readiness !== null && 'output' in readiness) return
  throw bad(readiness, 'ready', '{ output: … }')
}

/** Resolves with whether a process has shown that it is ready: not so when it ended before. */
export function untilReady(readiness: Readiness, process: InvokedProcess): Promise<boolean> {
  const { output } = readiness
  const shows = (line: string) => (typeof output === 'string' ? line.includes(output) : line.search(output) >= 0)
  return process.waitUntil((_type, line) => shows(line)).catch(() => false)
}
