import type { Clock } from '../contracts/clock.ts'
import type { BatchRecord, JobEnd, NewBatch, NewJob, Pushed, Reserved } from '../contracts/queue-store.ts'
import { type Counted, concluded, counted, enlarged, type Leaving, opened, reopened } from './batch-count.ts'
import { excludes, type HeldJob, held } from './held-job.ts'
import { Line } from './line.ts'
import { News } from './news.ts'

/** The jobs and batches of a store in memory: what becomes of one when it is pushed, given away, given back, or over. */
export class JobTable {
  readonly jobs: Map<string, HeldJob> = new Map()
  readonly batches: Map<string, BatchRecord> = new Map()
  readonly news: News
  readonly #clock: Clock
  readonly #kinds = new Map<string, HeldJob>()
  readonly #line = new Line()
  #drawn = 0
  #orders = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.news = new News(clock)
  }

  /** The next moment at which a job is due or a lease runs out. */
  get next(): number | undefined {
    return this.#line.next
  }

  /** Adds a job, unless there is one that it would be the second of. */
  push(job: NewJob): Pushed {
    const twin = this.#twinOf(job)
    if (twin) return { id: twin.record.id, pushed: false }
    const id = job.id ?? `job-${++this.#drawn}`
    const at = { wall: this.#clock.now(), elapsed: this.#clock.monotonic(), order: this.#orders++ }
    const added = held(job, id, at)
    this.jobs.set(id, added)
    if (job.unique) this.#kinds.set(job.unique.key, added)
    const batch = this.batches.get(job.batch ?? '')
    if (batch) this.batches.set(batch.id, enlarged(batch, 1))
    this.#line.put(added)
    this.news.tell()
    if (batch?.cancelled) this.over(added, 'cancelled')
    return { id, pushed: true }
  }

  /** Looks for leases that have run out, and jobs that are due by now. */
  surface(): void {
    for (const job of this.#line.arrivals(this.#clock.monotonic())) {
      if (job.record.state === 'active' && job.asked) this.over(job, 'cancelled')
      else {
        job.token = undefined
        job.record = { ...job.record, state: 'waiting' }
        this.#line.enter(job)
      }
    }
  }

  /** Who is next in a queue. */
  take(queue: string): HeldJob | undefined {
    return this.#line.take(queue)
  }

  /** Gives a job to a worker. */
  give(job: HeldJob, lease: number): Reserved {
    const token = `${job.record.id}:${++this.#drawn}`
    job.token = token
    const { attempts, startedAt = this.#clock.now() } = job.record
    job.record = { ...job.record, state: 'active', attempts: attempts + 1, startedAt }
    this.lease(job, lease)
    return { job: job.record, token }
  }

  /** Leaves a job to its worker for so long. */
  lease(job: HeldJob, lease: number): void {
    job.moment = this.#clock.monotonic() + lease
    this.#line.put(job)
  }

  /** The job of whoever shows this token. A lease that has run out is over, whether or not somebody has looked. */
  of(id: string, token: string): HeldJob | undefined {
    this.surface()
    const job = this.jobs.get(id)
    return job?.token === token && job.record.state === 'active' ? job : undefined
  }

  /** Puts a job back in line. */
  wait(job: HeldJob, delay: number): void {
    job.token = undefined
    job.asked = false
    job.order = this.#orders++
    job.moment = this.#clock.monotonic() + delay
    job.record = { ...job.record, state: 'waiting', dueAt: this.#clock.now() + delay }
    this.#line.put(job)
    this.news.tell()
  }

  /** Makes a failed or cancelled job wait again. */
  retry(job: HeldJob): boolean {
    const { endedAt, startedAt, ...record } = job.record
    if (record.state !== 'failed' && record.state !== 'cancelled') return false
    const batch = this.batches.get(record.batch ?? '')
    if (batch) this.batches.set(batch.id, reopened(batch, record.state))
    job.record = { ...record, attempts: 0 }
    this.wait(job, 0)
    return true
  }

  /** Ends a job that waits; asks the worker of one that is active. */
  cancel(job: HeldJob): boolean {
    if (job.record.state === 'waiting') this.over(job, 'cancelled')
    else if (job.record.state !== 'active') return false
    else job.asked = true
    return true
  }

  /** Ends a job, and counts it in its batch. */
  over(job: HeldJob, state: JobEnd['state']): void {
    job.token = undefined
    job.record = { ...job.record, state, endedAt: this.#clock.now() }
    this.#countOne(job, state)
  }

  /** Opens a batch with its first jobs. */
  open(batch: NewBatch, jobs: readonly NewJob[]): boolean {
    if (this.batches.has(batch.id)) return false
    this.batches.set(batch.id, opened(batch, this.#clock.now()))
    for (const job of jobs) this.push({ ...job, batch: batch.id })
    const record = this.batches.get(batch.id) as BatchRecord
    if (record.pending === 0 && record.endedAt === undefined) this.#count(concluded(record, this.#clock.now()))
    return true
  }

  /** Cancels what a batch has not done yet. */
  cancelBatch(id: string): boolean {
    const batch = this.batches.get(id)
    if (!batch || batch.endedAt !== undefined) return false
    this.batches.set(id, { ...batch, cancelled: true })
    this.#cancelRest(id)
    return true
  }

  /** Forgets batches that ended before a moment. */
  forgetBatches(before: number): void {
    for (const { id, endedAt = Number.POSITIVE_INFINITY } of this.batches.values()) {
      if (endedAt < before) this.batches.delete(id)
    }
  }

  /** Forgets a job. Whoever is forgotten while it waits is never done. */
  forget(job: HeldJob, waiting: Leaving = 'cancelled'): void {
    const { record, unique } = job
    this.jobs.delete(record.id)
    job.moment = Number.NaN
    if (unique && this.#kinds.get(unique.key)?.record.id === record.id) this.#kinds.delete(unique.key)
    if (record.state === 'waiting') this.#countOne(job, waiting)
  }

  #countOne({ record }: HeldJob, end: Leaving): void {
    const batch = this.batches.get(record.batch ?? '')
    if (batch) this.#count(counted(batch, end, this.#clock.now()))
  }

  #count({ batch, next, cancels }: Counted): void {
    this.batches.set(batch.id, batch)
    for (const job of next) this.push(job)
    if (cancels) this.#cancelRest(batch.id)
  }

  #cancelRest(batch: string): void {
    for (const job of this.jobs.values()) if (job.record.batch === batch) this.cancel(job)
  }

  // A job of the same name, or one that keeps others of its kind away.
  #twinOf({ id, unique }: NewJob): HeldJob | undefined {
    const known = id === undefined ? undefined : this.jobs.get(id)
    if (known || !unique) return known
    const other = this.#kinds.get(unique.key)
    if (!other || !excludes(other, this.#clock.monotonic())) return undefined
    if (unique.second === 'dropped') return other
    if (other.record.state === 'waiting') this.forget(other, 'replaced')
    return undefined
  }
}
