import { constants } from 'node:os'

/** A POSIX signal by name, such as `SIGTERM`. */
export type Signal = NodeJS.Signals

/** What a signal does to a process that says nothing about it. */
export type DefaultAction = 'die' | 'ignore' | 'stop' | 'continue'

const ACTIONS: Partial<Record<Signal, DefaultAction>> = {
  SIGCHLD: 'ignore',
  SIGURG: 'ignore',
  SIGWINCH: 'ignore',
  SIGCONT: 'continue',
  SIGSTOP: 'stop',
  SIGTSTP: 'stop',
  SIGTTIN: 'stop',
  SIGTTOU: 'stop',
}

/** The default action of a signal: to die of it, but for CHLD, CONT and the like (signal(7)). */
export function defaultAction(signal: Signal): DefaultAction {
  return ACTIONS[signal] ?? 'die'
}

/** Whether the machine knows a signal of this name. */
export function isSignal(name: unknown): name is Signal {
  return typeof name === 'string' && Object.hasOwn(constants.signals, name)
}

/** The number of a signal: 15 for `SIGTERM`. A shell reports a death by it as 128 plus this number. */
export function signalNumber(signal: Signal): number {
  return constants.signals[signal]
}

/**
 * A signal given by name or number, as a name.
 *
 * @throws TypeError that names the value when the machine has no such signal.
 */
export function toSignal(value: Signal | number): Signal {
  if (isSignal(value)) return value
  const named = Object.entries(constants.signals).find(([, number]) => number === value)
  if (named) return named[0] as Signal
  throw new TypeError(
    `Cannot use ${typeof value === 'string' ? JSON.stringify(value) : process.getBuiltinModule('node:util').inspect(value)} as a signal: unknown on this system`,
  )
}
