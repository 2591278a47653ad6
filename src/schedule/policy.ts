import { type Duration, toMilliseconds } from '../duration.ts'
import { BadScheduleError } from '../errors.ts'
import type { RetrySettings } from '../settings.ts'
import { shown } from '../shown.ts'

/** Long enough to outlast a busy machine, short enough that a crash holds nobody up for long. */
const LEASE = 10_000

/** What is done about due times that nobody was there for: nothing, the last one is made up for, or all of them. */
export type CatchUp = 'none' | 'last' | 'all'

/** @throws BadScheduleError for what is none. */
export function checkCatchUp(mode: CatchUp): void {
  if (!['none', 'last', 'all'].includes(mode))
    throw new BadScheduleError(`Cannot catch up ${shown(mode)}: expected none, last or all`)
}

/** How a task runs. Frozen; a setter makes a new one. */
export interface Policy {
  readonly catchUp: CatchUp
  /** The most that `all` makes up for. */
  readonly catchUpLimit: number
  /** Milliseconds of which each run waits a random part. */
  readonly jitter: number
  readonly retry: RetrySettings
  /** Milliseconds for which the lock against overlapping lasts without a sign of life; `undefined` without a lock. */
  readonly lease: number | undefined
  /** Milliseconds for which the right to begin lasts without a sign of life; `undefined` where everybody has it. */
  readonly onOneServer: number | undefined
  readonly background: boolean
  /** `undefined`: skipped where a lock or a turn is needed, else run. */
  readonly ifStoreFails: 'run' | 'skip' | undefined
  /** Milliseconds that a closure may take. */
  readonly timeLimit: number | undefined
}

/** Whether a task runs although the store cannot say whether it may. */
export function whenStoreFails({ ifStoreFails, lease, onOneServer }: Policy): 'run' | 'skip' {
  return ifStoreFails ?? (lease === undefined && onOneServer === undefined ? 'run' : 'skip')
}

/** How a task runs unless something else is said. */
export const everyday: Policy = Object.freeze({
  catchUp: 'none',
  catchUpLimit: 100,
  jitter: 0,
  retry: { times: 1, delay: () => 0, when: () => true },
  lease: undefined,
  onOneServer: undefined,
  background: false,
  ifStoreFails: undefined,
  timeLimit: undefined,
})

/**
 * How long a lock lives without a sign of life, in milliseconds.
 *
 * @throws BadScheduleError for less than a second, and for what is no options.
 */
export function leaseOf(options: { readonly lease?: Duration }): number {
  // Laravel takes minutes there, and a number is milliseconds here: neither is guessed.
  if (typeof options !== 'object' || options === null)
    throw new BadScheduleError(`Cannot lock for ${String(options)}: expected options such as { lease: '10s' }`)
  const milliseconds = toMilliseconds(options.lease ?? LEASE)
  if (milliseconds < 1000) throw new BadScheduleError(`Cannot lock for ${milliseconds} ms: expected 1000 or more`)
  return milliseconds
}
