import { AsyncResource } from 'node:async_hooks'
import type { Timer } from '../contracts/clock.ts'
import { Heap } from '../heap.ts'
import { isDueBefore } from './due-order.ts'
import { occurrences } from './occurrences.ts'
import type { Session } from './session.ts'
import type { ScheduledTask } from './task.ts'

/** When a task is due next: in wall time, or in the time that passes for what follows that. */
interface Entry {
  readonly task: ScheduledTask
  readonly due: number
  /** Tasks that are due together begin in the order in which they were defined. */
  readonly order: number
}

/** How far the clock on the wall may be set back, in milliseconds, before that counts: clocks are corrected all the time. */
const SET_BACK = 1000

/**
 * Begins tasks when they are due: one alarm for the earliest of them, however many there are. It drives no time; in a
 * rehearsal they happen while somebody else does.
 */
export class Runner {
  readonly #session: Session
  readonly #orders = new Map<ScheduledTask, number>()
  readonly #current = new Map<ScheduledTask, Entry>()
  readonly #wall = new Heap<Entry>(isDueBefore)
  readonly #elapsed = new Heap<Entry>(isDueBefore)
  readonly #replanned = new Set<ScheduledTask>()
  #alarm: { readonly moment: number; readonly timer: Timer } | undefined
  #lastWake: { readonly wall: number; readonly elapsed: number }
  #stopped = false
  // Whoever moves time must not lend the tasks its own surroundings, such as another rehearsal.
  readonly #wake: () => void = AsyncResource.bind(() => this.#runDue())

  constructor(session: Session) {
    this.#session = session
    this.#lastWake = { wall: session.clock.now(), elapsed: session.clock.monotonic() }
  }

  /** Takes a task on. `since` is the last due time that has been dealt with, where there was one. */
  add(task: ScheduledTask, since?: number): void {
    this.#orders.set(task, this.#orders.size)
    this.#plan(task, since)
    this.#arm()
  }

  /** Looks again when a task is due, once those who change it have said all. */
  replan(task: ScheduledTask): void {
    if (this.#replanned.size === 0) queueMicrotask(() => this.#replanAll())
    this.#replanned.add(task)
  }

  /** Whether it has taken a task on. */
  has(task: ScheduledTask): boolean {
    return this.#orders.has(task)
  }

  /** Takes a task not on that it was to look at. */
  forget(task: ScheduledTask): void {
    this.#replanned.delete(task)
  }

  stop(): void {
    this.#stopped = true
    this.#session.clock.clearTimeout(this.#alarm?.timer)
  }

  #replanAll(): void {
    for (const task of this.#replanned) {
      if (this.#orders.has(task)) this.#plan(task)
      else this.add(task)
    }
    this.#replanned.clear()
    this.#arm()
  }

  #plan(task: ScheduledTask, since?: number): void {
    const { follows } = task.timetable
    const { clock } = this.#session
    const due = task.timetable.next(since ?? (follows === 'elapsed' ? clock.monotonic() : clock.now()))
    this.#enter(task, due)
  }

  #enter(task: ScheduledTask, due: number | undefined): void {
    if (due === undefined) {
      this.#current.delete(task)
      return
    }
    const entry = { task, due, order: this.#orders.get(task) as number }
    this.#current.set(task, entry)
    this.#heapOf(task).push(entry)
  }

  #heapOf({ timetable }: ScheduledTask): Heap<Entry> {
    return timetable.follows === 'elapsed' ? this.#elapsed : this.#wall
  }

  #arm(): void {
    const { clock } = this.#session
    const elapsed = this.#elapsed.peek()
    const soonest = Math.min(
      this.#wall.peek()?.due ?? Number.POSITIVE_INFINITY,
      elapsed ? clock.now() + elapsed.due - clock.monotonic() : Number.POSITIVE_INFINITY,
    )
    if (this.#stopped || this.#alarm?.moment === soonest) return
    clock.clearTimeout(this.#alarm?.timer)
    this.#alarm = Number.isFinite(soonest) ? { moment: soonest, timer: clock.setAlarm(this.#wake, soonest) } : undefined
  }

  #runDue(): void {
    this.#alarm = undefined
    if (this.#stopped) return
    const { clock } = this.#session
    const now = { wall: clock.now(), elapsed: clock.monotonic() }
    this.#heedSetBack(now)
    this.#lastWake = now
    this.#runFrom(this.#wall, now.wall, 0)
    this.#runFrom(this.#elapsed, now.elapsed, now.wall - now.elapsed)
    this.#arm()
  }

  // What says how often goes on at its pace when the clock is set back; what says when has been there already, and waits.
  #heedSetBack(now: { readonly wall: number; readonly elapsed: number }): void {
    const expected = this.#lastWake.wall + now.elapsed - this.#lastWake.elapsed
    if (now.wall > expected - SET_BACK) return
    const lastWake = this.#lastWake.wall + now.wall - expected
    for (const entry of this.#wall.drain()) {
      if (this.#current.get(entry.task) !== entry) continue
      if (entry.task.timetable.follows === 'rhythm') this.#enter(entry.task, entry.task.timetable.next(lastWake))
      else this.#wall.push(entry)
    }
  }

  #runFrom(heap: Heap<Entry>, now: number, toWall: number): void {
    for (let entry = heap.peek(); entry && entry.due <= now; entry = heap.peek()) {
      heap.pop()
      if (this.#current.get(entry.task) === entry) this.#run(entry, now, toWall)
    }
  }

  #run({ task, due }: Entry, now: number, toWall: number): void {
    const { run, late, missed, next } = occurrences(task.timetable, due, now, task.policy)
    this.#enter(task, next)
    const last = run.at(-1)
    if (missed) this.#note(task, Math.floor(missed.first + toWall), missed.count)
    if (last === undefined) return
    if (task.policy.catchUp !== 'none' && task.timetable.follows !== 'elapsed') this.#decide(task, last)
    const moments = run.map((moment) => Math.floor(moment + toWall))
    if (moments.length === 1) void this.#session.begin({ task, dueAt: Math.floor(last + toWall), late })
    else void this.#inOrder(task, moments, late)
  }

  // Those that are made up for come one after the other, as they would have done.
  async #inOrder(task: ScheduledTask, moments: readonly number[], late: boolean): Promise<void> {
    for (const dueAt of moments) await this.#session.begin({ task, dueAt, late: late || dueAt !== moments.at(-1) })
  }

  #note(task: ScheduledTask, dueAt: number, missed: number): void {
    const now = this.#session.clock.now()
    const reason = 'nobody was there to run it'
    const none = { startedAt: now, endedAt: now, exitCode: null, attempts: 0 }
    this.#session.record({ task: task.id, dueAt, outcome: 'missed', reason, missed, ...none })
  }

  #decide(task: ScheduledTask, dueAt: number): void {
    const session = this.#session
    const deciding = session.store.decide(task.id, { dueAt, timetable: task.timetable.text })
    session.inTime(deciding).catch((error: unknown) => session.report(error, task))
  }
}
