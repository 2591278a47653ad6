import type { Timer } from '../contracts/clock.ts'

/** What is due at the same instant happens in this order: what processes do, then what watches over them. */
export type Rank = 0 | 1

/** A timer in the heap. `action` is gone once it fired or was cleared. */
export interface HeapTimer extends Timer {
  at: number
  readonly rank: Rank
  sequence: number
  /** The moment of the wall clock that it waits for, if it does. */
  moment?: number
  action: (() => void) | undefined
}

/** Timers in the order in which they are due: by time, then rank, then the order they were set in. */
export class TimerHeap {
  #heap: HeapTimer[] = []
  #sequence = 0
  #cleared = 0

  push(action: () => void, at: number, rank: Rank): HeapTimer {
    const timer = { at, rank, sequence: this.#sequence++, action }
    this.#insert(timer)
    return timer
  }

  /** Makes a timer due at another time, as if it had just been set. */
  move(timer: HeapTimer, at: number): void {
    if (this.#heap.includes(timer)) this.#keep((other) => other !== timer)
    timer.at = at
    timer.sequence = this.#sequence++
    this.#insert(timer)
  }

  /** The timers that are pending, the order of which means nothing. */
  get all(): HeapTimer[] {
    return this.#heap.filter(({ action }) => action)
  }

  #insert(timer: HeapTimer): void {
    const heap = this.#heap
    let slot = heap.length
    heap.push(timer)
    while (slot > 0) {
      const parent = (slot - 1) >> 1
      const above = heap[parent] as HeapTimer
      if (!isBefore(timer, above)) break
      heap[slot] = above
      slot = parent
    }
    heap[slot] = timer
  }

  /** Cleared timers stay until they surface, or until they are the larger half. */
  clear(timer: HeapTimer): void {
    if (timer.action === undefined) return
    timer.action = undefined
    this.#cleared++
    if (this.#cleared > 64 && this.#cleared * 2 > this.#heap.length) this.#keep(() => true)
  }

  /** The timer that is due next, if any. */
  peek(): HeapTimer | undefined {
    while (this.#heap.length > 0 && this.#heap[0]?.action === undefined) {
      this.#removeFirst()
      this.#cleared--
    }
    return this.#heap[0]
  }

  pop(): HeapTimer | undefined {
    const first = this.peek()
    if (first) this.#removeFirst()
    return first
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop() as HeapTimer
    const length = heap.length
    if (length === 0) return
    let slot = 0
    for (let child = 1; child < length; child = 2 * slot + 1) {
      const right = child + 1
      const least = right < length && isBefore(heap[right] as HeapTimer, heap[child] as HeapTimer) ? right : child
      if (!isBefore(heap[least] as HeapTimer, last)) break
      heap[slot] = heap[least] as HeapTimer
      slot = least
    }
    heap[slot] = last
  }

  #keep(wanted: (timer: HeapTimer) => boolean): void {
    this.#heap = this.all.filter(wanted).sort((a, b) => (isBefore(a, b) ? -1 : 1))
    this.#cleared = 0
  }
}

function isBefore(a: HeapTimer, b: HeapTimer): boolean {
  if (a.at !== b.at) return a.at < b.at
  return a.rank !== b.rank ? a.rank < b.rank : a.sequence < b.sequence
}
