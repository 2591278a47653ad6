import { codes, type ErrorCode, ProcessError } from '../errors.ts'

/** Thrown for a group that makes no sense: a name twice, an unknown dependency, a circle. Nothing was started. */
export class BadGroupError extends ProcessError {
  readonly code: ErrorCode = codes.badGroup
}

/** The error for a name that nobody has. */
export function unknownMember(name: string): BadGroupError {
  return new BadGroupError(`Cannot find "${name}" in the group: nobody was added by that name`)
}

/** Why one slot of a group did not come up. */
export interface Unstarted {
  readonly slot: string
  readonly reason: string
  /** What kept its process from starting, where there was an error. */
  readonly error?: unknown
}

/** Thrown when not everything in a group came up. What had come up has been stopped again. */
export class GroupStartError extends ProcessError {
  readonly code: ErrorCode = codes.groupStart
  readonly unstarted: readonly Unstarted[]

  constructor(group: string, unstarted: readonly Unstarted[]) {
    const list = unstarted.map(({ slot, reason }) => `"${slot}" ${reason}`).join(', ')
    const cause = unstarted.find(({ error }) => error !== undefined)?.error
    super(`Cannot start the group "${group}": ${list}`, cause === undefined ? {} : { cause })
    this.unstarted = unstarted
  }
}

/** Thrown when a ledger cannot be used: it cannot be read, says nothing that we know, or somebody else works with it. */
export class LedgerError extends ProcessError {
  readonly code: ErrorCode = codes.ledger

  constructor(path: string, reason: string, cause?: unknown) {
    super(`Cannot use the ledger ${path}: ${reason}`, cause === undefined ? {} : { cause })
  }
}

/**
 * Thrown when what a supervisor left behind that was killed cannot be ended, or might be anybody's: started once more it could run
 * twice. Nothing has been started.
 */
export class LeftoversError extends ProcessError {
  readonly code: ErrorCode = codes.leftovers
  /** Who survived even KILL. */
  readonly survivors: readonly number[]
  /** Who bears the number of a process that is gone, and was never seen with it. They have not been signalled. */
  readonly unsure: readonly number[]

  constructor(path: string, { survivors, unsure }: Pick<LeftoversError, 'survivors' | 'unsure'>) {
    const reasons = [
      ...(survivors.length > 0 ? [`${survivors.join(', ')} survived even KILL`] : []),
      ...(unsure.length > 0 ? [`${unsure.join(', ')} may be its own or not: end them, or remove the file`] : []),
    ]
    super(`Cannot start what may still run by the ledger ${path}: ${reasons.join('; ')}`)
    this.survivors = survivors
    this.unsure = unsure
  }
}

/** Thrown when a slot cannot do what it was asked for in the state that it is in, such as a restart while it is stopped. */
export class SlotRefusedError extends ProcessError {
  readonly code: ErrorCode = codes.slotRefused
}

/** Thrown to whoever waits for a restart that does not come: the slot was given up, stopped, or has ended. */
export class NotRestartedError extends ProcessError {
  readonly code: ErrorCode = codes.notRestarted
}
