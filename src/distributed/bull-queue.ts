/// <reference types="node" preserve="true" />
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
import { matches } from '../queue/job-filter.ts'
import { FIRST_LOOK, LAST_LOOK, News } from '../queue/news.ts'
import { addressOf, whereIs } from '../queue/queue-address.ts'
import { BullDesk } from './bull-desk.ts'
import { MOMENTS } from './shelf.ts'
import { ShelfChange } from './shelf-change.ts'
import { batchKey, duesOf, jobKey, keysOf, PAUSES } from './shelf-keys.ts'
import { ShelfLocks } from './shelf-locks.ts'
import { inPieces, ShelfRecords } from './shelf-records.ts'

const ALL = 1_000_000_000

/** How a queue on a server is used. */
export interface BullQueueOptions {
  /** Its own name on the server: a prefix of keys, or a schema. `rehearsal_queue` unless given, also by `?queue=` of the address. */
  readonly name?: string
  /** Refuses a server that may lose what it has taken, instead of warning of it. */
  readonly requireDurable?: boolean
}

/**
 * A queue on a server, Redis or PostgreSQL, for workers on many machines. BullMQ moves tickets, which say in which order jobs are
 * given away; the jobs themselves are kept beside, where they are changed in one step. Needs the packages `bullmq` and `ioredis` or
 * `pg`. It connects when it is first used; what is pushed is in the server's hands when the promise resolves.
 *
 * @throws StoreError where the address is of no server that it knows; its methods when the server does not answer.
 * @example Process.queued((clock) => new BullQueue('redis://127.0.0.1:6379', clock))
 */
export class BullQueue implements QueueStore {
  readonly locks: ShelfLocks
  readonly address: string
  readonly #clock: Clock
  readonly #desk: BullDesk
  readonly #news: News
  readonly #records: ShelfRecords
  readonly #closed = new AbortController()
  /** How often in a row there seemed to be something, and was not. */
  #vain = 0

  constructor(address: string, clock: Clock, { name, requireDurable = false }: BullQueueOptions = {}) {
    this.#clock = clock
    const where = whereIs(address, name)
    this.address = addressOf(where)
    this.#news = new News(clock)
    this.#desk = new BullDesk(where, clock, requireDurable, () => this.#news.tell())
    this.#records = new ShelfRecords(() => this.#desk.shelf())
    this.locks = new ShelfLocks(() => this.#desk.shelf())
  }

  async now(): Promise<number> {
    return (await (await this.#desk.shelf()).look([], { numbers: 0, overdue: 0 })).now
  }

  push(jobs: readonly NewJob[]): Promise<readonly Pushed[]> {
    return this.#desk.change({ keys: keysOf(jobs), numbers: jobs.length }, (book) =>
      inOrder(jobs, (job) => book.push(job)),
    )
  }

  async reserve(queues: readonly string[], lease: number): Promise<Reserved | undefined> {
    const paused = await this.#desk.paused()
    const { line } = await this.#desk.server()
    for (const queue of queues.filter((name) => !paused.includes(name))) {
      for (;;) {
        const drawn = await line.next(queue)
        if (!drawn) break
        const { id, turn } = drawn
        const reserved = await this.#desk.change({ keys: [jobKey(id)] }, (book) => book.take(id, turn, lease))
        // A ticket that comes back is good for nothing.
        this.#desk.letGo(drawn.tear())
        if (!reserved) continue
        this.#vain = 0
        return reserved
      }
    }
    return undefined
  }

  renew(id: string, token: string, lease: number, progress?: string): Promise<Lease> {
    return this.#desk.change({ keys: [jobKey(id)] }, async (book) => {
      const job = await book.of(id, token)
      if (!job) return 'lost'
      book.renew(job, lease, progress)
      return job.asked ? 'cancelled' : 'held'
    })
  }

