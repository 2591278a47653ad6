import type { Timer } from '../contracts/clock.ts'

/** What is due at the same instant happens in this order: what processes do, then what watches over them. */
export type Rank = 0 | 1

/** A timer in the heap. `action` is gone once it fired or was cleared. */
export interface HeapTimer extends Timer {
  readonly at: number
  readonly rank: Rank
  readonly sequence: number
  action: (() => void) | undefined
}

/** Timers in the order in which they are due: by time, then rank, then the order they were set in. */
export class TimerHeap {
  #heap: HeapTimer[] = []
  #sequence = 0
  #cleared = 0

  push(action: () => void, at: number, rank: Rank): HeapTimer {
    const timer = { at, rank, sequence: this.#sequence++, action }
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
    return timer
  }

  /** Cleared timers stay until they surface, or until they are the larger half. */
  clear(timer: HeapTimer): void {
    if (timer.action === undefined) return
    timer.action = undefined
    this.#cleared++
    if (this.#cleared > 64 && this.#cleared * 2 > this.#heap.length) this.#compact()
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

  #compact(): void {
    const live = this.#heap.filter((timer) => timer.action !== undefined)
    this.#heap = live.sort((a, b) => (isBefore(a, b) ? -1 : 1))
    this.#cleared = 0
  }
}

function isBefore(a: HeapTimer, b: HeapTimer): boolean {
  if (a.at !== b.at) return a.at < b.at
  return a.rank !== b.rank ? a.rank < b.rank : a.sequence < b.sequence
}
