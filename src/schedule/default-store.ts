import { join } from 'node:path'
import type { ScheduleStore } from '../contracts/schedule-store.ts'
import type { Host } from '../host.ts'
import { MemoryStore } from './memory-store.ts'
import { SqliteStore } from './sqlite-store.ts'

/**
 * The store of those who name none: a file that all schedulers of a project share, on a machine that keeps what outlives a
 * process, and else memory. Where the file cannot be had, memory has to do: that is reported.
 */
export function defaultStore({ clock, stateFolder }: Host, report: (error: unknown) => void): ScheduleStore {
  if (stateFolder === undefined) return new MemoryStore(clock)
  const file = join(stateFolder, 'schedule.db')
  try {
    return new SqliteStore(file, clock)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    report(new Error(`Cannot keep locks and history in ${file}, they are in memory and nobody shares them: ${reason}`))
    return new MemoryStore(clock)
  }
}
