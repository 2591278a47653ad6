import { type CommandInput, commandText } from '../command.ts'
import type { JobRecord, JobState } from '../contracts/queue-store.ts'
import { unpack } from './job.ts'
import type { Seal } from './sealing.ts'

/** How an attempt ended, as it is kept with the job. */
export interface JobResult {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly durationMs: number
  /** The end of each stream, as far as it is kept. */
  readonly output: string
  readonly errorOutput: string
  /** Why it did not succeed. */
  readonly reason?: string
}

/** A job as users see it. Times are milliseconds since the epoch. */
export interface QueuedJob {
  readonly id: string
  readonly queue: string
  /** The command as text. */
  readonly command: string
  readonly state: JobState
  readonly priority: number
  readonly attempts: number
  readonly pushedAt: number
  readonly dueAt: number
  readonly startedAt?: number | undefined
  readonly endedAt?: number | undefined
  readonly batch?: string | undefined
  /** In percent, where its output tells. */
  readonly progress?: number | undefined
  /** How the last attempt ended. */
  readonly result?: JobResult | undefined
}

/** A job as users see it. One that cannot be read says so in the place of its command. */
export function viewOf(record: JobRecord, seal: Seal): QueuedJob {
  const { payload, progress, result, ...rest } = record
  return {
    ...rest,
    command: textOf(payload, seal),
    progress: progress === undefined ? undefined : Number(progress),
    result: result === undefined ? undefined : (JSON.parse(result) as JobResult),
  }
}

function textOf(payload: string, seal: Seal): string {
  try {
    return commandText(unpack(seal.open(payload)).job.command.line as CommandInput)
  } catch (error) {
    return `(${error instanceof Error ? error.message : String(error)})`
  }
}