  finish(id: string, token: string, { state, result, next = [], spent = true }: JobEnd): Promise<boolean> {
    return this.#desk.change({ keys: [jobKey(id), ...keysOf(next)], numbers: next.length }, async (book) => {
      const job = await book.of(id, token)
      if (!job) return false
      await inOrder(next, (follower) => book.push(follower))
      await book.over(id, state, { result, ...(!spent && { attempts: job.record.attempts - 1 }) })
      return true
    })
  }

  release(
    id: string,
    token: string,
    { delay, spent, result }: { delay: number; spent: boolean; result?: string },
  ): Promise<boolean> {
    return this.#desk.change({ keys: [jobKey(id)], numbers: 1 }, async (book) => {
      const job = await book.of(id, token)
      if (!job) return false
      const attempts = job.record.attempts - (spent ? 0 : 1)
      await book.release(job, delay, { attempts, ...(result !== undefined && { result }) })
      return true
    })
  }

  cancel(id: string): Promise<boolean> {
    return this.#desk.change({ keys: [jobKey(id)] }, (book) => book.cancel(id))
  }

  retry(id: string): Promise<boolean> {
    return this.#desk.change({ keys: [jobKey(id)], numbers: 1 }, (book) => book.retry(id))
  }

  async find(id: string): Promise<JobRecord | undefined> {
    await this.#desk.paused()
    return (await this.#records.jobs([jobKey(id)]))[0]?.record
  }

  async list({ limit, ...filter }: JobFilter & { readonly limit: number }): Promise<readonly JobRecord[]> {
    await this.#desk.paused()
    const keys = await this.#records.keys(filter, filter.before === undefined ? limit : ALL)
    const records = (await this.#records.jobs(keys)).map(({ record }) => record)
    return records.filter((record) => matches(record, filter)).slice(0, limit)
  }

  async forget(filter: JobFilter | { readonly id: string }): Promise<number> {
    await this.#desk.paused()
    const keys = 'id' in filter ? [jobKey(filter.id)] : await this.#records.keys(filter, ALL)
    let forgotten = 0
    for (const some of inPieces(keys)) {
      forgotten += await this.#desk.change({ keys: some }, (book) => book.forgetSome(some, filter))
    }
    if ('before' in filter && filter.before !== undefined) await this.#records.forgetBatches(filter.before)
    return forgotten
  }

  async counts(): Promise<readonly QueueCounts[]> {
    const paused = await this.#desk.paused()
    return this.#records.counts(paused)
  }

  async pause(queue: string, paused: boolean): Promise<void> {
    await ShelfChange.make(await this.#desk.shelf(), { keys: [PAUSES] }, async (change) => {
      const others = ((await change.get<string[]>(PAUSES)) ?? []).filter((name) => name !== queue)
      change.put(PAUSES, paused ? [...others, queue] : others)
    })
    this.#news.tell()
  }

  async openBatch(batch: NewBatch, jobs: readonly NewJob[]): Promise<boolean> {
    const keys = [batchKey(batch.id), ...keysOf(jobs)]
    return this.#desk.change({ keys, numbers: jobs.length }, (book) => book.open(batch, jobs))
  }

  async batch(id: string): Promise<BatchRecord | undefined> {
    await this.#desk.paused()
    return this.#records.batch(id)
  }

  cancelBatch(id: string): Promise<boolean> {
    return this.#desk.change({ keys: [batchKey(id)] }, (book) => book.cancelBatch(id))
  }

  turn(rate: string, limit: number, window: number): Promise<number> {
    return this.locks.turn(rate, limit, window)
  }

  async news(queues: readonly string[], signal: AbortSignal): Promise<void> {
    const any = AbortSignal.any([signal, this.#closed.signal])
    // What is due may be in the hands of somebody who is about to take it, or is gone.
    if (this.#vain++ > 0 && (await this.#wait(any, Math.min(LAST_LOOK, FIRST_LOOK * this.#vain)))) return
    for (let look = FIRST_LOOK; !any.aborted; look = Math.min(LAST_LOOK, 2 * look)) {
      if (await this.#somethingToDo(queues).catch(() => false)) return
      if (await this.#wait(any, look)) return
    }
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#desk.close()
  }

  async #somethingToDo(queues: readonly string[]): Promise<boolean> {
    const paused = await this.#records.names(PAUSES)
    const open = queues.filter((queue) => !paused.includes(queue))
    const shelf = await this.#desk.shelf()
    const counts = await shelf.count([
      { tag: MOMENTS, due: true },
      ...open.map((queue) => ({ tag: duesOf(queue), due: true })),
    ])
    return counts.some((count) => count > 0)
  }

  #wait(signal: AbortSignal, ms: number): Promise<boolean> {
    return this.#news.wait(signal, this.#clock.monotonic() + ms)
  }
}

// One after the other: the second may be the twin of the first.
async function inOrder<T, U>(all: readonly T[], act: (one: T) => Promise<U>): Promise<U[]> {
  const results: U[] = []
  for (const one of all) results.push(await act(one))
  return results
}
