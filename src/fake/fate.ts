import type { Command } from '../contracts/command.ts'
import type { Scenario } from '../contracts/scenario.ts'
import type { Signal } from '../contracts/signals.ts'
import type { FakeProcess } from './fake-process.ts'
import type { Part } from './program.ts'

/** What comes between a command and the process that it is to be. */
export interface StartFate {
  /** It does not start, for this reason. */
  readonly errno?: string | undefined
  /** Milliseconds until it starts. */
  readonly delay?: number
  /** Milliseconds from its start until its caller hears of that: it may be over by then. */
  readonly heardAfter?: number
  /** What it does in the place of its scenario, where it has one. */
  readonly scenario?: Scenario | undefined
  /** What it does besides, from its start on. */
  readonly beside?: readonly Scenario[]
}

/** A signal that the code outside sends: through its own handle, or to a number. */
export interface SentSignal {
  readonly signal: Signal
  /** The number it was sent to: negative for a group. */
  readonly pid: number
  /** Who has that number now; `undefined` when nobody does. */
  readonly to: FakeProcess | undefined
  readonly by: 'handle' | 'number'
}

/**
 * Decides what goes wrong on a rehearsal's machine, and sees all that happens there. A machine without it is sound, and nobody
 * looks. Times are milliseconds.
 */
export interface Fate {
  start(command: Command, part: Part | undefined): StartFate | undefined
  /** A command did not start. */
  refused(command: Command, errno: string): void
  /** The pid of the next process, where it is not to be the next number. */
  pid(isFree: (pid: number) => boolean): number | undefined
  born(child: FakeProcess): void
  /** A process wrote to a pipe. */
  wrote(writer: FakeProcess, stream: 'out' | 'err', bytes: Uint8Array): void
  /** A process is over. Says how long it stays a zombie, until its parent hears of it. */
  died(dead: FakeProcess): number
  /** Its pid is free again. */
  reaped(dead: FakeProcess): void
  /** A signal is under way. Says how long, or that it is not for the code to send. */
  sent(signal: SentSignal): number | 'EPERM'
}
