import type { Clock } from '../contracts/clock.ts'
import type {
  BatchRecord,
  JobEnd,
  JobFilter,
  JobRecord,
  Lease,
  NewBatch,
  NewJob,
  Pushed,
  QueueCounts,
  QueueStore,
  Reserved,
} from '../contracts/queue-store.ts'
import { MemoryLocks } from '../memory-locks.ts'
import { countsOf, matches } from './job-filter.ts'
import { JobTable } from './job-table.ts'
import { Turns } from './turns.ts'

/**
 * A queue for the workers of one process; forgets all with it. On the clock of a rehearsal it lives in virtual time.
 *
 * @example Process.queued((clock) => new MemoryQueue(clock))
 */
export class MemoryQueue implements QueueStore {
  readonly locks: MemoryLocks
  readonly #clock: Clock
  readonly #table: JobTable
  readonly #paused = new Set<string>()
  readonly #turns: Turns

  constructor(clock: Clock) {
    this.#clock = clock
    this.locks = new MemoryLocks(clock)
    this.#turns = new Turns(clock)
    this.#table = new JobTable(clock)
  }

  async now(): Promise<number> {
    return this.#clock.now()
  }

  async push(jobs: readonly NewJob[]): Promise<readonly Pushed[]> {
    return jobs.map((job) => this.#table.push(job))
  }

  async reserve(queues: readonly string[], lease: number): Promise<Reserved | undefined> {
    this.#table.surface()
    for (const queue of queues) {
      const job = this.#paused.has(queue) ? undefined : this.#table.take(queue)
      if (job) return this.#table.give(job, lease)
    }
    return undefined
  }

  async renew(id: string, token: string, lease: number, progress?: string): Promise<Lease> {
    const job = this.#table.of(id, token)
    if (!job) return 'lost'
    if (progress !== undefined) job.record = { ...job.record, progress }
    this.#table.lease(job, lease)
    return job.asked ? 'cancelled' : 'held'
  }

  async finish(id: string, token: string, { state, result, next = [], spent = true }: JobEnd): Promise<boolean> {
    const job = this.#table.of(id, token)
    if (!job) return false
    for (const follower of next) this.#table.push(follower)
    job.record = { ...job.record, result, attempts: job.record.attempts - (spent ? 0 : 1) }
    this.#table.over(job, state)
    return true
  }

  async release(
    id: string,
    token: string,
    { delay, spent, result }: { delay: number; spent: boolean; result?: string },
  ): Promise<boolean> {
    const job = this.#table.of(id, token)
    if (!job) return false
    const attempts = job.record.attempts - (spent ? 0 : 1)
    job.record = { ...job.record, attempts, ...(result !== undefined && { result }) }
    if (job.asked) this.#table.over(job, 'cancelled')
    else this.#table.wait(job, delay)
    return true
  }

  async cancel(id: string): Promise<boolean> {
    const job = this.#table.jobs.get(id)
    return job !== undefined && this.#table.cancel(job)
  }

  async retry(id: string): Promise<boolean> {
    const job = this.#table.jobs.get(id)
    return job !== undefined && this.#table.retry(job)
  }

  async find(id: string): Promise<JobRecord | undefined> {
    this.#table.surface()
    return this.#table.jobs.get(id)?.record
  }

  async list({ limit, ...filter }: JobFilter & { readonly limit: number }): Promise<readonly JobRecord[]> {
    this.#table.surface()
    const all = [...this.#table.jobs.values()].reverse().map(({ record }) => record)
    return all.filter((record) => matches(record, filter)).slice(0, limit)
  }

  async forget(filter: JobFilter | { readonly id: string }): Promise<number> {
    this.#table.surface()
    const some = [...this.#table.jobs.values()].filter(
      ({ record }) => record.state !== 'active' && matches(record, filter),
    )
    for (const job of some) this.#table.forget(job)
    if ('before' in filter) this.#table.forgetBatches(filter.before as number)
    return some.length
  }

  async counts(): Promise<readonly QueueCounts[]> {
    this.#table.surface()
    return countsOf(
      [...this.#table.jobs.values()].map(({ record }) => record),
      this.#paused,
      this.#clock.now(),
    )
  }

  async pause(queue: string, paused: boolean): Promise<void> {
    if (paused) this.#paused.add(queue)
    else this.#paused.delete(queue)
    this.#table.news.tell()
  }

  async openBatch(batch: NewBatch, jobs: readonly NewJob[]): Promise<boolean> {
    return this.#table.open(batch, jobs)
  }

  async batch(id: string): Promise<BatchRecord | undefined> {
    this.#table.surface()
    return this.#table.batches.get(id)
  }

  async cancelBatch(id: string): Promise<boolean> {
    return this.#table.cancelBatch(id)
  }

  async turn(rate: string, limit: number, window: number): Promise<number> {
    return this.#turns.take(rate, limit, window)
  }

  async news(_queues: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#table.news.wait(signal, this.#table.next)
  }

  async close(): Promise<void> {
    this.#table.news.tell()
  }
}
