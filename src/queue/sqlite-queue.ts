import { resolve } from 'node:path'
import type { SQLInputValue } from 'node:sqlite'
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
import { SqliteFile } from '../sqlite-file.ts'
import { SqliteLocks } from '../sqlite-locks.ts'
import { FIRST_LOOK, LAST_LOOK, News } from './news.ts'
import { SqliteJobs } from './sqlite-jobs.ts'
import { batchOf, jobOf, MIGRATIONS } from './sqlite-tables.ts'

/**
 * A queue in a file, for all workers of one machine. The file must be on a local disk. It is made where there is none, with the
 * folder around it, for its owner alone. What is pushed has reached the disk when the promise resolves.
 *
 * @throws StoreError when the file cannot be opened.
 * @example Process.queued((clock) => new SqliteQueue('queue.db', clock))
 */
export class SqliteQueue implements QueueStore {
  readonly locks: SqliteLocks
  readonly address: string | undefined
  readonly #clock: Clock
  readonly #file: SqliteFile
  readonly #jobs: SqliteJobs
  readonly #news: News
  readonly #closed = new AbortController()

  constructor(path: string, clock: Clock) {
    this.#clock = clock
    this.address = path === ':memory:' ? undefined : resolve(path)
    this.#file = new SqliteFile(path, MIGRATIONS, clock)
    this.#jobs = new SqliteJobs(this.#file, clock)
    this.#news = new News(clock)
    this.locks = new SqliteLocks(this.#file, clock)
  }

  async now(): Promise<number> {
    return this.#clock.now()
  }

  async push(jobs: readonly NewJob[]): Promise<readonly Pushed[]> {
    return this.#telling(() => jobs.map((job) => this.#jobs.push(job)))
  }

  async reserve(queues: readonly string[], lease: number): Promise<Reserved | undefined> {
    // Whoever only looks must not keep the others from writing.
    if (!(await this.#somethingToDo(queues))) return undefined
    return this.#file.atomically(() => {
      this.#jobs.surface()
      const paused = new Set(this.#file.rowsNow('SELECT queue FROM pauses', []).map(({ queue }) => queue))
      for (const queue of queues) {
        const reserved = paused.has(queue) ? undefined : this.#jobs.take(queue, lease)
        if (reserved) return reserved
      }
      return undefined
    })
  }

  async renew(id: string, token: string, lease: number, progress?: string): Promise<Lease> {
    return this.#file.atomically(() => {
      const row = this.#jobs.of(id, token)
      if (!row) return 'lost'
      const sql = 'UPDATE jobs SET leased = ?, progress = coalesce(?, progress) WHERE id = ?'
      this.#file.changeNow(sql, [this.#clock.now() + lease, progress ?? null, id])
      return row.asked ? 'cancelled' : 'held'
    })
  }

