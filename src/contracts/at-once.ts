import type { Command } from './command.ts'
import type { Exit, Handle } from './driver.ts'
import type { Signal } from './signals.ts'

/**
 * What a driver may offer besides `start`: the same within the call, for code that cannot wait for a promise, such as Node's
 * own `spawn` and `spawnSync`. The caller can start the command on the machine itself; the driver says whether it is to.
 */
export interface AtOnce {
  /** As `Driver.start`, and throws what that rejects with. */
  start(command: Command, caller: StartingCaller): Handle
  /**
   * Runs a command to its end while the caller, and everybody else, stands still.
   *
   * @throws what `start` throws; NotFakeableError when the end is not known up front; DeadlockError when there is none.
   */
  run(command: Command, caller: BlockedCaller): FinishedCall
}

/** Somebody who starts a process and cannot say what they wait for. */
export interface StartingCaller {
  /** Starts the command on the machine. */
  real(): Handle
  /** Settles when the process and its streams are over. Until then virtual time moves on for it. */
  readonly closed: Promise<unknown>
}

/** Somebody who waits for a process without giving anybody a turn. */
export interface BlockedCaller {
  /** Runs the command on the machine. */
  real(): FinishedCall
  readonly input: Uint8Array
  /** Milliseconds; `undefined` for no limit. */
  readonly timeout: number | undefined
  /** What ends it at the time limit, or when it writes too much. */
  readonly killSignal: Signal
  /** Bytes of both streams together. */
  readonly maxBuffer: number
}

/** How a call ended. */
export interface FinishedCall {
  readonly pid: number
  readonly exit: Exit
  readonly out: Uint8Array
  readonly err: Uint8Array
  readonly durationMs: number
  /** The streams that went to descriptors of the caller's own, past us. */
  readonly unseen?: readonly ('stdout' | 'stderr')[]
  /** Why it was ended from outside, if it was. */
  readonly cut?: 'ETIMEDOUT' | 'ENOBUFS' | undefined
}
