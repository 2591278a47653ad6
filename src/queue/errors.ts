import { codes, type ErrorCode, ProcessError } from '../errors.ts'

/** Thrown for a command that cannot wait in a queue, a job that is not one, or a worker that has worked. Nothing was pushed or started. */
export class BadJobError extends ProcessError {
  readonly code: ErrorCode = codes.badJob
}
