import type { Signal } from '../contracts/signals.ts'

/** What can go wrong with a process that is started: it strikes one start of one command. */
export type ProcessFaultName =
  | 'failsToStart'
  | 'startsLate'
  | 'isHeardOfLate'
  | 'isSlow'
  | 'exits'
  | 'crashes'
  | 'hangs'
  | 'spins'
  | 'isPaused'
  | 'isUninterruptible'
  | 'ignoresSignals'
  | 'stopsSlowly'
  | 'forksWhenStopped'
  | 'refusesSignals'
  | 'diesLate'
  | 'exitIsToldLate'
  | 'leavesChild'
  | 'leavesTalker'
  | 'childEscapes'
  | 'daemonizes'
  | 'leaks'
  | 'spikes'
  | 'burns'
  | 'fallsSilent'
  | 'breaksOff'
  | 'repeatsItself'
  | 'floods'
  | 'babbles'
  | 'closesInput'
  | 'closesOutput'
  | 'pidIsTaken'

/** What can go wrong with a command for good: every start of it from then on comes to the same end. */
export type CommandFaultName = 'isBroken'

/** What can go wrong with the machine, or with the program under test itself. */
export type MachineFaultName =
  | 'stalls'
  | 'wallClockJumps'
  | 'diskIsFull'
  | 'startsFail'
  | 'pidsAreFew'
  | 'samplesAreMissing'

/** The name of a fault: of a process, of a command or of the machine. */
export type FaultName = ProcessFaultName | CommandFaultName | MachineFaultName

/**
 * One thing that goes wrong, as plain data. Times are milliseconds.
 *
 * @example { fault: 'crashes', command: 'node api.js', start: 2, after: 1500, signal: 'SIGSEGV' }
 */
export interface Fault {
  readonly fault: FaultName
  /** The command that is struck, as text; absent where it is the machine. */
  readonly command?: string
  /** Which start of that command, the first being 1. */
  readonly start?: number
  /** When: so long after the process was started, or after the simulation began. */
  readonly after?: number
  /** How long it lasts. */
  readonly for?: number
  /** How much: bytes, milliseconds of the wall clock, or pids. */
  readonly by?: number
  readonly code?: number
  readonly signal?: Signal
  readonly errno?: string
}
