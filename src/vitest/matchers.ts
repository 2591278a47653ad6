import type { Claims, Condition, Verdict } from '../claims.ts'
import { type Signal, toSignal } from '../contracts/signals.ts'
import type { Pattern } from '../matching.ts'

/** What `expect` can say about a Process, a rehearsal or a spy. A failure shows what did run. */
export interface ProcessMatchers {
  /** A command that matches has run, and met the condition where there is one. */
  toHaveRan(pattern: Pattern, condition?: Condition): void
  /** Exactly so many commands that match have run. */
  toHaveRanTimes(pattern: Pattern, times?: number): void
  /** These, and nothing else, have run in this order. */
  toHaveRanInOrder(patterns: readonly Pattern[]): void
  /** No command has run. */
  toHaveRanNothing(): void
  /** Exactly so many commands have run. */
  toHaveRanCount(count: number): void
  /** A command that matches was sent this signal by its caller. */
  toHaveSignalled(pattern: Pattern, signal: Signal | number): void
  /** A command that matches was stopped by its caller. */
  toHaveStopped(pattern: Pattern): void
  /** A command that matches got exactly this on its stdin. */
  toHaveReceivedInput(pattern: Pattern, input: string): void
  /** Every rule of the rehearsal has been used. */
  toHaveUsedAllFakes(): void
}

/** What a runner is told about a matcher. */
interface Answer {
  readonly pass: boolean
  message(): string
}

/** A matcher as runners take it: what was given to `expect` comes first. */
type Matcher<Arguments extends unknown[]> = (received: unknown, ...rest: Arguments) => Answer

/** The matchers, in the form that `expect.extend` takes. */
export const matchers: { [Name in keyof ProcessMatchers]: Matcher<Parameters<ProcessMatchers[Name]>> } = {
  toHaveRan: (received, pattern, condition) => answer(claimsOf(received).ran(pattern, condition)),
  toHaveRanTimes: (received, pattern, times) => answer(claimsOf(received).ranTimes(pattern, times)),
  toHaveRanInOrder: (received, patterns) => answer(claimsOf(received).ranInOrder(patterns)),
  toHaveRanNothing: (received) => answer(claimsOf(received).nothingRan()),
  toHaveRanCount: (received, count) => answer(claimsOf(received).ranCount(count)),
  toHaveSignalled: (received, pattern, signal) => answer(claimsOf(received).signalled(pattern, toSignal(signal))),
  toHaveStopped: (received, pattern) => answer(claimsOf(received).stopped(pattern)),
  toHaveReceivedInput: (received, pattern, input) => answer(claimsOf(received).input(pattern, input)),
  toHaveUsedAllFakes: (received) => answer(claimsOf(received).allUsed()),
}

// A runner shows the message of a matcher that holds only when `not` expected it to fail.
function answer(verdict: Verdict): Answer {
  return { pass: verdict.holds, message: () => (verdict.holds ? verdict.opposite() : verdict.message()) }
}

function claimsOf(received: unknown): Claims {
  const isOurs = received !== null && typeof received === 'object' && 'claims' in received
  if (isOurs) return (received as { claims(): Claims }).claims()
  throw new TypeError('Cannot tell what ran: expected a Process, a rehearsal or a spy')
}
