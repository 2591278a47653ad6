import { codes, type ErrorCode, ProcessError } from './errors.ts'

/** Thrown for logging that means nothing: an unknown level, a negative size, an empty path. */
export class BadLoggingError extends ProcessError {
  readonly code: ErrorCode = codes.badLogging
}

const LOG_STATES: Record<string, string> = {
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is none',
  EACCES: 'permission denied',
  EROFS: 'the disk is read-only',
  ENXIO: 'it is no file',
  EMLINK: 'it has other names as well',
  ENOSPC: 'the disk is full',
}

/** Thrown when a log cannot be written to the file that was meant. `errno` is the system's name for the reason. */
export class LogFileError extends ProcessError {
  readonly code: ErrorCode = codes.logFile
  readonly path: string
  readonly errno: string

  constructor(path: string, errno: string, options: { cause?: unknown } = {}) {
    super(`Cannot log to "${path}": ${LOG_STATES[errno] ?? errno}`, options)
    this.path = path
    this.errno = errno
  }
}
