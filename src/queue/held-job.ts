import type { JobRecord, NewJob, Uniqueness } from '../contracts/queue-store.ts'

/** A job as a store in memory holds it. */
export interface HeldJob {
  record: JobRecord
  readonly unique: Uniqueness | undefined
  /** Moments are milliseconds of a clock that never goes back. */
  readonly since: number
  /** When it is due, or its lease runs out. */
  moment: number
  /** Decides among those that became due together. */
  order: number
  /** Whoever shows this has it. */
  token: string | undefined
  /** Whether its worker is asked to cancel it. */
  asked: boolean
}

/** A new job, waiting. */
export function held(job: NewJob, id: string, at: { wall: number; elapsed: number; order: number }): HeldJob {
  const { queue, payload, priority = 0, delay = 0, unique, batch } = job
  const record: JobRecord = {
    id,
    queue,
    payload,
    priority,
    state: 'waiting',
    ...(batch !== undefined && { batch }),
    attempts: 0,
    pushedAt: at.wall,
    dueAt: at.wall + delay,
  }
  return {
    record,
    unique,
    since: at.elapsed,
    moment: at.elapsed + delay,
    order: at.order,
    token: undefined,
    asked: false,
  }
}

/** Whether a job keeps others of its kind away. */
export function excludes({ record, unique, since }: HeldJob, elapsed: number): boolean {
  if (!unique || (unique.ttl !== undefined && since + unique.ttl <= elapsed)) return false
  if (record.state === 'waiting') return unique.until === 'over' || record.startedAt === undefined
  return record.state === 'active' && unique.until === 'over'
}
