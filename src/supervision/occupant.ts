import type { Signal } from '../contracts/signals.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import type { Outcome } from '../outcome.ts'
import type { ProcessResult } from '../process-result.ts'

/** What lives in a slot, one incarnation after the other: a process, or a group. */
export interface Occupant {
  /**
   * Starts it.
   *
   * @throws what keeps it from starting; nothing runs then.
   */
  spawn(): Promise<Incarnation>
  /** What there is to show of it where it never started. */
  unstarted(): readonly ProcessResult[]
}

/** How something is ended: what it is asked with, and how long it may take to obey, in milliseconds. */
export interface StopManner {
  readonly signal: Signal
  readonly grace: number
}

/** One life in a slot, from its start to its end. */
export interface Incarnation {
  /** Of the process, where it is one. */
  readonly pid: number | undefined
  readonly process: InvokedProcess | undefined
  /** How it is ended, where it is a process. */
  readonly manner: StopManner | undefined
  /** Resolves when it is over, whoever it leaves behind. Never rejects. */
  readonly exited: Promise<Outcome>
  /** Resolves when it is ready, where it is for itself to say. */
  readonly untilReady: Promise<void> | undefined
  readonly running: boolean
  /** Whether somebody else has stopped it. */
  readonly stopped: boolean
  /** Ends it, and all that it started or left behind. Resolves when all is over, with the pids that survive even KILL. */
  end(): Promise<readonly number[]>
  signal(signal: Signal): void
  /** How its processes ended, as far as they have. */
  results(): readonly ProcessResult[]
}
