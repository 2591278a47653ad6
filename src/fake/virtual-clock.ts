import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../contracts/clock.ts'
import { microtask, nextTick, soon } from '../contracts/event-loop.ts'
import { Errands } from './errands.ts'
import { Followers } from './followers.ts'
import { Goals } from './goals.ts'
import { Holds } from './holds.ts'
import { currentPace } from './pace.ts'
import { Standstill } from './standstill.ts'
import { Timeline } from './timeline.ts'
import type { HeapTimer } from './timer-heap.ts'
import { Waits } from './waits.ts'

export interface VirtualClockOptions {
  /** Wall time at the start. A fixed date unless given, so that rehearsals repeat. */
  readonly now?: Date
  /** `auto` lets time jump to the next event while a caller waits; `manual` moves it only by `advance`. */
  readonly time?: 'auto' | 'manual'
  /** The clock outside, by which a wait for time that nobody moves is noticed. */
  readonly outside?: Clock
}

/** Looks on while time moves. */
export interface Onlooker {
  fires(timer: HeapTimer): void
  quiet(): void
}

/** Timers fired before the event loop gets a turn, so that real input and output go on. */
const TURN = 512
/** Turns of the event loop without any event before a wait counts as stuck. */
const IDLE_TURNS = 3
/** Turns of the event loop without any event before somebody who sleeps is waited for. */
const SLEEP_TURNS = 1000

/** The clocks in whose background something happens. One for all of them: a context keeps a place for each storage ever entered. */
const backgrounds = new AsyncLocalStorage<readonly VirtualClock[]>()

/**
 * Time that moves only when somebody drives it. Between two timers it waits until no microtask is left, so whatever an
 * event sets in motion is over before the next one. What is due at the present instant happens by itself.
 */
export class VirtualClock extends Timeline implements Clock {
  readonly mode: 'auto' | 'manual'
  /** Sees whatever fires, and every moment at which all is quiet. */
  onlooker: Onlooker | undefined
  readonly #waits = new Waits()
  readonly #errands = new Errands()
  readonly #standstill: Standstill | undefined
  #someoneSleeps = () => false
  readonly #followers = new Followers()
  readonly #goals = new Goals()
  readonly #holds = new Holds(() => this.wake())
  #moving = false
  #fired = 0
  #idleTurns = 0
  #busyUntil = 0

  constructor(options: VirtualClockOptions = {}) {
    super(options.now)
    this.mode = options.time ?? 'auto'
    this.#standstill = options.outside && new Standstill(this, options.outside)
  }

  drive<T>(wait: Promise<T>, what: () => string): Promise<T> {
    void currentPace()?.during(wait)
    if (backgrounds.getStore()?.includes(this)) return wait
    if (this.mode === 'manual') {
      this.#standstill?.watch(wait, what)
      return wait
    }
    const driving = this.#waits.add(wait, what)
    this.wake()
    return driving
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const sleep = super.sleep(ms, signal)
    // The toolkit's own sleeps can be given up, or are in its background; those of programs are part of what they do.
    const ofCaller = !signal && !currentPace() && !backgrounds.getStore()?.includes(this)
    if (ofCaller) this.#standstill?.watch(sleep, () => `a sleep of ${ms} ms on its clock to end`)
    return sleep
  }

  background<T>(act: () => T): T {
    return backgrounds.run([...(backgrounds.getStore() ?? []), this], act)
  }

  outside<T>(wait: Promise<T>): Promise<T> {
    this.#errands.add(wait)
    return wait
  }

  /** Moves time on by so many milliseconds, firing all that is due on the way, in order. */
  advance(ms: number): Promise<void> {
    return this.#reach(this.passed + ms)
  }

  /** Moves time on to a moment of the wall clock. */
  advanceTo(moment: number): Promise<void> {
    return this.#reach(moment - this.beginning)
  }

