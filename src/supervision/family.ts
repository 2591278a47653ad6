import type { ProcessRow } from '../contracts/process-table.ts'

/** A process by its pid and by when it was started, as the process table tells it. */
export type Identity = readonly [pid: number, startedAt: number]

/** Those that bear the number of a process: itself, and all that are in its group. */
export function familyOf(pid: number, rows: readonly ProcessRow[]): readonly ProcessRow[] {
  return rows.filter((row) => row.pid === pid || row.group === pid)
}

export function identitiesOf(rows: readonly ProcessRow[]): readonly Identity[] {
  return rows.map(({ pid, startedAt }) => [pid, startedAt])
}

/**
 * Those of a family that has been seen before, as it is now: nobody where the number is somebody else's by now. As long as one is
 * there who was seen, the number has belonged to them all the time, and so has whoever bears it besides.
 */
export function sameFamily(
  pid: number,
  known: readonly Identity[],
  rows: readonly ProcessRow[],
): readonly ProcessRow[] {
  const family = familyOf(pid, rows)
  const isKnown = (row: ProcessRow) => known.some(([number, start]) => number === row.pid && start === row.startedAt)
  return family.some(isKnown) ? family : []
}

/**
 * Who is in the group of a process that is gone. Nobody gets the number of a group as their pid: where somebody has it, they lead a
 * group of their own.
 */
export function orphansOf(pid: number, rows: readonly ProcessRow[]): readonly ProcessRow[] {
  const family = familyOf(pid, rows)
  return family.some((row) => row.pid === pid) ? [] : family
}

/** Whether a process is more than an entry that somebody has yet to take note of. */
export function executes({ state }: ProcessRow): boolean {
  return state !== 'zombie'
}
