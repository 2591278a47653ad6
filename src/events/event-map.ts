import type { CommandInput } from '../command.ts'
import type { Signal } from '../contracts/signals.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import type { CommandView } from '../matching.ts'
import type { Queued, Scheduled } from '../observer.ts'
import type { ProcessResult } from '../process-result.ts'
import type { Variables } from '../settings.ts'

/** What is told of, by name, and what is told. */
export interface ProcessEventMap {
  /** A command is about to start, and may be changed or refused. The only event that is waited for. */
  readonly beforeStart: BeforeStartEvent
  readonly started: StartedEvent
  /** A piece of stdout, as text. */
  readonly output: OutputEvent<'output'>
  /** A piece of stderr. */
  readonly errorOutput: OutputEvent<'errorOutput'>
  /** A process is about to be stopped, by its caller or because of a limit. */
  readonly beforeStop: StopEvent
  /** A process that was being stopped is over. Comes after how it ended. */
  readonly stopped: EndEvent<'stopped'>
  /** It exited with code 0. Each attempt ends with just one of `completed`, `failed`, `killed` and `timedOut`. */
  readonly completed: EndEvent<'completed'>
  /** It exited with another code, wrote too much, could not be started, or ended by an error on our side. */
  readonly failed: FailEvent
  /** It died of a signal, or was ended by its abort signal. */
  readonly killed: EndEvent<'killed'>
  /** It was ended by `timeout` or `idleTimeout`. */
  readonly timedOut: EndEvent<'timedOut'>
  /** A process has started in the place of another one, by `restart`. Comes after its `started`. */
  readonly restarted: RestartEvent
  readonly scheduled: Scheduled
  readonly queued: Queued
  /** A listener threw, or took too long. Without a listener of its own it is a warning of the program. */
  readonly listenerFailed: ListenerFailedEvent
}

/** The name of an event. */
export type ProcessEventName = keyof ProcessEventMap

/** Every event there is. */
export const eventNames: readonly ProcessEventName[] = [
  'beforeStart',
  'started',
  'output',
  'errorOutput',
  'beforeStop',
  'stopped',
  'completed',
  'failed',
  'killed',
  'timedOut',
  'restarted',
  'scheduled',
  'queued',
  'listenerFailed',
] satisfies ProcessEventName[]

/** Hears of events of one name. What it throws is told as `listenerFailed`. */
export type ProcessListener<Name extends ProcessEventName> = (event: ProcessEventMap[Name]) => unknown

/** What every event about a process tells: the command as it was started, and the attempt. */
export interface ProcessEvent<Name extends ProcessEventName> extends CommandView {
  readonly type: Name
  /** Counts the attempts to run something, from 1: all events of one attempt have the same. */
  readonly run: number
  /** Milliseconds since the epoch, by the clock that the process lives by. */
  readonly at: number
}

export interface BeforeStartEvent extends ProcessEvent<'beforeStart'> {
  /**
   * Starts it in another way. `env` adds to what is there; `false` removes a variable.
   *
   * @throws TypeError for what could not be started; Error once it has been decided.
   */
  change(change: CommandChange): void
  /** Keeps it from starting: whoever wants it gets a ProcessVetoedError. */
  veto(reason: string | Error): void
}

/** What a listener changes of a command that is about to start. */
export interface CommandChange {
  readonly command?: CommandInput
  readonly path?: string
  readonly env?: Variables
}

export interface StartedEvent extends ProcessEvent<'started'> {
  readonly pid: number
  /** Absent where a program that cannot wait has called, by an interception: it is over by then. */
  readonly process: InvokedProcess | undefined
}

export interface OutputEvent<Name extends 'output' | 'errorOutput'> extends ProcessEvent<Name> {
  readonly pid: number
  readonly process: InvokedProcess
  readonly chunk: string
}

export interface StopEvent extends ProcessEvent<'beforeStop'> {
  readonly pid: number
  readonly process: InvokedProcess
  /** What it is going to be asked with. */
  readonly signal: Signal
  /** How long it may take to obey, in milliseconds. */
  readonly grace: number
}

export interface EndEvent<Name extends 'stopped' | 'completed' | 'killed' | 'timedOut'> extends ProcessEvent<Name> {
  readonly pid: number
  readonly process: InvokedProcess | undefined
  readonly result: ProcessResult
  /** What its waiters get to see, such as a ProcessTimedOutError. */
  readonly error: unknown
}

export interface FailEvent extends ProcessEvent<'failed'> {
  /** Absent, as `process` is, when it could not be started. */
  readonly pid: number | undefined
  readonly process: InvokedProcess | undefined
  readonly result: ProcessResult | undefined
  readonly error: unknown
}

export interface RestartEvent extends ProcessEvent<'restarted'> {
  readonly pid: number
  readonly process: InvokedProcess
  readonly previous: InvokedProcess
}

/** A listener threw, rejected, or took too long. */
export interface ListenerFailedEvent {
  readonly type: 'listenerFailed'
  readonly at: number
  /** What the listener was told of. */
  readonly event: ProcessEventName
  readonly listener: unknown
  readonly error: unknown
}
