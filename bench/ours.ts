import type * as Bull from '../src/distributed/bull-queue.ts'
import type * as Library from '../src/index.ts'

// What is measured is what users get: the built library. Its types come from the source, which is there before any build.
const library = (await built('index.js')) as typeof Library
const bull = (await built('distributed/bull-queue.js')) as typeof Bull

export const Process: typeof Library.Process = library.Process
export const createProcess: typeof Library.createProcess = library.createProcess
export const SqliteQueue: typeof Library.SqliteQueue = library.SqliteQueue
export const BullQueue: typeof Bull.BullQueue = bull.BullQueue
// These are inside of it: no user imports them by themselves.
export { TimerHeap } from '../src/fake/timer-heap.ts'
export { VirtualClock } from '../src/fake/virtual-clock.ts'
export { parseCron } from '../src/schedule/cron.ts'
export { CronTimetable } from '../src/schedule/cron-timetable.ts'
export { Zone } from '../src/schedule/zone.ts'

function built(file: string): Promise<unknown> {
  return import(new URL(`../dist/${file}`, import.meta.url).href)
}
