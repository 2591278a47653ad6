import type { TaskRun } from '../contracts/schedule-store.ts'
import type { ScheduledTask } from './task.ts'

/** A due time that is dealt with. */
export interface Occasion {
  readonly task: ScheduledTask
  /** Milliseconds since the epoch. */
  readonly dueAt: number
  /** Whether it is made up for, long after it was due. */
  readonly late: boolean
  /** Whether it runs whatever its constraints say, because somebody asked for just this. */
  readonly forced?: boolean
}

/** How a due time ended, before it is written down. */
export type Outcome = Pick<TaskRun, 'outcome' | 'exitCode' | 'attempts'> & { readonly reason?: string }

export function skipped(reason: string): Outcome {
  return { outcome: 'skipped', reason, exitCode: null, attempts: 0 }
}

export function failed(reason: string): Outcome {
  return { outcome: 'failed', reason, exitCode: null, attempts: 0 }
}

/** Enough to see what it is about: errors of processes go on with their output. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] as string
}
