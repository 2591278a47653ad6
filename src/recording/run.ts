import type { Data } from '../contracts/scenario.ts'
import type { Signal } from '../contracts/signals.ts'

/** Why a command did not start: the system's errno, with its sentence where that is not the usual one. */
export type StartFault = string | { readonly errno: string; readonly detail: string }

/** One thing that happened in a run: milliseconds since the one before, what it was, and what came with it. */
export type RunEvent =
  /** It wrote to stdout or stderr; its caller wrote to its stdin. */
  | readonly [after: number, code: 'out' | 'err' | 'in', data: Data]
  /** Its caller ended its input. */
  | readonly [after: number, code: 'eof']
  /** Its caller sent it a signal. */
  | readonly [after: number, code: 'signal', signal: Signal]
  /** It ended, with a code or by a signal. What it had started may still write after that. */
  | readonly [after: number, code: 'exit', how: number | Signal]
  /** It did not start. */
  | readonly [after: number, code: 'fail', why: StartFault]

/** The stdin of a run that ended before it had been given all of it: what it would have got is not known. */
export const UNREAD = 'unread'

/** One run of a command, as a recording keeps it: symbols instead of paths, and no secrets. */
export interface RecordedRun {
  /** Text for the shell, or a program with its arguments. */
  readonly run: string | readonly string[]
  readonly cwd: string
  /** The names of the variables that it was given, and `!NAME` for one that was taken away. */
  readonly env?: readonly string[]
  /** Digests of the variables that it is told apart by. */
  readonly told?: Readonly<Record<string, string>>
  /** A digest of all that it was given to read; absent where that was nothing. */
  readonly stdin?: string
  /** Whether it answers for ever, once there is no later run of the same command. */
  readonly repeats?: true
  readonly events: readonly RunEvent[]
}

/** The end of a run: its exit, or why there was none. */
export function endOf({ events }: RecordedRun): RunEvent | undefined {
  return events.find(([, code]) => code === 'exit' || code === 'fail')
}
