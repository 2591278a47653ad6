import type * as Library from '../src/index.ts'

// What is measured is what users get: the built library. Its types come from the source, which is there before any build.
const library = (await import(new URL('../dist/index.js', import.meta.url).href)) as typeof Library

export const Process: typeof Library.Process = library.Process
export const createProcess: typeof Library.createProcess = library.createProcess
// These are inside of it: no user imports them by themselves.
export { TimerHeap } from '../src/fake/timer-heap.ts'
export { VirtualClock } from '../src/fake/virtual-clock.ts'
export { parseCron } from '../src/schedule/cron.ts'
export { CronTimetable } from '../src/schedule/cron-timetable.ts'
export { Zone } from '../src/schedule/zone.ts'
