import type * as Heap from '../src/fake/timer-heap.ts'
import type * as VirtualTime from '../src/fake/virtual-clock.ts'
import type * as Library from '../src/index.ts'
import type * as Cron from '../src/schedule/cron.ts'
import type * as CronTime from '../src/schedule/cron-timetable.ts'
import type * as Zones from '../src/schedule/zone.ts'

// What is measured is what users get: the built library. Its types come from the source, which is there before any build.
const library: typeof Library = await load('index.js')
const virtualTime: typeof VirtualTime = await load('fake/virtual-clock.js')
const heap: typeof Heap = await load('fake/timer-heap.js')
const cron: typeof Cron = await load('schedule/cron.js')
const cronTime: typeof CronTime = await load('schedule/cron-timetable.js')
const zones: typeof Zones = await load('schedule/zone.js')

export const Process: typeof Library.Process = library.Process
export const createProcess: typeof Library.createProcess = library.createProcess
export const VirtualClock: typeof VirtualTime.VirtualClock = virtualTime.VirtualClock
export const TimerHeap: typeof Heap.TimerHeap = heap.TimerHeap
export const parseCron: typeof Cron.parseCron = cron.parseCron
export const CronTimetable: typeof CronTime.CronTimetable = cronTime.CronTimetable
export const Zone: typeof Zones.Zone = zones.Zone

async function load<T>(file: string): Promise<T> {
  return (await import(new URL(`../dist/${file}`, import.meta.url).href)) as T
}
