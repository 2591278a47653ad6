import type { BatchRecord, JobEnd, NewBatch, NewJob } from '../contracts/queue-store.ts'

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

/** The same batch with more jobs, or with one that is tried again. */
export function enlarged(batch: BatchRecord, jobs: number, retried = 0): BatchRecord {
  const { endedAt, ...open } = batch
  return {
    ...open,
    total: batch.total + jobs,
    pending: batch.pending + jobs + retried,
    failed: Math.max(0, batch.failed - retried),
  }
}

/** Counts a job that is over. */
export function counted(batch: BatchRecord, end: JobEnd['state'], now: number): Counted {
  const fails = end === 'failed'
  const cancels = fails && !batch.allowsFailures && !batch.cancelled
  const after = {
    ...batch,
    pending: batch.pending - 1,
    failed: batch.failed + (fails ? 1 : 0),
    cancelled: batch.cancelled || cancels,
  }
  const first = fails && batch.failed === 0 ? batch.onFailure : []
  if (after.pending > 0) return { batch: after, next: first, cancels }
  const last = concluded(after, now)
  return { ...last, next: [...first, ...last.next], cancels }
}

/** A batch of which nothing is left to do. */
export function concluded(batch: BatchRecord, now: number): Counted {
  const succeeded = batch.failed === 0 && !batch.cancelled
  const next = [...(succeeded ? batch.onSuccess : []), ...batch.onEnd]
  return { batch: { ...batch, endedAt: now }, next, cancels: false }
}
