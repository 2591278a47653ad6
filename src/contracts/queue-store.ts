import type { Locks } from './locks.ts'

/** A job as it is pushed. Plain data: it may travel to another machine. */
export interface NewJob {
  /** Its name for good: while a job of that name is known, a second one is not pushed. The store draws one unless given. */
  readonly id?: string
  readonly queue: string
  /** What is to be done, in words that only workers understand. */
  readonly payload: string
  /** Higher goes first; 0 unless given. Jobs of the same priority go in the order in which they became due. */
  readonly priority?: number
  /** Milliseconds until it is due; 0 unless given. */
  readonly delay?: number
  /** Keeps it the only one of its kind. */
  readonly unique?: Uniqueness
  /** The batch it is counted in. */
  readonly batch?: string
}

/** What makes two jobs of the same kind, and what becomes of the second. */
export interface Uniqueness {
  readonly key: string
  /** Whether others may come once this one has been started, or only when it is over: done, failed or cancelled. */
  readonly until: 'started' | 'over'
  /** The second one is dropped, or takes the place of a first one that nobody has started, and waits its own delay. */
  readonly second: 'dropped' | 'replaces'
  /** Milliseconds after which others may come all the same. */
  readonly ttl?: number
}

/** What became of a push. */
export interface Pushed {
  /** Its own name, or that of the job that it would have been the second of. */
  readonly id: string
  /** Whether there is one more job now. */
  readonly pushed: boolean
}

/** `waiting` includes those that are not due yet. */
export type JobState = 'waiting' | 'active' | 'done' | 'failed' | 'cancelled'

/** All that is known of a job. Times are milliseconds since the epoch, on the store's clock. */
export interface JobRecord {
  readonly id: string
  readonly queue: string
  readonly payload: string
  readonly priority: number
  readonly state: JobState
  readonly batch?: string
  /** How often it was started; a start that ended in a release does not count. */
  readonly attempts: number
  readonly pushedAt: number
  readonly dueAt: number
  readonly startedAt?: number
  readonly endedAt?: number
  /** The last that its worker told of it while it ran. */
  readonly progress?: string
  /** The last that its worker told of an attempt that was over. */
  readonly result?: string
}

/** A job that a worker may do now, alone, for as long as it renews its lease. */
export interface Reserved {
  readonly job: JobRecord
  /** What the worker proves with that it still has the job: another one for each time it is given away. */
  readonly token: string
}

/** What a worker learns when it renews a lease: it holds on, somebody wants the job cancelled, or the job is not its own any more. */
export type Lease = 'held' | 'cancelled' | 'lost'

/** The last of a job: how it ended, what its worker tells of it, and what follows from it. */
export interface JobEnd {
  readonly state: 'done' | 'failed' | 'cancelled'
  readonly result: string
  /** Whether this start counts as an attempt: it does unless this is `false`, because nothing was begun. */
  readonly spent?: boolean
  /** What is pushed with it: it is stored before the job is over, so a crash in between repeats the job and loses nothing. */
  readonly next?: readonly NewJob[]
}

/** Jobs that are counted together. */
export interface NewBatch {
  readonly id: string
  /** Goes on after a failure; otherwise the rest is cancelled. */
  readonly allowsFailures: boolean
  /**
   * What is pushed when all have succeeded, after the first failure, and when all are over. One that was cancelled or forgotten has
   * not succeeded; one whose place another one has taken is not counted.
   */
  readonly onSuccess: readonly NewJob[]
  readonly onFailure: readonly NewJob[]
  readonly onEnd: readonly NewJob[]
}

/** How far a batch is. */
export interface BatchRecord extends NewBatch {
  /** How many jobs it has had: those it was opened with, and those that were added, as the followers in a chain are in their turn. */
  readonly total: number
  readonly pending: number
  readonly failed: number
  /** How many were cancelled or forgotten and so never done; absent where there is none. */
  readonly undone?: number
  readonly cancelled: boolean
  readonly pushedAt: number
  readonly endedAt?: number
}

/** Jobs of one queue by state, those that are not due yet counted apart. */
export interface QueueCounts extends Readonly<Record<JobState, number>> {
  readonly queue: string
  readonly delayed: number
  readonly paused: boolean
}

/** Which jobs are meant. */
export interface JobFilter {
  readonly queue?: string
  readonly state?: JobState
  /** Those that ended, or were pushed if they have not ended, before this moment of the store's clock. */
  readonly before?: number
}

/**
 * Where jobs wait, and who has them. Each promise holds for everybody who uses the same store at the same time, on
 * whatever machine; each job is given away until somebody has ended it. A worker that does not have a job any more changes nothing of it.
 */
export interface QueueStore {
  /** How other processes name it: a file or a URL. Absent where they cannot reach it. */
  readonly address?: string | undefined
  /** Locks that workers share, for jobs that must not run side by side. */
  readonly locks: Locks
  /** The store's own clock, in milliseconds since the epoch: the one that decides what is due. */
  now(): Promise<number>
  /** Adds jobs, all of them or none. */
  push(jobs: readonly NewJob[]): Promise<readonly Pushed[]>
  /**
   * Gives away the next job that is due: of the first queue that has one, the highest priority, then the longest due. A job whose
   * lease has run out is due again. Nothing comes of a queue that is paused.
   */
  reserve(queues: readonly string[], lease: number): Promise<Reserved | undefined>
  /** Holds a job for `lease` milliseconds from now on, and notes down how far it is. */
  renew(id: string, token: string, lease: number, progress?: string): Promise<Lease>
  /** Ends a job. `false`, and nothing is changed, when it is not the worker's any more. */
  finish(id: string, token: string, end: JobEnd): Promise<boolean>
  /** Gives a job back, due after `delay`. A `spent` attempt counts. `false` when it is not the worker's any more. */
  release(id: string, token: string, back: { delay: number; spent: boolean; result?: string }): Promise<boolean>
  /** Ends a job that waits; asks the worker of one that is active. `false` for one that is over or unknown. */
  cancel(id: string): Promise<boolean>
  /** Makes a failed or cancelled job wait again, with no attempts. `false` for any other. */
  retry(id: string): Promise<boolean>
  /** A job by its name; `undefined` where there is none. */
  find(id: string): Promise<JobRecord | undefined>
  /** Jobs, the latest pushed first. */
  list(filter: JobFilter & { readonly limit: number }): Promise<readonly JobRecord[]>
  /** Forgets jobs that are not active, and batches that are over. Says how many jobs. */
  forget(filter: JobFilter | { readonly id: string }): Promise<number>
  /** Every queue that has a job, or is paused, by name. */
  counts(): Promise<readonly QueueCounts[]>
  /** Keeps the jobs of a queue from being given away, or lets them go on. */
  pause(queue: string, paused: boolean): Promise<void>
  /** Opens a batch together with its first jobs. One of that name that exists is left as it is: `false`. */
  openBatch(batch: NewBatch, jobs: readonly NewJob[]): Promise<boolean>
  /** A batch by its name; `undefined` where there is none. */
  batch(id: string): Promise<BatchRecord | undefined>
  /** Cancels what a batch has not done yet. `false` when it is over or unknown. */
  cancelBatch(id: string): Promise<boolean>
  /** Takes one of `limit` turns in each window of so many milliseconds: 0, or the milliseconds until there may be one. */
  turn(rate: string, limit: number, window: number): Promise<number>
  /** Resolves when there may be something new to reserve, and when `signal` aborts. Never rejects. */
  news(queues: readonly string[], signal: AbortSignal): Promise<void>
  /** Frees what it holds of the machine. */
  close(): Promise<void>
}
