import type {
  BatchRecord,
  JobEnd,
  JobFilter,
  JobRecord,
  NewBatch,
  NewJob,
  Pushed,
  Reserved,
} from '../contracts/queue-store.ts'
import { type Counted, concluded, counted, enlarged, type Leaving, opened, reopened } from '../queue/batch-count.ts'
import { matches } from '../queue/job-filter.ts'
import type { ShelfChange } from './shelf-change.ts'
import { batchKey, ENDED_BATCHES, idOf, jobKey, memberOf, QUEUES, type ShelvedJob, tagsOf } from './shelf-keys.ts'
import { ShelfKinds } from './shelf-kinds.ts'

/** What becomes of jobs and batches on a shelf, within one change. */
export class ShelfJobs {
  readonly #change: ShelfChange
  readonly #kinds: ShelfKinds
  readonly #named: ReadonlySet<string>

  /** `named` are queues that are known to be noted down already. */
  constructor(change: ShelfChange, named: ReadonlySet<string>) {
    this.#change = change
    this.#kinds = new ShelfKinds(change)
    this.#named = named
  }

  /** Adds a job, unless there is one that it would be the second of. */
  async push(job: NewJob): Promise<Pushed> {
    const twin = await this.#twinOf(job)
    if (twin !== undefined) return { id: twin, pushed: false }
    const { id = crypto.randomUUID(), queue, payload, priority = 0, delay = 0, unique, batch } = job
    const { now } = this.#change
    const place = await this.#change.number()
    const times = { pushedAt: now, dueAt: now + Math.ceil(delay) }
    const member = batch === undefined ? {} : { batch }
    this.#put({
      record: { id, queue, payload, priority, state: 'waiting', ...member, attempts: 0, ...times },
      ...(unique && { unique }),
      place,
      turn: place,
    })
    if (unique) await this.#kinds.add(unique, id)
    await this.#nameQueue(queue)
    const record = batch === undefined ? undefined : await this.batch(batch)
    if (record) this.#keep(enlarged(record, 1))
    if (record?.cancelled) await this.over(id, 'cancelled')
    return { id, pushed: true }
  }

  async find(id: string): Promise<ShelvedJob | undefined> {
    return this.#change.get<ShelvedJob>(jobKey(id))
  }

  /** Gives a job to a worker, if the ticket that it came with is its last one. */
  async take(id: string, turn: number, lease: number): Promise<Reserved | undefined> {
    const job = await this.find(id)
    if (job?.record.state !== 'waiting' || job.turn !== turn) return undefined
    const { now } = this.#change
    const { record, unique } = job
    const token = crypto.randomUUID()
    const attempts = record.attempts + 1
    const begun: JobRecord = { ...record, state: 'active', attempts, startedAt: record.startedAt ?? now }
    this.#put({ ...job, record: begun, token, leasedUntil: now + lease })
    if (unique?.until === 'started') await this.#kinds.remove(unique.key, id)
    return { job: begun, token }
  }

  /** A job, if whoever shows this token has it still. */
  async of(id: string, token: string): Promise<ShelvedJob | undefined> {
    const job = await this.find(id)
    return job && isHeld(job, this.#change.now) && job.token === token ? job : undefined
  }

  /** Holds a job on. */
  renew(job: ShelvedJob, lease: number, progress?: string): void {
    const record = { ...job.record, ...(progress !== undefined && { progress }) }
    this.#put({ ...job, record, leasedUntil: this.#change.now + lease })
  }

  /** What its moment has come for: a lease that has run out is over. What waits is put in line by whoever sees it. */
  async surface(id: string): Promise<void> {
    const job = await this.find(id)
    if (job?.record.state !== 'active' || isHeld(job, this.#change.now)) return
    if (job.asked) await this.over(id, 'cancelled')
    else await this.wait(job, 0)
  }

  /** Gives a job back. */
  async release(job: ShelvedJob, delay: number, change: Partial<JobRecord>): Promise<void> {
    const given = { ...job, record: { ...job.record, ...change } }
    this.#put(given)
    if (job.asked) await this.over(job.record.id, 'cancelled')
    else await this.wait(given, delay)
  }

  /** Puts a job back in line. */
  async wait({ record, unique, place }: ShelvedJob, delay: number): Promise<void> {
    const { endedAt, ...open } = record
    const dueAt = delay > 0 ? this.#change.now + Math.ceil(delay) : this.#change.now
    const turn = await this.#change.number()
    this.#put({ record: { ...open, state: 'waiting', dueAt }, ...(unique && { unique }), place, turn })
  }

  /** Makes a failed or cancelled job wait again. */
  async retry(id: string): Promise<boolean> {
    const job = await this.find(id)
    if (job?.record.state !== 'failed' && job?.record.state !== 'cancelled') return false
    const { startedAt, ...record } = job.record
    const batch = record.batch === undefined ? undefined : await this.batch(record.batch)
    if (batch) this.#keep(reopened(batch, record.state))
    await this.wait({ ...job, record: { ...record, attempts: 0 } }, 0)
    return true
  }

  /** Ends a job that waits; asks the worker of one that is active. */
  async cancel(id: string): Promise<boolean> {
    const job = await this.find(id)
    if (job?.record.state === 'active') this.#put({ ...job, asked: true })
    else if (job?.record.state === 'waiting') await this.over(id, 'cancelled')
    else return false
    return true
  }

  /** Ends a job, and counts it in its batch. */
  async over(id: string, state: JobEnd['state'], change: Partial<JobRecord> = {}): Promise<void> {
    const job = (await this.find(id)) as ShelvedJob
    const { record, unique, place, turn } = job
    const ended = { ...record, ...change, state, endedAt: this.#change.now }
    this.#put({ record: ended, ...(unique && { unique }), place, turn })
    if (unique) await this.#kinds.remove(unique.key, id)
    await this.#countOne(record.batch, state)
  }

  /** Forgets a job that is not active. Whoever is forgotten while it waits is never done. */
  async forget({ record, unique }: ShelvedJob, waiting: Leaving = 'cancelled'): Promise<void> {
    this.#change.drop(jobKey(record.id))
    if (unique) await this.#kinds.remove(unique.key, record.id)
    if (record.state === 'waiting') await this.#countOne(record.batch, waiting)
  }

  /** Forgets those of some that are meant and not active. Says how many. */
  async forgetSome(keys: readonly string[], filter: JobFilter | { readonly id: string }): Promise<number> {
    let forgotten = 0
    for (const key of keys) {
      const job = await this.find(idOf(key) as string)
      if (!job || job.record.state === 'active' || !matches(job.record, filter)) continue
      await this.forget(job)
      forgotten++
    }
    return forgotten
  }

  async batch(id: string): Promise<BatchRecord | undefined> {
    return this.#change.get<BatchRecord>(batchKey(id))
  }

  /** Opens a batch with its first jobs. */
  async open(batch: NewBatch, jobs: readonly NewJob[]): Promise<boolean> {
    if (await this.batch(batch.id)) return false
    this.#keep(opened(batch, this.#change.now))
    for (const job of jobs) await this.push({ ...job, batch: batch.id })
    const record = (await this.batch(batch.id)) as BatchRecord
    if (record.pending === 0 && record.endedAt === undefined) await this.#count(concluded(record, this.#change.now))
    return true
  }

  /** Cancels what a batch has not done yet. */
  async cancelBatch(id: string): Promise<boolean> {
    const batch = await this.batch(id)
    if (!batch || batch.endedAt !== undefined) return false
    this.#keep({ ...batch, cancelled: true })
    await this.#cancelRest(id)
    return true
  }

  // A job of the same name, or one that keeps others of its kind away.
  async #twinOf({ id, unique }: NewJob): Promise<string | undefined> {
    if (id !== undefined && (await this.find(id))) return id
    if (!unique) return undefined
    const other = await this.#kinds.latest(unique.key)
    if (other !== undefined && unique.second === 'dropped') return other
    const job = other === undefined ? undefined : await this.find(other)
    if (job?.record.state === 'waiting') await this.forget(job, 'replaced')
    return undefined
  }

  async #nameQueue(queue: string): Promise<void> {
    if (this.#named.has(queue)) return
    const names = (await this.#change.get<string[]>(QUEUES)) ?? []
    if (!names.includes(queue)) this.#change.put(QUEUES, [...names, queue].sort())
  }

  async #countOne(id: string | undefined, end: Leaving): Promise<void> {
    const batch = id === undefined ? undefined : await this.batch(id)
    if (batch) await this.#count(counted(batch, end, this.#change.now))
  }

  async #count({ batch, next, cancels }: Counted): Promise<void> {
    this.#keep(batch)
    for (const job of next) await this.push(job)
    if (cancels) await this.#cancelRest(batch.id)
  }

  async #cancelRest(batch: string): Promise<void> {
    const keys = await this.#change.tagged(memberOf(batch))
    await this.#change.read(keys)
    for (const key of keys) {
      const job = await this.#change.get<Partial<ShelvedJob>>(key)
      if (job?.record?.batch === batch && key === jobKey(job.record.id)) await this.cancel(job.record.id)
    }
  }

  #put(job: ShelvedJob): void {
    this.#change.put(jobKey(job.record.id), job, tagsOf(job, this.#change.now))
  }

  #keep(batch: BatchRecord): void {
    this.#change.put(batchKey(batch.id), batch, batch.endedAt === undefined ? [] : [[ENDED_BATCHES, batch.endedAt]])
  }
}

function isHeld({ record, leasedUntil = 0 }: ShelvedJob, now: number): boolean {
  return record.state === 'active' && leasedUntil > now
}
