import { codes, type ErrorCode } from './error-codes.ts'
import type { ProcessResult } from './process-result.ts'

export { codes, type ErrorCode } from './error-codes.ts'

/** What went wrong with a process. `result` is there when it had started, with all the output up to then. */
export abstract class ProcessError extends Error {
  abstract readonly code: ErrorCode
  readonly result: ProcessResult | undefined

  constructor(message: string | undefined, options: { result?: ProcessResult | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = new.target.name
    this.result = options.result
  }
}

/** An error about a process that ran: its message tells the end of each stream, and is built when first read. */
abstract class EndedError extends ProcessError {
  declare readonly result: ProcessResult

  constructor(result: ProcessResult, options: { cause?: unknown } = {}) {
    super(undefined, { ...options, result })
    let built: string | undefined
    const message = {
      get: () => (built ??= `${result.redacted(this.headline())}${tailsOf(result)}`),
      configurable: true,
    }
    Object.defineProperty(this, 'message', message)
  }

  protected abstract headline(): string
}

/** Thrown by `throw()` for a process that exited with a code other than 0, or died of a signal. */
export class ProcessFailedError extends EndedError {
  readonly code: ErrorCode = codes.failed

  protected headline(): string {
    const { outcome } = this.result
    const signal = this.result.signal()
    const how = signal ? `killed by ${signal}` : `exit code ${this.result.exitCode()}`
    const why = outcome.kind === 'notStarted' ? ` (not started: ${outcome.errno})` : ''
    return `Command failed: ${this.result.command()}: ${how}${why}`
  }
}

/** Thrown when a process ran longer than its `timeout`. It has been stopped. */
export class ProcessTimedOutError extends EndedError {
  readonly code: ErrorCode = codes.timedOut
  /** The limit that was exceeded, in milliseconds. */
  readonly timeout: number

  constructor(result: ProcessResult, timeout: number) {
    super(result)
    this.timeout = timeout
  }

  protected headline(): string {
    return `Command timed out: ${this.result.command()}: still running after ${this.timeout} ms`
  }
}

/** Thrown when a process wrote nothing for longer than its `idleTimeout`. It has been stopped. */
export class ProcessIdleTimedOutError extends ProcessTimedOutError {
  override readonly code: ErrorCode = codes.idleTimedOut

  protected override headline(): string {
    return `Command timed out: ${this.result.command()}: no output for ${this.timeout} ms`
  }
}

/** Thrown when an `abortSignal` ended a process, or kept it from starting. `cause` is the signal's reason. */
export class ProcessCancelledError extends EndedError {
  readonly code: ErrorCode = codes.cancelled

  protected headline(): string {
    return `Command cancelled: ${this.result.command()}: its abort signal was aborted`
  }
}

/** Thrown when a listener to `beforeStart` did not let a command start. `cause` is its reason. */
export class ProcessVetoedError extends ProcessError {
  readonly code: ErrorCode = codes.vetoed

  constructor(command: string, reason: string | Error) {
    super(`Cannot start "${command}": vetoed: ${reason instanceof Error ? reason.message : reason}`, { cause: reason })
  }
}

/** Thrown when a process wrote more than its `maxOutput` allows. It has been stopped. */
export class ProcessOutputOverflowError extends EndedError {
  readonly code: ErrorCode = codes.overflow
  /** The limit that was exceeded, in bytes. */
  readonly limit: number

  constructor(result: ProcessResult, limit: number) {
    super(result)
    this.limit = limit
  }

  protected headline(): string {
    return `Command stopped: ${this.result.command()}: wrote more than ${this.limit} bytes`
  }
}

/** Thrown when a process, with all that it started, held more memory than its limit. All of them were killed. */
export class ProcessOutOfMemoryError extends EndedError {
  readonly code: ErrorCode = codes.outOfMemory
  /** The limit that was exceeded, in bytes. */
  readonly limit: number

  constructor(result: ProcessResult, limit: number) {
    super(result)
    this.limit = limit
  }

  protected headline(): string {
    return `Command killed: ${this.result.command()}: held more than ${this.limit} bytes of memory`
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'file not found in PATH',
  EACCES: 'permission denied',
  ENOTDIR: 'not a folder',
  EAGAIN: 'no more processes allowed',
  EMFILE: 'too many open files',
  E2BIG: 'argument list too long',
  ENOMEM: 'out of memory',
}

/** Thrown when a process could not be started. `errno` is the system's name for the reason, such as `ENOENT`. */
export class ProcessStartError extends ProcessError {
  readonly code: ErrorCode = codes.start
  readonly errno: string

  constructor(
    program: string,
    errno: string,
    options: { detail?: string; result?: ProcessResult; cause?: unknown } = {},
  ) {
    super(`Cannot start "${program}": ${options.detail ?? REASONS[errno] ?? errno}`, options)
    this.errno = errno
  }

  /** The error for a folder that a process cannot start in. */
  static inFolder(program: string, folder: string, errno: string): ProcessStartError {
    const state = errno === 'ENOENT' ? 'not found' : (REASONS[errno] ?? errno)
    return new ProcessStartError(program, errno, { detail: `folder "${folder}": ${state}` })
  }
}

/** Thrown when a command runs that no rule of the rehearsal, and no allow-list, knows. Nothing was started. */
export class StrayProcessError extends ProcessError {
  readonly code: ErrorCode = codes.stray
}

/** Thrown when a sequence has no answer left. */
export class SequenceExhaustedError extends ProcessError {
  readonly code: ErrorCode = codes.exhausted
}

/** Thrown when a rehearsal is asked for what it cannot honestly do, such as a terminal. */
export class NotFakeableError extends ProcessError {
  readonly code: ErrorCode = codes.notFakeable
}

/** Thrown to a caller whose wait can never end: virtual time has no event left. */
export class DeadlockError extends ProcessError {
  readonly code: ErrorCode = codes.deadlock
}

/** Thrown for a rule of a rehearsal that means nothing. */
export class BadRuleError extends ProcessError {
  readonly code: ErrorCode = codes.badRule
}

/** Thrown for a scenario that no program could perform. */
export class BadScenarioError extends ProcessError {
  readonly code: ErrorCode = codes.badScenario
}

/** Thrown for a schedule that means nothing: a bad expression, an unknown time zone, a date that never comes. */
export class BadScheduleError extends ProcessError {
  readonly code: ErrorCode = codes.badSchedule
}

/** Thrown for a limit, or what goes with it, that could never be reached or always would be. */
export class BadThresholdError extends ProcessError {
  readonly code: ErrorCode = codes.badThreshold
}

/** Thrown when somebody asks for what is known only of processes that this Process has started. */
export class NotOurProcessError extends ProcessError {
  readonly code: ErrorCode = codes.notOurProcess
}

const TAIL = 2048

function tailsOf(result: ProcessResult): string {
  return `${tail('Output', result.redactedTail('out', TAIL))}${tail('Error output', result.redactedTail('err', TAIL))}`
}

function tail(title: string, text: string): string {
  return text === '' ? '' : `\n\n${title}:\n${text.trimEnd()}`
}
