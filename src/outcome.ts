import type { Exit } from './contracts/driver.ts'
import { type Signal, signalNumber } from './contracts/signals.ts'

/** What became of a process: one of these, whatever else happened to it afterwards. */
export type Outcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: Signal }
  | { readonly kind: 'timedOut'; readonly timeout: number }
  | { readonly kind: 'idleTimedOut'; readonly timeout: number }
  | { readonly kind: 'cancelled'; readonly reason: unknown }
  | { readonly kind: 'overflowed'; readonly limit: number }
  | { readonly kind: 'outOfMemory'; readonly limit: number }
  | { readonly kind: 'notStarted'; readonly errno: string }

/** The outcome of a process that nobody stood in the way of. */
export function outcomeOf(exit: Exit): Outcome {
  if (exit.memory !== undefined) return { kind: 'outOfMemory', limit: exit.memory }
  return exit.signal ? { kind: 'signalled', signal: exit.signal } : { kind: 'exited', code: exit.code ?? 0 }
}

/** The code as a shell gives it: a death by a signal is 128 plus its number. `null` when nothing ever ended. */
export function exitCodeOf(exit: Exit | undefined): number | null {
  if (!exit) return null
  return exit.signal ? 128 + signalNumber(exit.signal) : exit.code
}

/** The shell's code for a program that cannot be found (127), and for one that there is and that cannot be started (126). */
export function startFailureCode(errno: string): number {
  return errno === 'EACCES' || errno === 'E2BIG' ? 126 : 127
}
