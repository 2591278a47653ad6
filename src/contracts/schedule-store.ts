import type { Locks } from './locks.ts'

/** What became of one due time of a task, or of several that were missed together. Plain data. */
export interface TaskRun {
  /** The task's name, or its command with what says when it is due. */
  readonly task: string
  /** When it was due, in milliseconds since the epoch; the first of those that were missed. */
  readonly dueAt: number
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: 'succeeded' | 'failed' | 'skipped' | 'missed'
  /** Why it was skipped or missed, or how it failed. */
  readonly reason?: string
  /** That of the last attempt; `null` where there was none. */
  readonly exitCode: number | null
  readonly attempts: number
  /** How many due times were missed, this one included. */
  readonly missed?: number
}

/** The last due time of a task that somebody has dealt with. */
export interface Decision {
  /** Milliseconds since the epoch. */
  readonly dueAt: number
  /** What said when it was due. */
  readonly timetable: string
}

/**
 * What several schedulers share: locks, who takes which due time, history, and whether all is paused. Names are any text, moments
 * milliseconds since the epoch. A call that fails rejects, and has changed nothing or all of what it was to change. Where several
 * machines share a store, leases run by one clock for all of them, the store's own.
 */
export interface ScheduleStore extends Locks {
  /**
   * Takes a due time of a task: `true` for exactly one of all who ever ask for it. It is known at least until a hundred later
   * ones of the task have been taken.
   */
  claim(task: string, dueAt: number): Promise<boolean>
  /** Whether somebody has taken a due time of a task. */
  claimed(task: string, dueAt: number): Promise<boolean>
  /** Notes down the last due time that was dealt with. An earlier one than is noted changes nothing. */
  decide(task: string, decision: Decision): Promise<void>
  /** What was noted last. */
  decided(task: string): Promise<Decision | undefined>
  /** Adds to the history, of which at least the last hundred runs of each task are kept. */
  record(run: TaskRun): Promise<void>
  /** The last runs, of these tasks if given, the latest first. */
  history(options: { readonly tasks?: readonly string[]; readonly limit: number }): Promise<readonly TaskRun[]>
  /**
   * What the clock says that leases run by, where that is not this machine's: a scheduler whose own is another one reports it.
   * Absent where both are the same.
   */
  now?(): Promise<number>
  /** Pauses everybody who shares this store, or lets them go on. */
  pause(paused: boolean): Promise<void>
  /** Whether all is paused. */
  paused(): Promise<boolean>
  /** Frees what it holds of the machine. */
  close(): Promise<void>
}
