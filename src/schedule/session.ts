import type { Clock } from '../contracts/clock.ts'
import type { Files } from '../contracts/files.ts'
import type { Random } from '../contracts/random.ts'
import type { ScheduleStore, TaskRun } from '../contracts/schedule-store.ts'
import type { Teller } from '../observer.ts'
import type { Surroundings } from './constraints.ts'
import { execute } from './execution.ts'
import { type Mailer, Mails } from './mails.ts'
import type { Occasion } from './occasion.ts'
import { Pings } from './pings.ts'
import { whenStoreFails } from './policy.ts'
import { Slots } from './slots.ts'
import type { ScheduledTask } from './task.ts'

/** What a session is made of. */
export interface SessionOptions {
  readonly clock: Clock
  readonly files: Files
  readonly random: Random
  readonly store: ScheduleStore
  /** Is told of each task that begins. */
  readonly events: Teller
  readonly concurrency: number
  readonly environment: string
  readonly mailer: Mailer
  readonly inMaintenance: () => boolean | Promise<boolean>
  readonly report: (error: unknown, task?: ScheduledTask) => void
}

/** How long a store may take to answer. */
const STORE_LIMIT = 5000

/** What a scheduler's runs share, from the first of them until all are over. */
export class Session {
  readonly clock: Clock
  readonly files: Files
  readonly random: Random
  readonly store: ScheduleStore
  readonly events: Teller
  readonly slots: Slots
  readonly pings: Pings
  readonly mails: Mails
  readonly report: SessionOptions['report']
  readonly #options: SessionOptions
  readonly #closing = new AbortController()
  readonly #ending = new AbortController()
  readonly #running = new Set<Promise<unknown>>()
  /** Resolves when the session has been closed and all is over. */
  readonly over: Promise<void>
  #isOver: () => void = () => {}

  constructor(options: SessionOptions) {
    this.#options = options
    this.clock = options.clock
    this.files = options.files
    this.random = options.random
    this.store = options.store
    this.events = options.events
    this.report = options.report
    this.over = new Promise((resolve) => {
      this.#isOver = resolve
    })
    this.slots = new Slots(options.concurrency)
    this.mails = new Mails(options.mailer, (error) => options.report(error))
    this.pings = new Pings(options.clock, this.closing, (error) => options.report(error))
  }

  /** Aborts when nothing more is to begin. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** Aborts when what still runs is to end. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  /** Deals with a due time. Resolves when that is over. */
  begin(occasion: Occasion): Promise<TaskRun> {
    const run = this.clock.background(() => execute(occasion, this))
    this.#running.add(run)
    void run.then(() => this.#running.delete(run))
    return run
  }

  /** Writes down what became of a due time, beside everything else. */
  record(run: TaskRun): void {
    const written = this.inTime(this.store.record(run)).catch((error: unknown) => this.report(error))
    this.#running.add(written)
    void written.then(() => this.#running.delete(written))
  }

  /** Begins nothing more, waits until all is over, and ends what still runs after the grace, if one is given. */
  async close(grace?: number): Promise<void> {
    this.#closing.abort(new Error('the scheduler was stopped'))
    const timer = grace === undefined ? undefined : this.clock.setTimeout(() => this.#end(), grace)
    const over = this.#drained().finally(() => this.clock.clearTimeout(timer))
    await this.clock.drive(over, () => 'the scheduler to stop')
    await Promise.all([this.pings.drained(), this.mails.drained()])
    this.#isOver()
  }

  /** Sleeps, but not on when nothing more is to begin: rejects then. */
  pause(ms: number): Promise<void> {
    return this.clock.sleep(ms, this.closing)
  }

  surroundings({ task, dueAt, late }: Occasion): Surroundings {
    const { environment, inMaintenance } = this.#options
    // What is a little late is meant as if it were on time.
    const now = late ? this.clock.now() : dueAt
    const whyPaused = async () => {
      const paused = await this.ask(task, this.store.paused())
      return paused === true ? 'paused' : paused === 'skip' ? 'the store failed' : undefined
    }
    const start = { task: task.label, dueAt: new Date(dueAt) }
    return { now, start, environment, inMaintenance, whyPaused }
  }

  /** What the store answers, or what the task is to do because it does not. */
  async ask<T>(task: ScheduledTask, answer: Promise<T>): Promise<T | 'run' | 'skip'> {
    try {
      return await this.inTime(answer)
    } catch (error) {
      this.report(error, task)
      return whenStoreFails(task.policy)
    }
  }

  /** What the store answers, or a failure when it does not. */
  inTime<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const tooLate = () => reject(new Error(`Cannot use the store: no answer within ${STORE_LIMIT} ms`))
      const timer = this.clock.setTimeout(tooLate, STORE_LIMIT)
      const inTime =
        <A>(settle: (answer: A) => void) =>
        (answer: A) => {
          this.clock.clearTimeout(timer)
          settle(answer)
        }
      answer.then(inTime(resolve), inTime(reject))
    })
  }

  /** Hands a signal to an action that aborts when it is to stop, or when its time is up. */
  async limited<T>(
    limit: number | undefined,
    stop: AbortSignal,
    action: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (limit === undefined) return action(stop)
    const time = new AbortController()
    const timer = this.clock.setTimeout(() => time.abort(new Error(`still running after ${limit} ms`)), limit)
    try {
      return await action(AbortSignal.any([stop, time.signal]))
    } finally {
      this.clock.clearTimeout(timer)
    }
  }

  async #drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #end(): void {
    this.#ending.abort(new Error('the scheduler was stopped'))
  }
}
