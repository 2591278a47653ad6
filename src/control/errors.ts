import { codes, type ErrorCode, ProcessError } from '../errors.ts'

/** Thrown when there is nobody to ask: no `rehearsal up` runs for this project. */
export class NothingRunsError extends ProcessError {
  readonly code: ErrorCode = codes.nothingRuns

  constructor(options: { readonly cause?: unknown } = {}) {
    super('Cannot reach "rehearsal up": none runs for this project', options)
  }
}

/** Thrown to a second `rehearsal up` of one project. Nothing has been started. */
export class AlreadyRunsError extends ProcessError {
  readonly code: ErrorCode = codes.alreadyRuns

  constructor() {
    super('Cannot bring anything up: "rehearsal up" runs for this project already, see "rehearsal status"')
  }
}

/** Thrown when what was asked for was refused or came to nothing, with the code of what was thrown on the other side. */
export class ControlError extends ProcessError {
  readonly code: ErrorCode

  constructor(message: string, code: ErrorCode = codes.control) {
    super(message)
    this.code = code
  }
}
