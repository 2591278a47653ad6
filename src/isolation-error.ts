import { codes, type ErrorCode, ProcessError } from './errors.ts'

/** Thrown when a process demands an isolation that cannot be met here. Nothing was started. */
export class IsolationError extends ProcessError {
  readonly code: ErrorCode = codes.isolation
  /** What was demanded, as the capabilities name it. */
  readonly demand: string

  constructor(program: string, demand: string, reason: string) {
    super(`Cannot isolate "${program}": ${demand}: ${reason}`)
    this.demand = demand
  }

  /** The error for a start within a call, which nobody could keep apart. */
  static withinCall(program: string): IsolationError {
    return new IsolationError(program, 'isolation', 'a start within a call keeps nothing apart')
  }

  /** The error for a driver that keeps nothing apart. */
  static ofDriver(program: string): IsolationError {
    return new IsolationError(program, 'isolation', 'its driver keeps no processes apart')
  }
}
