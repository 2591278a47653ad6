import type * as Heap from '../src/fake/timer-heap.ts'
import type * as VirtualTime from '../src/fake/virtual-clock.ts'
import type * as Library from '../src/index.ts'

// What is measured is what users get: the built library. Its types come from the source, which is there before any build.
const library: typeof Library = await load('index.js')
const virtualTime: typeof VirtualTime = await load('fake/virtual-clock.js')
const heap: typeof Heap = await load('fake/timer-heap.js')

export const Process: typeof Library.Process = library.Process
export const VirtualClock: typeof VirtualTime.VirtualClock = virtualTime.VirtualClock
export const TimerHeap: typeof Heap.TimerHeap = heap.TimerHeap

async function load<T>(file: string): Promise<T> {
  return (await import(new URL(`../dist/${file}`, import.meta.url).href)) as T
}
