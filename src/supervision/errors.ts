import { codes, type ErrorCode, ProcessError } from '../errors.ts'

/** Thrown for a group that makes no sense: a name twice, an unknown dependency, a circle. Nothing was started. */
export class BadGroupError extends ProcessError {
  readonly code: ErrorCode = codes.badGroup
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

/** Thrown when a slot cannot do what it was asked for in the state that it is in, such as a restart while it is stopped. */
export class SlotRefusedError extends ProcessError {
  readonly code: ErrorCode = codes.slotRefused
}

/** Thrown to whoever waits for a restart that does not come: the slot was given up, stopped, or has ended. */
export class NotRestartedError extends ProcessError {
  readonly code: ErrorCode = codes.notRestarted
}
