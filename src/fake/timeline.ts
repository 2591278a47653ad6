import { sleepOn, type Timer } from '../contracts/clock.ts'
import { type HeapTimer, type Rank, TimerHeap } from './timer-heap.ts'

const START = Date.UTC(2026, 0, 1)

/** Virtual time, and what is due in it; what moves it is `VirtualClock`. */
export abstract class Timeline {
  protected readonly heap: TimerHeap = new TimerHeap()
  /** Wall time at the beginning. */
  protected beginning: number
  /** Milliseconds since then. */
  protected passed = 0

  constructor(beginning?: Date) {
    this.beginning = beginning?.getTime() ?? START
  }

  /** Something may be due now. */
  protected abstract wake(): void

  now(): number {
    return this.beginning + this.passed
  }

  monotonic(): number {
    return this.passed
  }

  setTimeout(action: () => void, ms: number): Timer {
    return this.schedule(action, ms, 1)
  }

  setAlarm(action: () => void, moment: number): Timer {
    const alarm = this.schedule(action, moment - this.now(), 1)
    alarm.moment = moment
    return alarm
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer) this.heap.clear(timer as HeapTimer)
  }

  /** Like `setTimeout`, with a rank: a process's own events come before the timers that watch it. */
  schedule(action: () => void, ms: number, rank: Rank): HeapTimer {
    const timer = this.heap.push(action, this.passed + Math.max(0, ms), rank)
    this.wake()
    return timer
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  /** Sets the wall clock forward or back. Alarms that are overdue by it go off, `noticed` milliseconds later. */
  setWall(by: number, noticed = 0): void {
    this.beginning += by
    const overdue = ({ moment, at }: HeapTimer) =>
      moment !== undefined && moment <= this.now() && at > this.passed + noticed
    for (const alarm of this.heap.all.filter(overdue)) this.heap.move(alarm, this.passed + noticed)
    this.wake()
  }

  /** Milliseconds until the next event, or `undefined` when nothing will ever happen. */
  untilNext(): number | undefined {
    const next = this.heap.peek()
    return next && next.at - this.passed
  }

  /** How many timers the code outside has set that have neither fired nor been cleared. */
  get pending(): number {
    return this.heap.all.filter(({ action, rank }) => action && rank === 1).length
  }
}
