import { type Duration, type Size, toBytes, toMilliseconds } from '../duration.ts'
import { shown } from '../shown.ts'
import { oddOptions } from './option-names.ts'

/** How a worker works. */
export interface WorkOptions {
  /** The queues it empties, in strict order; `default` unless given. */
  readonly queues?: string | readonly string[]
  /** As many jobs at a time; 1 unless given. */
  readonly concurrency?: number
  /** Does one job, if there is one, and ends. */
  readonly once?: boolean
  /** Ends when nothing is due any more. */
  readonly stopWhenEmpty?: boolean
  /** Ends after so many jobs. */
  readonly maxJobs?: number
  /** Ends after so long, when what runs then is over. */
  readonly maxTime?: Duration
  /** Ends when this process holds more than so much. */
  readonly memory?: Size
  /** Rests so long after each job; each of those that it does at a time by itself. */
  readonly rest?: Duration
  /** How long a job is its own without a sign of life: 30 s unless given. */
  readonly lease?: Duration
  /** Ends it, when what runs then is over. */
  readonly signal?: AbortSignal
}

/** The same, checked and with defaults. */
export interface WorkPlan {
  readonly queues: readonly string[]
  readonly concurrency: number
  readonly once: boolean
  readonly stopWhenEmpty: boolean
  readonly maxJobs: number
  readonly maxTime: number | undefined
  readonly memory: number
  readonly rest: number
  readonly lease: number
  readonly signal: AbortSignal | undefined
}

const LEASE = 30_000

const NAMES: readonly string[] = Object.keys({
  queues: true,
  concurrency: true,
  once: true,
  stopWhenEmpty: true,
  maxJobs: true,
  maxTime: true,
  memory: true,
  rest: true,
  lease: true,
  signal: true,
} satisfies Record<keyof WorkOptions, true>)

/**
 * Refuses what means nothing.
 *
 * @throws TypeError that names the option.
 */
export function planOf(options: WorkOptions): WorkPlan {
  const odd = oddOptions(options, NAMES)
  if (odd !== undefined) throw new TypeError(`Cannot work: ${odd}`)
  const { queues = 'default', concurrency = 1, maxJobs, maxTime, memory, lease = LEASE } = options
  wholeFrom1('concurrency', concurrency)
  if (maxJobs !== undefined) wholeFrom1('maxJobs', maxJobs)
  checkTypes(options)
  const plan: WorkPlan = {
    queues: typeof queues === 'string' ? queues.split(',') : [...queues],
    concurrency,
    once: options.once ?? false,
    stopWhenEmpty: options.stopWhenEmpty ?? false,
    maxJobs: options.once ? 1 : (maxJobs ?? Number.POSITIVE_INFINITY),
    maxTime: maxTime === undefined ? undefined : toMilliseconds(maxTime),
    memory: memory === undefined ? Number.POSITIVE_INFINITY : toBytes(memory),
    rest: toMilliseconds(options.rest ?? 0),
    lease: toMilliseconds(lease),
    signal: options.signal,
  }
  if (plan.queues.length === 0 || plan.queues.some((queue) => !/^\S+$/.test(queue))) {
    throw new TypeError(`Cannot work on the queues ${shown(queues)}: expected names without blanks`)
  }
  if (plan.lease === 0) throw new TypeError('Cannot work with a "lease" of 0: a job must be held for some time')
  return plan
}

function checkTypes({ queues = 'default', once = false, stopWhenEmpty = false, signal }: WorkOptions): void {
  if (typeof queues !== 'string' && !Array.isArray(queues))
    throw new TypeError('Cannot work on these "queues": expected names')
  if (typeof once !== 'boolean' || typeof stopWhenEmpty !== 'boolean')
    throw new TypeError('Cannot work with this "once" or "stopWhenEmpty": expected true or false')
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw new TypeError('Cannot work with this "signal": expected an AbortSignal')
}

function wholeFrom1(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new TypeError(`Cannot work with ${value} as "${name}": expected 1 or more`)
}
