import type { BatchRecord, JobEnd, JobRecord, NewBatch, NewJob } from '../contracts/queue-store.ts'

/** What becomes of a batch when one more of its jobs is over. */
export interface Counted {
  readonly batch: BatchRecord
  /** What is to be pushed now. */
  readonly next: readonly NewJob[]
  /** Whether what it has not done yet is cancelled now. */
  readonly cancels: boolean
}

/** A batch that has no jobs yet. */
export function opened(batch: NewBatch, now: number): BatchRecord {
  return { ...batch, total: 0, pending: 0, failed: 0, cancelled: false, pushedAt: now }
}

/** The same batch with more jobs. */
export function enlarged(batch: BatchRecord, jobs: number): BatchRecord {
  const { endedAt, ...open } = batch
  return { ...open, total: batch.total + jobs, pending: batch.pending + jobs }
}

/** The same batch with one of its jobs tried again, which had failed or was cancelled. */
export function reopened(batch: BatchRecord, end: JobRecord['state']): BatchRecord {
  const { failed, undone = 0 } = batch
  const less = end === 'failed' ? { failed: Math.max(0, failed - 1) } : { undone: Math.max(0, undone - 1) }
  return { ...enlarged(batch, 0), pending: batch.pending + 1, ...less }
}

/** How a job leaves the count of its batch: over, or because another one has taken its place. */
export type Leaving = JobEnd['state'] | 'replaced'

/** Counts a job that is over. */
export function counted(batch: BatchRecord, end: Leaving, now: number): Counted {
  const fails = end === 'failed'
  const cancels = fails && !batch.allowsFailures && !batch.cancelled
  const after = {
    ...batch,
    pending: batch.pending - 1,
    failed: batch.failed + (fails ? 1 : 0),
    ...(end === 'cancelled' && { undone: (batch.undone ?? 0) + 1 }),
    cancelled: batch.cancelled || cancels,
  }
  const first = fails && batch.failed === 0 ? batch.onFailure : []
  if (after.pending > 0) return { batch: after, next: first, cancels }
  const last = concluded(after, now)
  return { ...last, next: [...first, ...last.next], cancels }
}

/** A batch of which nothing is left to do. */
export function concluded(batch: BatchRecord, now: number): Counted {
  const succeeded = batch.failed === 0 && !batch.undone && !batch.cancelled
  const next = [...(succeeded ? batch.onSuccess : []), ...batch.onEnd]
  return { batch: { ...batch, endedAt: now }, next, cancels: false }
}
