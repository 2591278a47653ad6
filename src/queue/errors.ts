import { codes, type ErrorCode, ProcessError } from '../errors.ts'

/** Thrown for a command that cannot wait in a queue, or a job that is not one. Nothing was pushed or started. */
export class BadJobError extends ProcessError {
  readonly code: ErrorCode = codes.badJob
}
