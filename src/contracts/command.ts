import type { JointEnd } from './driver.ts'
import type { IsolationSpec } from './isolation.ts'
import type { LogRequest } from './log-request.ts'
import type { Signal } from './signals.ts'

/** Where a process reads from: nowhere (end-of-file at once), a pipe of the caller's, the caller's own stdin, a file, another process. */
export type InputFrom = 'end' | 'pipe' | 'inherit' | { readonly file: string } | JointEnd

/** Where a process writes to: a pipe of the caller's, nowhere, the caller's own stream, a file, another process. */
export type OutputTo = 'pipe' | 'ignore' | 'inherit' | { readonly file: string; readonly append: boolean } | JointEnd

/** What the caller knows of a command besides: rules and lists may look at it, and no process is different for it. */
export interface Notes {
  readonly name: string | undefined
  /** What it is going to be fed. */
  readonly input: unknown
  /** The call that waits for its end, if one does, and whether that is over. */
  readonly call?: { readonly over: boolean } | undefined
  /** Whether its caller may listen first and write then, as it likes. Other input comes whatever the process says. */
  readonly dialogue?: boolean
  /** What is taken out of messages about it. */
  readonly redact?: readonly (string | RegExp)[]
  /** How it asks to be logged, `false` for not at all. */
  readonly log?: LogRequest | false | undefined
}

/** What only some systems or drivers can do for a process. A rehearsal takes note of it. */
export interface DriverOptions {
  /** What the program is told as its own name. */
  readonly argv0?: string
  /** The shell that runs a command given as text, instead of the platform's. */
  readonly shell?: string
  /** Windows: opens no console window. */
  readonly windowsHide?: boolean
  /** Windows: passes the arguments on unquoted. */
  readonly windowsVerbatimArguments?: boolean
}

/** What to start, as frozen plain data: all that a driver needs to know and nothing that it would have to decide. */
export interface Command {
  /** Text for the platform's shell, or a program with its arguments, without a shell. */
  readonly line: string | readonly string[]
  /** The folder to start in; the caller's when absent. */
  readonly cwd: string | undefined
  /** Variables to set, or to remove where the value is `false`. */
  readonly env: Readonly<Record<string, string | false>>
  /** Whether the caller's own variables are passed on as well. */
  readonly inheritEnv: boolean
  readonly stdin: InputFrom
  readonly stdout: OutputTo
  readonly stderr: OutputTo
  /** Stays in the caller's process group, so that the terminal belongs to it as well. */
  readonly foreground: boolean
  /** Nobody writes to it, signals it or listens before its end, so it may be over by the time it has been started. */
  readonly unattended?: boolean
  /** Who it runs as, by name or id; the caller when absent. */
  readonly user?: string | number | undefined
  /** The group it runs in, by name or id; the user's own when absent. */
  readonly group?: string | number | undefined
  /** What it demands to be kept apart from. A driver meets each demand, or fails the start. */
  readonly isolation?: IsolationSpec | undefined
  readonly options?: DriverOptions | undefined
  /**
   * What signals the caller gets and handles is not passed on, all of them or those in a list: whoever handles them says what
   * becomes of this process.
   */
  readonly spared?: boolean | readonly Signal[] | undefined
  readonly notes?: Notes
}

/** All variables that a command's process gets, when the caller has these. */
export function environmentOf(
  { env, inheritEnv }: Command,
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const all = new Map<string, string>()
  // Names first, then each value: the variables of this process take three times as long to copy as one object.
  const names = inheritEnv ? (Reflect.ownKeys(inherited) as string[]) : []
  for (const name of names) setIn(all, name, inherited[name])
  for (const [name, value] of Object.entries(env)) setIn(all, name, value)
  return Object.fromEntries(all)
}

function setIn(all: Map<string, string>, name: string, value: string | false | undefined): void {
  if (typeof value === 'string') all.set(name, value)
  else all.delete(name)
}
