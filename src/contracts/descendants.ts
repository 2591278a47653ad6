import type { ProcessRow } from './process-table.ts'

/** The pids of a process's children, their children and so on, among these rows. */
export function descendantsIn(rows: readonly Pick<ProcessRow, 'pid' | 'parent'>[], pid: number): readonly number[] {
  const found = new Set([pid])
  // A set shows those that are added while it is walked.
  for (const parent of found) for (const row of rows) if (row.parent === parent) found.add(row.pid)
  found.delete(pid)
  return [...found].sort((a, b) => a - b)
}
