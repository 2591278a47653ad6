import { AsyncLocalStorage } from 'node:async_hooks'
import { type Clock, sleepOn, type Timer } from '../contracts/clock.ts'
import { DeadlockError } from '../errors.ts'
import { Errands } from './errands.ts'
import { currentPace } from './pace.ts'
import { type HeapTimer, type Rank, TimerHeap } from './timer-heap.ts'

/** A caller's wait that virtual time may move for. */
interface Wait {
  readonly what: () => string
  readonly reject: (reason: Error) => void
}

/** A moment that somebody asked time to move to. */
interface Goal {
  readonly at: number
  readonly reached: () => void
}

export interface VirtualClockOptions {
  /** Wall time at the start. A fixed date unless given, so that rehearsals repeat. */
  readonly now?: Date
  /** `auto` lets time jump to the next event while a caller waits; `manual` moves it only by `advance`. */
  readonly time?: 'auto' | 'manual'
}

const START = Date.UTC(2026, 0, 1)
/** Timers fired for one wait before it counts as endless: a loop of timers around a process that hangs. */
const PATIENCE = 1_000_000
/** Timers fired before the event loop gets a turn, so that real input and output go on. */
const TURN = 512
/** Turns of the event loop without any event before a wait counts as stuck. */
const IDLE_TURNS = 3

/**
 * Time that moves only when somebody drives it. Between two timers it waits until no microtask is left, so whatever an
 * event sets in motion is over before the next one. What is due at the present instant happens by itself.
 */
export class VirtualClock implements Clock {
  readonly mode: 'auto' | 'manual'
  readonly #start: number
  readonly #heap = new TimerHeap()
  readonly #waits = new Set<Wait>()
  readonly #errands = new Errands()
  readonly #inBackground = new AsyncLocalStorage<boolean>()
  #goals: Goal[] = []
  #now = 0
  #moving = false
  #busy = 0
  #companions = 0
  #fired = 0
  #firedForWaits = 0
  #idleTurns = 0

  constructor(options: VirtualClockOptions = {}) {
    this.#start = options.now?.getTime() ?? START
    this.mode = options.time ?? 'auto'
  }

  now(): number {
    return this.#start + this.#now
  }

  monotonic(): number {
    return this.#now
  }

  setTimeout(action: () => void, ms: number): Timer {
    return this.schedule(action, ms, 1)
  }

  setAlarm(action: () => void, moment: number): Timer {
    return this.schedule(action, moment - this.now(), 1)
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer) this.#heap.clear(timer as HeapTimer)
  }

  /** Like `setTimeout`, with a rank: a process's own events come before the timers that watch it. */
  schedule(action: () => void, ms: number, rank: Rank): HeapTimer {
    const timer = this.#heap.push(action, this.#now + Math.max(0, ms), rank)
    this.#wake()
    return timer
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  drive<T>(wait: Promise<T>, what: () => string): Promise<T> {
    void currentPace()?.during(wait)
    if (this.mode === 'manual' || this.#inBackground.getStore()) return wait
    return new Promise<T>((resolve, reject) => {
      const entry = { what, reject }
      const over = () => {
        this.#waits.delete(entry)
        this.#firedForWaits = 0
      }
      this.#waits.add(entry)
      wait.then(
        (value) => {
          over()
          resolve(value)
        },
        (reason) => {
          over()
          reject(reason)
        },
      )
      this.#wake()
    })
  }

  background<T>(act: () => T): T {
    return this.#inBackground.run(true, act)
  }

  outside<T>(wait: Promise<T>): Promise<T> {
    this.#errands.add(wait)
    return wait
  }

  /** Moves time on by so many milliseconds, firing all that is due on the way, in order. */
  advance(ms: number): Promise<void> {
    return this.#reach(this.#now + ms)
  }

  /** Moves time on to a moment of the wall clock. */
  advanceTo(moment: number): Promise<void> {
    return this.#reach(moment - this.#start)
  }

  /** Milliseconds until the next event, or `undefined` when nothing will ever happen. */
  untilNext(): number | undefined {
    const next = this.#heap.peek()
    return next && next.at - this.#now
  }

  /** Keeps time from moving at all while code runs whose real work it must not overtake. Give back what it returns. */
  hold(): () => void {
    this.#busy++
    return this.#releaser(() => this.#busy--)
  }

  /** Keeps time from moving by itself while a real process runs beside the rehearsed ones. */
  accompany(): () => void {
    this.#companions++
    return this.#releaser(() => this.#companions--)
  }

  #releaser(release: () => void): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      release()
      this.#wake()
    }
  }

  #reach(at: number): Promise<void> {
    if (!(at >= this.#now))
      return Promise.reject(new RangeError(`Cannot advance by ${at - this.#now} ms: time never goes back`))
    return new Promise((reached) => {
      this.#goals.push({ at, reached })
      this.#goals.sort((a, b) => a.at - b.at)
      this.#wake()
    })
  }

  #wake(): void {
    this.#idleTurns = 0
    if (this.#moving) return
    this.#moving = true
    process.nextTick(this.#turn)
  }

  // A tick runs when no microtask is left; from a microtask the next one waits for that again.
  readonly #turn = (): void => queueMicrotask(this.#step)

  readonly #step = (): void => {
    if (this.#busy > 0) return this.#rest()
    const next = this.#heap.peek()
    if (next && next.at <= this.#now) return this.#fire()
    const goal = this.#goals[0]
    if (goal && !(next && next.at <= goal.at)) return this.#arrive(goal)
    const driven = this.#waits.size > 0 && this.#companions === 0
    if (driven && !goal && this.#errands.takeTurn()) return this.#pauseForTurn()
    if (next && (goal || driven)) return driven && this.#firedForWaits > PATIENCE ? this.#giveUp() : this.#fire()
    if (driven && !goal) return this.#idle()
    this.#rest()
  }

  #pauseForTurn(): void {
    setImmediate(this.#turn)
  }

  #fire(): void {
    const timer = this.#heap.pop() as HeapTimer
    this.#now = Math.max(this.#now, timer.at)
    if (this.#waits.size > 0) this.#firedForWaits++
    const action = timer.action
    timer.action = undefined
    this.#continue()
    action?.()
  }

  #arrive(goal: Goal): void {
    this.#now = goal.at
    this.#goals.shift()
    this.#continue()
    goal.reached()
  }

  #continue(): void {
    this.#idleTurns = 0
    if (++this.#fired % TURN === 0) this.#pauseForTurn()
    else process.nextTick(this.#turn)
  }

  // Code around the wait may still be busy with real work that ends it; a few turns of the event loop let it.
  #idle(): void {
    if (this.#idleTurns++ < IDLE_TURNS) this.#pauseForTurn()
    else this.#giveUp()
  }

  #giveUp(): void {
    const endless = this.#firedForWaits > PATIENCE
    for (const wait of this.#waits) {
      const why = endless ? `${PATIENCE} timers fired and none of them ended it` : 'nothing is left that could happen'
      wait.reject(new DeadlockError(`Cannot wait for ${wait.what()}: ${why} in virtual time`))
    }
    this.#waits.clear()
    this.#firedForWaits = 0
    this.#rest()
  }

  #rest(): void {
    this.#moving = false
  }
}
