import type { Reserved } from '../contracts/queue-store.ts'
import type { Desk } from './desk.ts'
import { BadJobError } from './errors.ts'
import { JobRun } from './job-run.ts'
import { planOf, type WorkOptions, type WorkPlan } from './worker-options.ts'

/** Why a worker ended. */
export type WorkEnd = 'stopped' | 'empty' | 'once' | 'maxJobs' | 'maxTime' | 'memory'

/** How long a store that does not answer is left alone. */
const STORE_PAUSE = 1000

/**
 * Does the jobs of queues, until it is stopped. Each is a process of its own, started as everybody starts one.
 *
 * @example
 * const worker = Process.queued().worker({ queues: ['mail', 'default'], concurrency: 4 })
 * process.once('SIGTERM', () => worker.stop())
 * await worker.run()
 */
export class Worker {
  readonly #desk: Desk
  readonly #plan: WorkPlan
  readonly #runs = new Map<JobRun, Promise<void>>()
  /** What each slot that is taken waits for: its job, and the rest after it. */
  readonly #taken = new Set<Promise<void>>()
  readonly #ending = new AbortController()
  #end: WorkEnd | undefined
  #paused: PromiseWithResolvers<void> | undefined
  #begun = 0
  #worked = false

  constructor(desk: Desk, options: WorkOptions) {
    this.#desk = desk
    this.#plan = planOf(options)
  }

  /** What it does at the moment. */
  get jobs(): readonly JobRun['job'][] {
    return [...this.#runs.keys()].map(({ job }) => job)
  }

  /**
   * Works until it is stopped or its limits are reached, and what runs then is over. Says why it ended.
   *
   * @throws BadJobError the second time: a worker works once.
   */
  async run(): Promise<WorkEnd> {
    if (this.#worked) throw new BadJobError('Cannot work: this worker has been run before, make another one')
    this.#worked = true
    const { clock } = this.#desk.host
    const work = clock.background(() => this.#work())
    // Whoever waits for a worker that ends by itself waits for its jobs.
    const endsByItself = this.#plan.once || this.#plan.stopWhenEmpty
    return endsByItself ? clock.drive(work, () => 'the worker to end') : work
  }

  /** Begins no further job. The second time, what runs is stopped as well, and given back. */
  stop(): void {
    if (this.#end !== undefined) for (const run of this.#runs.keys()) run.stop()
    this.#finish('stopped')
  }

  /** Begins no further job until `resume`. What runs goes on. */
  pause(): void {
    this.#paused ??= Promise.withResolvers()
  }

  /** Goes on after `pause`. */
  resume(): void {
    this.#paused?.resolve()
    this.#paused = undefined
  }

  async #work(): Promise<WorkEnd> {
    const { signal, maxTime } = this.#plan
    const { clock } = this.#desk.host
    const stop = () => this.#finish('stopped')
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    const timer = maxTime === undefined ? undefined : clock.setTimeout(() => this.#finish('maxTime'), maxTime)
    while (this.#end === undefined) await this.#next()
    await Promise.all(this.#runs.values())
    clock.clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    return this.#end
  }

  async #next(): Promise<void> {
    if (this.#paused) return this.#orEnd(this.#paused.promise)
    if (this.#taken.size >= this.#plan.concurrency) return this.#orEnd(Promise.race(this.#taken))
    const reserved = await this.#reserve()
    if (reserved === 'no answer') return this.#orEnd(this.#desk.host.clock.sleep(STORE_PAUSE, this.#ending.signal))
    if (!reserved) return this.#idle()
    this.#begin(reserved)
    this.#heedLimits()
  }

  async #reserve(): Promise<Reserved | undefined | 'no answer'> {
    const { store, events, host } = this.#desk
    try {
      return await store.reserve(this.#plan.queues, this.#plan.lease)
    } catch (error) {
      events.tell('storeFailed', { error, at: host.clock.now() })
      return 'no answer'
    }
  }

  #begin(reserved: Reserved): void {
    this.#begun++
    const { events, host } = this.#desk
    const run = new JobRun(reserved, this.#desk, this.#plan.lease)
    const over = run
      .run()
      // Nothing is lost: the job is given away again when its lease has run out.
      .catch((error: unknown) => events.tell('storeFailed', { error, at: host.clock.now() }))
      .finally(() => this.#runs.delete(run))
    this.#runs.set(run, over)
    const taken = over.then(() => this.#rest()).finally(() => this.#taken.delete(taken))
    this.#taken.add(taken)
  }

  async #rest(): Promise<void> {
    const { rest } = this.#plan
    if (rest > 0) await this.#desk.host.clock.sleep(rest, this.#ending.signal).catch(() => {})
  }

  #heedLimits(): void {
    const { once, maxJobs, memory } = this.#plan
    if (this.#begun >= maxJobs) this.#finish(once ? 'once' : 'maxJobs')
    else if (memory < Number.POSITIVE_INFINITY && process.memoryUsage.rss() > memory) this.#finish('memory')
  }

  async #idle(): Promise<void> {
    const { once, stopWhenEmpty, queues } = this.#plan
    const ends = once || stopWhenEmpty
    // What runs may push something, or give it back.
    if (ends && this.#runs.size === 0) return this.#finish('empty')
    if (ends) return this.#orEnd(Promise.race(this.#runs.values()))
    const waiting = new AbortController()
    const signal = AbortSignal.any([waiting.signal, this.#ending.signal])
    try {
      await this.#orEnd(Promise.race([this.#desk.store.news(queues, signal), ...this.#runs.values()]))
    } finally {
      waiting.abort()
    }
  }

  // Whatever is waited for, an end comes first.
  async #orEnd(wait: Promise<unknown>): Promise<void> {
    const { signal } = this.#ending
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const end = () => resolve()
    signal.addEventListener('abort', end, { once: true })
    await Promise.race([wait.catch(() => {}), promise])
    signal.removeEventListener('abort', end)
  }

  #finish(end: WorkEnd): void {
    this.#end ??= end
    this.#ending.abort()
  }
}
