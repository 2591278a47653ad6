import { type Signal, toSignal } from '../contracts/signals.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { type Known, refuseUnknown } from '../known-options.ts'
import type { Backoff } from './backoff.ts'
import type { RestartMode, RestartPolicy } from './policy.ts'

/** When and how often a process is started again, as users say it. What is left out is as it was. */
export interface PolicyOptions {
  /** `on-failure` unless given. */
  readonly restart?: RestartMode
  /** Exit codes that count as success; 0 unless given. */
  readonly successCodes?: readonly number[]
  /** Signals to die of that count as success; none unless given. */
  readonly successSignals?: readonly (Signal | number)[]
  /** As many restarts within `window`; 10 unless given, `Infinity` for no limit. One more, and it is given up. */
  readonly maxRestarts?: number
  /** The stretch in which restarts are counted; the last five minutes unless given. */
  readonly window?: Duration
  /** `100ms` before the first restart, twice as long each time, up to `30s`, give or take a tenth. */
  readonly backoff?: BackoffOptions
  /** The same as `backoff.jitter`. */
  readonly jitter?: number
  /** How long it must have been ready for the back-off to begin anew; `10s` unless given. */
  readonly healthyAfter?: Duration
  /** How long it rests after having been given up, before it is tried again; never unless given. */
  readonly cooldown?: Duration
}

/** How long a process stays down before it is started again. */
export interface BackoffOptions {
  readonly first?: Duration
  readonly factor?: number
  readonly cap?: Duration
  readonly jitter?: number
}

/** The names of all of them. */
export const policyOptions: Known<PolicyOptions> = {
  restart: true,
  successCodes: true,
  successSignals: true,
  maxRestarts: true,
  window: true,
  backoff: true,
  jitter: true,
  healthyAfter: true,
  cooldown: true,
}

const backoffOptions: Known<BackoffOptions> = { first: true, factor: true, cap: true, jitter: true }

/** All of them. */
export const restartModes: readonly RestartMode[] = ['never', 'on-failure', 'always']

/**
 * A policy that differs in what the options say.
 *
 * @throws TypeError that names a value which means nothing.
 */
export function policyWith(options: PolicyOptions, base: RestartPolicy): RestartPolicy {
  const { restart = base.restart, successCodes = base.successCodes, successSignals } = options
  if (!restartModes.includes(restart)) throw bad(restart, 'restart', restartModes.join(', '))
  if (!successCodes.every(Number.isInteger)) throw bad(successCodes, 'successCodes', 'whole numbers')
  return Object.freeze({
    restart,
    successCodes: [...successCodes],
    successSignals: successSignals?.map(toSignal) ?? base.successSignals,
    maxRestarts: count(options.maxRestarts ?? base.maxRestarts),
    window: positive(options.window ?? base.window, 'window'),
    backoff: backoffWith(options, base.backoff),
    healthyAfter: toMilliseconds(options.healthyAfter ?? base.healthyAfter),
    cooldown: options.cooldown === undefined ? base.cooldown : positive(options.cooldown, 'cooldown'),
  })
}

/**
 * A stretch of time that is longer than none, in milliseconds.
 *
 * @throws TypeError that names the value.
 */
export function positive(value: Duration, name: string): number {
  const ms = toMilliseconds(value)
  if (ms === 0) throw bad(value, name, 'longer than nothing')
  return ms
}

/** The error for a value that an option cannot have. */
export function bad(value: unknown, name: string, expected: string): TypeError {
  return new TypeError(`Cannot use ${JSON.stringify(value) ?? String(value)} as ${name}: expected ${expected}`)
}

function count(max: number): number {
  if (Number.isInteger(max) && max >= 0) return max
  if (max === Number.POSITIVE_INFINITY) return max
  throw bad(String(max), 'maxRestarts', 'a whole number from 0 on, or Infinity')
}

function backoffWith({ backoff = {}, jitter }: PolicyOptions, base: Backoff): Backoff {
  refuseUnknown(backoff, backoffOptions, 'use a backoff')
  const first = toMilliseconds(backoff.first ?? base.first)
  const { factor = base.factor } = backoff
  const share = backoff.jitter ?? jitter ?? base.jitter
  const cap = toMilliseconds(backoff.cap ?? Math.max(base.cap, first))
  if (!(Number.isFinite(factor) && factor >= 1)) throw bad(factor, 'backoff.factor', 'a number from 1 on')
  if (!(share >= 0 && share <= 1)) throw bad(share, 'jitter', 'a share from 0 to 1')
  if (cap < first) throw bad(backoff.cap, 'backoff.cap', `no less than backoff.first, ${first} ms`)
  return Object.freeze({ first, factor, cap, jitter: share })
}
