import type { Signal } from '../contracts/signals.ts'
import type { Outcome } from '../outcome.ts'
import type { Backoff } from './backoff.ts'
import type { Cause } from './supervision-events.ts'

/** When a process that ended is started again. */
export type RestartMode = 'never' | 'on-failure' | 'always'

/** When and how often a process is started again, with all its numbers in milliseconds. */
export interface RestartPolicy {
  readonly restart: RestartMode
  readonly successCodes: readonly number[]
  readonly successSignals: readonly Signal[]
  /** As many restarts within the window are allowed; one more, and the slot is given up. */
  readonly maxRestarts: number
  readonly window: number
  readonly backoff: Backoff
  /** How long a process must have been ready for its back-off to begin anew. */
  readonly healthyAfter: number
  /** How long a slot that was given up rests before it is tried again; never when absent. */
  readonly cooldown: number | undefined
}

/** What is done unless told otherwise: ten restarts in five minutes, after 0.1 s, 0.2 s, 0.4 s… up to 30 s. */
export const defaultPolicy: RestartPolicy = Object.freeze({
  restart: 'on-failure',
  successCodes: [0],
  successSignals: [],
  maxRestarts: 10,
  window: 300_000,
  backoff: Object.freeze({ first: 100, factor: 2, cap: 30_000, jitter: 0.1 }),
  healthyAfter: 10_000,
  cooldown: undefined,
})

/** Whether an end counts as success: by its code, or by the signal it died of. */
export function isSuccess(outcome: Outcome, { successCodes, successSignals }: RestartPolicy): boolean {
  if (outcome.kind === 'exited') return successCodes.includes(outcome.code)
  return outcome.kind === 'signalled' && successSignals.includes(outcome.signal)
}

/** Whether what ended for this reason is to run again at all. */
export function wantsRestart(cause: Cause, { restart }: RestartPolicy): boolean {
  return restart === 'always' || (restart === 'on-failure' && cause !== 'exit')
}
