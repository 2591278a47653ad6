import type { HeapTimer, Rank } from './timer-heap.ts'
import { TimerHeap } from './timer-heap.ts'
import { VirtualClock } from './virtual-clock.ts'

/** The time of a process whose caller gives nobody a turn: it is played out within one call. */
export class BlockedClock extends VirtualClock {
  readonly #due = new TimerHeap()
  #passed = 0

  override monotonic(): number {
    return this.#passed
  }

  override schedule(action: () => void, ms: number, rank: Rank): HeapTimer {
    return this.#due.push(action, this.#passed + Math.max(0, ms), rank)
  }

  /** Fires what is due, in order, until a condition holds. `false` when nothing is left and it does not. */
  playUntil(over: () => boolean): boolean {
    while (!over()) {
      const timer = this.#due.pop()
      if (!timer) return false
      this.#passed = timer.at
      const action = timer.action
      timer.action = undefined
      action?.()
    }
    return true
  }
}
