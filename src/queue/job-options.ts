import type { NewJob, Uniqueness } from '../contracts/queue-store.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { shown } from '../shown.ts'
import { checkKinds } from './check-kinds.ts'
import { BadJobError } from './errors.ts'
import type { Job } from './job.ts'
import { oddOptions } from './option-names.ts'

/** How a command is queued, and what becomes of it when it fails. */
export interface JobOptions {
  /** `default` unless given. */
  readonly queue?: string
  /** Its name for good: a second one of that name is not queued. */
  readonly id?: string
  /** How long it waits before it is due. */
  readonly delay?: Duration
  /** Higher goes first; 0 unless given. */
  readonly priority?: number
  /** Attempts in all, 1 unless given; 0 for as many as it takes until `retryUntil`. */
  readonly tries?: number
  /** How long it waits after a failed attempt: always, or after the first, the second and so on; the last one repeats. */
  readonly backoff?: Duration | readonly Duration[]
  /** When no further attempt is begun: a moment, or so long from now. */
  readonly retryUntil?: Date | Duration
  /** Drops a second one of the same key, or of the same command, while the first waits or runs; or until it is started. */
  readonly unique?:
    | boolean
    | string
    | { readonly key?: string; readonly until?: 'started' | 'over'; readonly ttl?: Duration }
  /** Waits until nobody has queued it again for so long, and runs the last one. */
  readonly debounce?: Duration | { readonly key?: string; readonly wait: Duration }
  /** Never runs beside another one of the same key, or of the same command: it is tried again after `again`, 1 s unless given. */
  readonly withoutOverlapping?: boolean | string | { readonly key?: string; readonly again?: Duration }
  /** Runs at most `limit` times in each `per`, together with all others of the same name. */
  readonly rateLimit?: { readonly limit: number; readonly per: Duration; readonly name?: string }
  /** Finds how far it is, in percent, in its output: the first group of an expression. */
  readonly progress?: RegExp
}

const NAMES: Readonly<Record<keyof JobOptions, true>> = {
  queue: true,
  id: true,
  delay: true,
  priority: true,
  tries: true,
  backoff: true,
  retryUntil: true,
  unique: true,
  debounce: true,
  withoutOverlapping: true,
  rateLimit: true,
  progress: true,
}

/**
 * Refuses what means nothing.
 *
 * @throws BadJobError that names the option, TypeError for a duration that is none.
 */
export function checkOptions(options: JobOptions): void {
  const odd = oddOptions(options, Object.keys(NAMES))
  if (odd !== undefined) throw new BadJobError(`Cannot queue: ${odd}`)
  checkKinds(options)
  const { tries, queue, priority, rateLimit, id, retryUntil, progress, debounce, delay } = options
  refuse('tries', tries, tries === undefined || (Number.isInteger(tries) && tries >= 0), 'a whole number from 0 on')
  refuse('queue', queue, queue === undefined || isName(queue), 'a name without blanks')
  refuse('id', id, id === undefined || isName(id), 'a name without blanks')
  refuse('priority', priority, priority === undefined || Number.isSafeInteger(priority), 'a whole number')
  const limit = rateLimit?.limit
  refuse('rateLimit', limit, !rateLimit || (Number.isInteger(limit) && Number(limit) > 0), 'a limit from 1 on')
  refuse('rateLimit.per', rateLimit?.per, !rateLimit || toMilliseconds(rateLimit.per) > 0, 'some time')
  refuse('retryUntil', retryUntil, !(retryUntil instanceof Date && Number.isNaN(retryUntil.getTime())), 'a moment')
  refuse('progress', progress, progress === undefined || progress instanceof RegExp, 'a regular expression')
  if (debounce !== undefined && delay !== undefined) {
    throw new BadJobError('Cannot queue with "debounce" and "delay": how long it waits would be said twice')
  }
  if (Array.isArray(options.backoff) && options.backoff.length === 0)
    throw new BadJobError('Cannot queue with no times as "backoff": expected one, or several')
  if (options.unique && debounce !== undefined) {
    throw new BadJobError(
      'Cannot queue with "unique" and "debounce": a second one is dropped or takes the place of the first',
    )
  }
}

/** What of the options a worker goes by. `text` is the command's, for keys that are not given. */
export function policyOf(options: JobOptions, text: string, now: number): Omit<Job, 'command'> {
  const { tries = 1, backoff = 0, retryUntil, withoutOverlapping: overlap, rateLimit, progress } = options
  return {
    tries,
    backoff: (Array.isArray(backoff) ? backoff : [backoff]).map((wait: Duration) => toMilliseconds(wait)),
    ...(retryUntil !== undefined && { retryUntil: momentOf(retryUntil, now) }),
    ...(overlap && { overlap: { key: keyOf(overlap, text), again: toMilliseconds(againOf(overlap)) } }),
    ...(rateLimit && {
      rate: { name: rateLimit.name ?? text, limit: rateLimit.limit, window: toMilliseconds(rateLimit.per) },
    }),
    ...(progress && { progress: { source: progress.source, flags: progress.flags } }),
  }
}

/** What of the options the store goes by. */
export function placeOf(options: JobOptions, text: string): Omit<NewJob, 'payload'> {
  const { queue = 'default', id, delay, priority, unique, debounce } = options
  const wait = debounce === undefined ? delay : waitOf(debounce)
  const kind = debounce === undefined ? uniquenessOf(unique, text) : replacing(debounce, text)
  return {
    queue,
    ...(id !== undefined && { id }),
    ...(wait !== undefined && { delay: toMilliseconds(wait) }),
    ...(priority !== undefined && { priority }),
    ...(kind && { unique: kind }),
  }
}

function momentOf(until: Date | Duration, now: number): number {
  return until instanceof Date ? until.getTime() : now + toMilliseconds(until)
}

function uniquenessOf(unique: JobOptions['unique'], text: string): Uniqueness | undefined {
  if (!unique) return undefined
  const { until = 'over', ttl } = typeof unique === 'object' ? unique : {}
  return { key: keyOf(unique, text), until, second: 'dropped', ...(ttl !== undefined && { ttl: toMilliseconds(ttl) }) }
}

function replacing(debounce: NonNullable<JobOptions['debounce']>, text: string): Uniqueness {
  const key = typeof debounce === 'object' && 'wait' in debounce ? (debounce.key ?? text) : text
  return { key: `debounce ${key}`, until: 'over', second: 'replaces' }
}

function waitOf(debounce: NonNullable<JobOptions['debounce']>): Duration {
  return typeof debounce === 'object' && 'wait' in debounce ? debounce.wait : debounce
}

function keyOf(key: boolean | string | { readonly key?: string }, text: string): string {
  if (typeof key === 'object') return key.key ?? text
  return typeof key === 'string' ? key : text
}

function againOf(overlap: NonNullable<JobOptions['withoutOverlapping']>): Duration {
  return (typeof overlap === 'object' ? overlap.again : undefined) ?? 1000
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && /^[^\s]+$/.test(name)
}

function refuse(name: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new BadJobError(`Cannot queue with ${shown(value)} as "${name}": expected ${expected}`)
}
