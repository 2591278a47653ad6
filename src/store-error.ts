import { codes, type ErrorCode, ProcessError } from './errors.ts'

/** Thrown when a store of schedules or queues cannot be opened or used. What was in it is as it was. */
export class StoreError extends ProcessError {
  readonly code: ErrorCode = codes.store
  /** Its file or address. */
  readonly store: string

  constructor(store: string, problem: string, options: { cause?: unknown } = {}) {
    super(`Cannot use the store "${store}": ${problem}`, options)
    this.store = store
  }
}
