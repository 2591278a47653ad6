import type { JobRecord, JobState, NewJob, Uniqueness } from '../contracts/queue-store.ts'
import { MOMENTS, type Tag } from './shelf.ts'

/** How long whoever has put a job on the shelf may take to put it in line, before somebody else does. */
const GRACE = 1000

/** A job as it lies on a shelf. */
export interface ShelvedJob {
  readonly record: JobRecord
  readonly unique?: Uniqueness
  /** Where it is in the order in which jobs were pushed. */
  readonly place: number
  /** The ticket that is good for it: another one each time it is put in line. */
  readonly turn: number
  /** Whoever shows this has it. */
  readonly token?: string
  readonly leasedUntil?: number
  /** Whether its worker is asked to cancel it. */
  readonly asked?: boolean
}

/** The names of all queues that ever had a job, and of those that are paused. */
export const QUEUES = 'queues'
export const PAUSES = 'pauses'
/** The tag of batches that are over, by their end. */
export const ENDED_BATCHES = 'ended'

export const STATES: readonly JobState[] = ['waiting', 'active', 'done', 'failed', 'cancelled']

const JOB = 'job '

/** Where a job lies. */
export function jobKey(id: string): string {
  return JOB + id
}

/** Whose place it is; `undefined` when it is not that of a job. */
export function idOf(key: string): string | undefined {
  return key.startsWith(JOB) ? key.slice(JOB.length) : undefined
}

/** Where those lie that keep others of their kind away. */
export function kindKey(key: string): string {
  return `kind ${key}`
}

export function batchKey(id: string): string {
  return `batch ${id}`
}

/** The tag of the jobs of a queue that are in a state, by their place. */
export function jobsOf(queue: string, state: JobState): string {
  return `jobs ${state} ${encodeURIComponent(queue)}`
}

/** The tag of the jobs of a queue that wait, by when they are due. */
export function duesOf(queue: string): string {
  return `due ${encodeURIComponent(queue)}`
}

/** The tag of the jobs of a batch that are not over. */
export function memberOf(batch: string): string {
  return `member ${encodeURIComponent(batch)}`
}

/** What will be read when jobs are pushed. */
export function keysOf(jobs: readonly NewJob[]): readonly string[] {
  return jobs.flatMap(({ id, unique, batch }) => [
    ...(id === undefined ? [] : [jobKey(id)]),
    ...(unique ? [kindKey(unique.key)] : []),
    ...(batch === undefined ? [] : [batchKey(batch)]),
  ])
}

/** What a job is found by. */
export function tagsOf({ record, place, leasedUntil = 0 }: ShelvedJob, now: number): readonly Tag[] {
  const { queue, state, dueAt, batch } = record
  const tags: Tag[] = [[jobsOf(queue, state), place]]
  if (state === 'waiting') tags.push([duesOf(queue), dueAt], [MOMENTS, dueAt > now ? dueAt : now + GRACE])
  if (state === 'active') tags.push([MOMENTS, leasedUntil])
  if (batch !== undefined && isOpen(state)) tags.push([memberOf(batch), place])
  return tags
}

function isOpen(state: JobState): boolean {
  return state === 'waiting' || state === 'active'
}
