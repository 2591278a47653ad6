import { codes, type ErrorCode, ProcessError } from '../errors.ts'

/** Thrown for a command that a recording does not have, or that was fed something else than it was then. */
export class RecordingMissError extends ProcessError {
  readonly code: ErrorCode = codes.recordingMiss
}

/** Where in a recording something is wrong. */
export interface Place {
  readonly file: string
  /** From 1 on; absent where it is the file as a whole. */
  readonly line?: number | undefined
  readonly field?: string | undefined
}

/** Thrown for a recording that cannot be read. Nothing was started, and the file is as it was. */
export class BadRecordingError extends ProcessError {
  readonly code: ErrorCode = codes.badRecording
  readonly file: string
  readonly line: number | undefined
  readonly field: string | undefined

  constructor(place: Place, problem: string, options: { cause?: unknown } = {}) {
    const line = place.line === undefined ? '' : `, line ${place.line}`
    const field = place.field === undefined ? '' : `, "${place.field}"`
    super(`Cannot read the recording "${place.file}"${line}${field}: ${problem}`, options)
    this.file = place.file
    this.line = place.line
    this.field = place.field
  }
}

/** Thrown when a recording cannot be written, or did not end well. The file is as it was before. */
export class RecordingNotSavedError extends ProcessError {
  readonly code: ErrorCode = codes.recordingNotSaved
  readonly file: string

  constructor(file: string, problem: string, options: { cause?: unknown } = {}) {
    super(`Cannot save the recording "${file}": ${problem}`, options)
    this.file = file
  }
}

/** Thrown by `verify` when the real commands do not do any more what was recorded. */
export class RecordingDriftError extends ProcessError {
  readonly code: ErrorCode = codes.recordingDrift
  /** What differs, command by command. */
  readonly differences: readonly string[]

  constructor(file: string, differences: readonly string[]) {
    const list = differences.map((difference) => `\n  ${difference.replaceAll('\n', '\n  ')}`)
    super(`Cannot vouch for the recording "${file}": the rehearsal no longer matches the play${list.join('')}`)
    this.differences = differences
  }
}

/** Thrown where that was asked for, when a recording has commands that nobody ran. */
export class RecordingUnusedError extends ProcessError {
  readonly code: ErrorCode = codes.recordingUnused
}

/** Thrown where that was asked for, when a recording is older than it may be. */
export class RecordingExpiredError extends ProcessError {
  readonly code: ErrorCode = codes.recordingExpired
}
