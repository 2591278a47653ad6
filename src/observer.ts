import type { Clock } from './contracts/clock.ts'
import type { Command } from './contracts/command.ts'
import type { Signal } from './contracts/signals.ts'
import type { InvokedProcess } from './invoked-process.ts'
import type { ProcessResult } from './process-result.ts'

/** Is told what becomes of processes, and passes it on to whoever listens. What it does with that is its own affair: no call throws. */
export interface Observer {
  /** Whether anybody listens now. Asked at each start, so that nothing is done for nobody. */
  readonly listens: boolean
  /** Begins to watch one attempt to run a command. */
  watch(command: Command, clock: Clock): Watch
  /** A scope within this one. */
  inner(): Observer
  /** Runs a callback in this scope: who begins to listen in there hears of what starts in there, and of nothing else. */
  within<T>(callback: () => T): T
}

/** Is told what becomes of one attempt to run a command. Only `before` is waited for. */
export interface Watch {
  /**
   * Asks those who listen before it starts; gives the command as it is to be then.
   *
   * @throws ProcessVetoedError when one of them does not let it start.
   */
  before(): Promise<Command>
  /** The same within the call. One who answers later has not let it start. */
  beforeNow(): Command
  /** It has started; without the process where nobody gets to hold one. */
  started(pid: number, process?: InvokedProcess): void
  /** It is about to be sent the first signal of a stop. */
  stopping(signal: Signal, grace: number): void
  /** It is over. `error` is what its waiters get to see. */
  over(result: ProcessResult, error: unknown): void
  /** It could not be started. */
  failed(error: unknown): void
  /** It is what another one was restarted as. */
  restarted(previous: InvokedProcess): void
}

/** What others than processes have to tell. */
export interface Teller {
  tell(happening: Happening): void
}

export type Happening = Scheduled | Queued

/** A task begins because it is due. */
export interface Scheduled {
  readonly type: 'scheduled'
  /** Milliseconds since the epoch, by the clock of its scheduler. */
  readonly at: number
  /** The name of the task, or its command. */
  readonly task: string
  /** When it was due, in milliseconds since the epoch. */
  readonly dueAt: number
  /** Whether it is made up for, long after it was due. */
  readonly late: boolean
}

/** A command was put into a queue. */
export interface Queued {
  readonly type: 'queued'
  /** Milliseconds since the epoch, by the clock of whoever queued it. */
  readonly at: number
  /** The name of the job. */
  readonly id: string
  readonly queue: string
  /** The command as text. */
  readonly command: string
  /** Milliseconds until it is due. */
  readonly delay: number
}
