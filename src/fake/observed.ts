import type { ProcessDetails, ProcessRow, ProcessSample, ProcessUsage } from '../contracts/process-table.ts'
import type { FakeProcess } from './fake-process.ts'

/** A rehearsed process as the list of its machine shows it. */
export function rowOf(process: FakeProcess, parent: number): ProcessRow {
  const { pid, group, session, birth } = process
  const state = process.stopped ? 'stopped' : process.alive ? 'running' : 'zombie'
  return { pid, parent, group, session, state, startedAt: process.serial, command: birth.text }
}

/** What it uses now. */
export function usageOf(process: FakeProcess): ProcessUsage {
  return process.levels.look(process.age)
}

/** One look at it. */
export function sampleOf(process: FakeProcess, parent: number): ProcessSample {
  const { command: _, ...row } = rowOf(process, parent)
  const { age, clock, levels } = process
  return { ...row, ...levels.at(age), at: clock.monotonic(), threads: 1, uptime: age }
}

/** The rest that can be known of it: nobody shares memory in a rehearsal. */
export function detailsOf(process: FakeProcess, proportional: boolean): ProcessDetails {
  return {
    proportionalMemory: proportional ? process.levels.at(process.age).memory : undefined,
    descriptors: process.alive ? process.openStreams : 0,
    io: { read: process.input.taken, written: process.written },
  }
}