  /** Whether time waits for nothing but somebody to move it: for no work, and for no real process. */
  get waitsToBeMoved(): boolean {
    const still = this.#holds.working === 0 && this.#holds.companions === 0
    return still && (this.mode === 'manual' || !(this.#waits.present || this.#followers.present))
  }

  /** Lets automatic time move also while no wait drives it, but somebody sleeps, and all else has been still for a while. */
  moveFor(someoneSleeps: () => boolean): void {
    this.#someoneSleeps = someoneSleeps
  }

  /** Keeps time from moving at all while code runs whose real work it must not overtake. Give back what it returns. */
  hold(): () => void {
    const release = this.#holds.take('working')
    const over = this.#standstill?.watchWork(() => this.#waitedFor)
    return () => {
      over?.()
      release()
    }
  }

  /** Keeps time from moving by itself while a real process runs beside the rehearsed ones. */
  accompany(): () => void {
    return this.#holds.take('companions')
  }

  /** Lets time move for somebody who cannot say what they wait for, until that is over; see `Followers`. */
  follow(until: Promise<unknown>): void {
    this.#followers.add(until, () => this.wake())
  }

  /** Lets time pass in which nobody could act. What was due meanwhile happens late. */
  pass(ms: number): void {
    this.passed += ms
    this.wake()
  }

  /** Keeps the code outside busy for so long: what watches over processes fires late, after all that came meanwhile. */
  stall(ms: number): void {
    this.#busyUntil = Math.max(this.#busyUntil, this.passed + ms)
  }

  /** Whether the code outside is busy. */
  get stalled(): boolean {
    return this.passed < this.#busyUntil
  }

  /** Forgets all that is still to happen. */
  end(): void {
    for (const timer of this.heap.all) this.heap.clear(timer)
    this.#goals.forget()
  }

  get #waitedFor(): string | undefined {
    if (this.#waits.present) return this.#waits.first
    if (this.#followers.present) return 'an intercepted child to end'
    return this.#goals.next === undefined ? undefined : 'advance() to get there'
  }

  #reach(at: number): Promise<void> {
    if (!(at >= this.passed))
      return Promise.reject(new RangeError(`Cannot advance by ${at - this.passed} ms: time never goes back`))
    const reached = this.#goals.add(at)
    this.wake()
    return reached
  }

  protected wake(): void {
    this.#idleTurns = 0
    if (this.#moving) return
    this.#moving = true
    nextTick(this.#turn)
  }

  // A tick runs when no microtask is left; from a microtask the next one waits for that again.
  readonly #turn = (): void => microtask(this.#step)

  readonly #step = (): void => {
    if (this.#holds.working > 0) return this.#rest()
    this.onlooker?.quiet()
    const next = this.heap.peek()
    const goal = this.#goals.next
    if ((next || goal !== undefined) && this.#followers.takeTurn()) return this.#pauseForTurn()
    if (next && next.at <= this.passed) return this.#fire()
    if (goal !== undefined && !(next && next.at <= goal)) return this.#arrive(goal)
    const followed = this.#followers.present && this.mode === 'auto'
    const driven = (this.#waits.present || followed) && this.#holds.companions === 0
    if (driven && goal === undefined && this.#errands.takeTurn()) return this.#pauseForTurn()
    if (next && (goal !== undefined || driven)) return driven && this.#waits.areEndless ? this.#giveUp() : this.#fire()
    if (driven && goal === undefined && this.#waits.present) return this.#afterTurns(IDLE_TURNS, this.#giveUp)
    const sleepers = this.mode === 'auto' && this.#holds.companions === 0 && this.#someoneSleeps()
    if (next && sleepers) return this.#afterTurns(SLEEP_TURNS, this.#fireIfStill)
    this.#rest()
  }

  #pauseForTurn(): void {
    soon(this.#turn)
  }

  #fire(): void {
    const timer = this.heap.pop() as HeapTimer
    this.passed = Math.max(this.passed, timer.at)
    this.#continue()
    if (timer.rank === 1 && this.stalled) return this.heap.move(timer, this.#busyUntil)
    this.#waits.countEvent()
    this.onlooker?.fires(timer)
    const action = timer.action
    timer.action = undefined
    action?.()
  }

  #arrive(at: number): void {
    this.passed = at
    this.#continue()
    this.#goals.arrive()
  }

  #continue(): void {
    this.#idleTurns = 0
    if (++this.#fired % TURN === 0) this.#pauseForTurn()
    else nextTick(this.#turn)
  }

  // Code around the wait may still be busy with real work that ends it; a few turns of the event loop let it.
  #afterTurns(turns: number, then: () => void): void {
    if (this.#idleTurns++ < turns) this.#pauseForTurn()
    else then.call(this)
  }

  #giveUp(): void {
    this.#waits.giveUp()
    this.#rest()
  }

  // Turns of the event loop go by faster than a disk that is busy: while it works, so does somebody who waits for it.
  #fireIfStill(): void {
    if (!this.#errands.machineWorks()) return this.#fire()
    this.#idleTurns = 0
    this.#pauseForTurn()
  }

  #rest(): void {
    this.#moving = false
  }
}
