import { constants } from 'node:os'
import type { ProcessTable } from '../contracts/process-table.ts'
import { isSignal, toSignal } from '../contracts/signals.ts'
import type { Run } from '../journal.ts'
import { worldOf } from '../process.ts'
import type { Layer } from './node-internals.ts'

interface Rehearsed {
  readonly entry: Run | undefined
  /** Whether it leads a group of its own, as a detached child does. */
  readonly leads: boolean
}

/** The rehearsed children by the process table that they are in, and by pid. */
const children = new WeakMap<ProcessTable, Map<number, Rehearsed>>()
/** Pids that rehearsed children have or had. Some other process of the machine may have the same number. */
const taken = new Set<number>()

/** Takes note of a rehearsed child, so that a signal to its pid reaches it. */
export function remember(table: ProcessTable, pid: number, child: Rehearsed): void {
  const known = children.get(table) ?? new Map<number, Rehearsed>()
  children.set(table, known.set(pid, child))
  taken.add(pid)
}

/** A real child has this pid now. */
export function isReal(pid: number): void {
  taken.delete(pid)
}

/**
 * `process.kill`: a signal to a rehearsed process, or to its group, stays in the rehearsal.
 *
 * @throws as `process.kill` does: ESRCH when there is nobody.
 */
export function signalThrough(
  layers: readonly Layer[],
  kill: typeof process.kill,
  pid: number,
  signal: NodeJS.Signals | number = 'SIGTERM',
): true {
  const number = Math.abs(pid)
  if (number !== process.pid && isKnownSignal(signal)) {
    for (const { process } of layers.toReversed()) {
      const reached = reach(worldOf(process).driver.processes, pid, signal)
      if (reached) return true
    }
    if (layers.length > 0 && taken.has(number)) throw noSuchProcess()
  }
  return kill.call(process, pid, signal)
}

function reach(table: ProcessTable, pid: number, signal: NodeJS.Signals | number): boolean {
  const known = children.get(table)
  const child = known?.get(Math.abs(pid))
  if (!known || (pid < 0 && child?.leads === false)) return false
  const name = signal === 0 ? 0 : toSignal(signal as NodeJS.Signals)
  if (!table.signal(pid, name)) return false
  if (name !== 0) child?.entry?.signalled(name)
  return true
}

function isKnownSignal(signal: NodeJS.Signals | number): boolean {
  return signal === 0 || isSignal(signal) || Object.values(constants.signals).some((number) => number === signal)
}

function noSuchProcess(): Error {
  return Object.assign(new Error('kill ESRCH'), { errno: -constants.errno.ESRCH, code: 'ESRCH', syscall: 'kill' })
}