  async finish(id: string, token: string, { state, result, next = [], spent = true }: JobEnd): Promise<boolean> {
    return this.#telling(() => {
      if (!this.#jobs.of(id, token)) return false
      for (const follower of next) this.#jobs.push(follower)
      if (!spent) this.#file.changeNow('UPDATE jobs SET attempts = attempts - 1 WHERE id = ?', [id])
      this.#jobs.over(id, state, result)
      return true
    })
  }

  async release(
    id: string,
    token: string,
    { delay, spent, result }: { delay: number; spent: boolean; result?: string },
  ): Promise<boolean> {
    return this.#telling(() => {
      const row = this.#jobs.of(id, token)
      if (!row) return false
      const sql = 'UPDATE jobs SET attempts = attempts - ?, result = coalesce(?, result) WHERE id = ?'
      this.#file.changeNow(sql, [spent ? 0 : 1, result ?? null, id])
      if (row.asked) this.#jobs.over(id, 'cancelled')
      else this.#jobs.wait(id, delay)
      return true
    })
  }

  async cancel(id: string): Promise<boolean> {
    return this.#telling(() => this.#jobs.cancel(id))
  }

  async retry(id: string): Promise<boolean> {
    return this.#telling(() => this.#jobs.retry(id))
  }

  async find(id: string): Promise<JobRecord | undefined> {
    await this.#surfaced()
    const [row] = await this.#file.rows('SELECT * FROM jobs WHERE id = ?', [id])
    return row && jobOf(row)
  }

  async list({ limit, ...filter }: JobFilter & { readonly limit: number }): Promise<readonly JobRecord[]> {
    await this.#surfaced()
    const [where, values] = conditionsOf(filter)
    const rows = await this.#file.rows(`SELECT * FROM jobs WHERE ${where} ORDER BY place DESC LIMIT ?`, [
      ...values,
      limit,
    ])
    return rows.map(jobOf)
  }

  async forget(filter: JobFilter | { readonly id: string }): Promise<number> {
    const [where, values] = conditionsOf(filter)
    return this.#telling(() => {
      this.#jobs.surface()
      const rows = this.#file.rowsNow(`SELECT * FROM jobs WHERE state <> 'active' AND ${where}`, values)
      for (const row of rows) this.#jobs.forget(row)
      if ('before' in filter) this.#file.changeNow('DELETE FROM batches WHERE ended < ?', [filter.before as number])
      return rows.length
    })
  }

  async counts(): Promise<readonly QueueCounts[]> {
    await this.#surfaced()
    const rows = await this.#file.rows(
      `SELECT queue, sum(state = 'waiting' AND due <= ?1) AS waiting, sum(state = 'waiting' AND due > ?1) AS delayed,
         sum(state = 'active') AS active, sum(state = 'done') AS done, sum(state = 'failed') AS failed,
         sum(state = 'cancelled') AS cancelled, max(paused) AS paused
       FROM (SELECT queue, state, due, 0 AS paused FROM jobs UNION ALL SELECT queue, NULL, 0, 1 FROM pauses)
       GROUP BY queue ORDER BY queue`,
      [this.#clock.now()],
    )
    return rows.map(({ queue, paused, ...numbers }) => ({
      queue: String(queue),
      paused: paused === 1,
      ...(Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, Number(number)])) as NumbersOf),
    }))
  }

  async pause(queue: string, paused: boolean): Promise<void> {
    const sql = paused ? 'INSERT INTO pauses VALUES (?) ON CONFLICT DO NOTHING' : 'DELETE FROM pauses WHERE queue = ?'
    await this.#telling(() => this.#file.changeNow(sql, [queue]))
  }

  openBatch(batch: NewBatch, jobs: readonly NewJob[]): Promise<boolean> {
    return this.#telling(() => this.#jobs.open(batch, jobs))
  }

  async batch(id: string): Promise<BatchRecord | undefined> {
    await this.#surfaced()
    return batchOf((await this.#file.rows('SELECT record FROM batches WHERE id = ?', [id]))[0])
  }

  async cancelBatch(id: string): Promise<boolean> {
    return this.#telling(() => this.#jobs.cancelBatch(id))
  }

  async turn(rate: string, limit: number, window: number): Promise<number> {
    return this.#file.atomically(() => {
      const now = this.#clock.now()
      const [last] = this.#file.rowsNow('SELECT ends, taken FROM windows WHERE rate = ? AND ends > ?', [rate, now])
      const [ends, taken] = last ? [Number(last.ends), Number(last.taken)] : [now + window, 0]
      if (taken >= limit) return ends - now
      const sql =
        'INSERT INTO windows VALUES (?, ?, ?) ON CONFLICT (rate) DO UPDATE SET ends = excluded.ends, taken = excluded.taken'
      this.#file.changeNow(sql, [rate, ends, taken + 1])
      return 0
    })
  }

  async news(queues: readonly string[], signal: AbortSignal): Promise<void> {
    const any = AbortSignal.any([signal, this.#closed.signal])
    const before = await this.#version(any)
    for (let look = FIRST_LOOK; !any.aborted; look = Math.min(LAST_LOOK, 2 * look)) {
      if (await this.#somethingToDo(queues)) return
      if (await this.#news.wait(any, this.#clock.monotonic() + look)) return
      if ((await this.#version(any)) !== before) return
    }
  }

  close(): Promise<void> {
    this.#closed.abort()
    this.#file.close()
    return Promise.resolve()
  }

  async #telling<T>(act: () => T): Promise<T> {
    const result = await this.#file.atomically(act)
    this.#news.tell()
    return result
  }

  // It differs after somebody else has written.
  async #version(signal: AbortSignal): Promise<unknown> {
    return signal.aborted ? undefined : (await this.#file.rows('PRAGMA data_version', []))[0]?.data_version
  }

  async #somethingToDo(queues: readonly string[]): Promise<boolean> {
    const [row] = await this.#file.rows(
      `SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'waiting' AND ready = 1
           AND queue IN (SELECT value FROM json_each(?2)) AND queue NOT IN (SELECT queue FROM pauses))
         OR EXISTS (SELECT 1 FROM jobs WHERE state = 'waiting' AND ready = 0 AND due <= ?1)
         OR EXISTS (SELECT 1 FROM jobs WHERE state = 'active' AND leased <= ?1) AS some`,
      [this.#clock.now(), JSON.stringify(queues)],
    )
    return row?.some === 1
  }

  async #surfaced(): Promise<void> {
    if (await this.#somethingToDo([])) await this.#telling(() => this.#jobs.surface())
  }
}

type NumbersOf = Omit<QueueCounts, 'queue' | 'paused'>

function conditionsOf(filter: JobFilter | { readonly id: string }): [where: string, values: SQLInputValue[]] {
  if ('id' in filter) return ['id = ?', [filter.id]]
  const conditions: string[] = ['true']
  const values: SQLInputValue[] = []
  const add = (condition: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return
    conditions.push(condition)
    values.push(value)
  }
  add('queue = ?', filter.queue)
  add('state = ?', filter.state)
  add('coalesce(ended, pushed) < ?', filter.before)
  return [conditions.join(' AND '), values]
}
