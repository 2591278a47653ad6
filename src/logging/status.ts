import type { LogFileError } from '../log-errors.ts'
import type { LoggedCounts } from './logged-process.ts'

/** What could not be done, or can be done again. Logging goes on meanwhile, as far as it can, and tries again. */
export interface LoggingProblem {
  /** What could not be done; `recovered` when a file that could not be written can be again. */
  readonly what: 'write' | 'rotate' | 'compress' | 'purge' | 'recovered'
  readonly path: string
  readonly error: LogFileError
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Since when it could not be written. */
  readonly since: number | undefined
}

/** How it is with one log file. */
export interface LogFileStatus {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Bytes that wait for the disk. */
  readonly pending: number
  /** Lines, and the bytes of what processes wrote that they stand for. */
  readonly written: { readonly lines: number; readonly bytes: number }
  readonly dropped: { readonly lines: number; readonly bytes: number }
  readonly rotations: number
  /** How often it was begun anew because somebody else had moved or removed it, or asked for that. */
  readonly reopened: number
  readonly failures: number
  /** Why it cannot be written, or put aside, now. */
  readonly problem: LogFileError | undefined
}

/** How it is with the logging of a Process. */
export interface LoggingStatus {
  readonly enabled: boolean
  readonly files: readonly LogFileStatus[]
  /** The processes that are being logged now. */
  readonly processes: readonly LoggedCounts[]
  /** The latest problems, the newest last. */
  readonly problems: readonly LoggingProblem[]
}
