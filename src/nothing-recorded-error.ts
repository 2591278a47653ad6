import { codes, type ErrorCode, ProcessError } from './errors.ts'

/** Thrown for a claim about what ran where nobody takes note of that: before a rehearsal or a spy, or after it. */
export class NothingRecordedError extends ProcessError {
  readonly code: ErrorCode = codes.nothingRecorded

  /** `isOver` says whether somebody took note before. */
  constructor(isOver: boolean) {
    const state = isOver
      ? 'the rehearsal is over, and nothing is recorded before the next Process.fake() or Process.spy()'
      : 'nothing is recorded before Process.fake() or Process.spy()'
    super(`Cannot tell what ran: ${state}`)
  }
}
