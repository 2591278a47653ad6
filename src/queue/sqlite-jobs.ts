import type { Clock } from '../contracts/clock.ts'
import type { BatchRecord, JobEnd, NewBatch, NewJob, Pushed, Reserved } from '../contracts/queue-store.ts'
import type { Row, SqliteFile } from '../sqlite-file.ts'
import { type Counted, concluded, counted, enlarged, type Leaving, opened, reopened } from './batch-count.ts'
import { batchOf, jobOf } from './sqlite-tables.ts'

/** What becomes of jobs and batches in the tables. Everything here is called within a transaction. */
export class SqliteJobs {
  readonly #file: SqliteFile
  readonly #clock: Clock

  constructor(file: SqliteFile, clock: Clock) {
    this.#file = file
    this.#clock = clock
  }

  /** Adds a job, unless there is one that it would be the second of. */
  push(job: NewJob): Pushed {
    const twin = this.#twinOf(job)
    if (twin !== undefined) return { id: twin, pushed: false }
    const { id = crypto.randomUUID(), queue, payload, priority = 0, delay = 0, unique, batch } = job
    const now = this.#clock.now()
    const kind = [unique?.key ?? null, unique?.until ?? null, unique?.ttl === undefined ? null : now + unique.ttl]
    this.#file.changeNow(
      `INSERT INTO jobs (kind, kind_until, kind_ends, id, queue, payload, priority, state, ready, turn, batch, attempts, pushed, due)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, 0, ?, ?)`,
      [...kind, id, queue, payload, priority, delay > 0 ? 0 : 1, this.#turn(), batch ?? null, now, now + delay],
    )
    const record = batch === undefined ? undefined : this.batch(batch)
    if (record) this.#keep(enlarged(record, 1))
    if (record?.cancelled) this.over(id, 'cancelled')
    return { id, pushed: true }
  }

  /** Looks for leases that have run out, and jobs that are due by now. */
  surface(): void {
    const now = this.#clock.now()
    const abandoned = this.#file.rowsNow("SELECT id FROM jobs WHERE state = 'active' AND leased <= ? AND asked = 1", [
      now,
    ])
    for (const { id } of abandoned) this.over(String(id), 'cancelled')
    this.#file.changeNow(
      "UPDATE jobs SET state = 'waiting', ready = 1, token = NULL WHERE state = 'active' AND leased <= ?",
      [now],
    )
    this.#file.changeNow("UPDATE jobs SET ready = 1 WHERE state = 'waiting' AND ready = 0 AND due <= ?", [now])
  }

  /** Gives the next job of a queue to a worker. */
  take(queue: string, lease: number): Reserved | undefined {
    const [token, now] = [crypto.randomUUID(), this.#clock.now()]
    const [row] = this.#file.rowsNow(
      `UPDATE jobs SET state = 'active', token = ?, leased = ?, attempts = attempts + 1, started = coalesce(started, ?),
         kind = CASE kind_until WHEN 'started' THEN NULL ELSE kind END
       WHERE place = (SELECT place FROM jobs WHERE state = 'waiting' AND ready = 1 AND queue = ?
         ORDER BY priority DESC, due, turn LIMIT 1) RETURNING *`,
      [token, now + lease, now, queue],
    )
    return row && { job: jobOf(row), token }
  }

  /** The row of a job, if whoever shows this token has it still. */
  of(id: string, token: string): Row | undefined {
    const sql = "SELECT * FROM jobs WHERE id = ? AND token = ? AND state = 'active' AND leased > ?"
    return this.#file.rowsNow(sql, [id, token, this.#clock.now()])[0]
  }

  /** Puts a job back in line. */
  wait(id: string, delay: number): void {
    this.#file.changeNow(
      `UPDATE jobs SET state = 'waiting', ready = ?, turn = ?, due = ?, token = NULL, asked = 0, ended = NULL WHERE id = ?`,
      [delay > 0 ? 0 : 1, this.#turn(), this.#clock.now() + delay, id],
    )
  }

  /** Makes a failed or cancelled job wait again. */
  retry(id: string): boolean {
    const [row] = this.#file.rowsNow(
      "UPDATE jobs SET attempts = 0, started = NULL WHERE id = ? AND state IN ('failed', 'cancelled') RETURNING *",
      [id],
    )
    if (!row) return false
    const { batch, state } = jobOf(row)
    const record = batch === undefined ? undefined : this.batch(batch)
    if (record) this.#keep(reopened(record, state))
    this.wait(id, 0)
    return true
  }

  /** Ends a job that waits; asks the worker of one that is active. */
  cancel(id: string): boolean {
    if (this.#file.changeNow("UPDATE jobs SET asked = 1 WHERE id = ? AND state = 'active'", [id]) > 0) return true
    const waits = this.#file.rowsNow("SELECT 1 FROM jobs WHERE id = ? AND state = 'waiting'", [id]).length > 0
    if (waits) this.over(id, 'cancelled')
    return waits
  }

  /** Ends a job, and counts it in its batch. */
  over(id: string, state: JobEnd['state'], result: string | null = null): void {
    const [row] = this.#file.rowsNow(
      `UPDATE jobs SET state = ?, ended = ?, token = NULL, kind = NULL, result = coalesce(?, result) WHERE id = ? RETURNING batch`,
      [state, this.#clock.now(), result, id],
    )
    this.#countOne(row?.batch, state)
  }

  /** Forgets a job. Whoever is forgotten while it waits is never done. */
  forget({ id, batch, state }: Row, waiting: Leaving = 'cancelled'): void {
    this.#file.changeNow('DELETE FROM jobs WHERE id = ?', [String(id)])
    if (state === 'waiting') this.#countOne(batch, waiting)
  }

  batch(id: string): BatchRecord | undefined {
    return batchOf(this.#file.rowsNow('SELECT record FROM batches WHERE id = ?', [id])[0])
  }

  /** Opens a batch with its first jobs. */
  open(batch: NewBatch, jobs: readonly NewJob[]): boolean {
    if (this.batch(batch.id)) return false
    this.#keep(opened(batch, this.#clock.now()))
    for (const job of jobs) this.push({ ...job, batch: batch.id })
    const record = this.batch(batch.id) as BatchRecord
    if (record.pending === 0 && record.endedAt === undefined) this.#count(concluded(record, this.#clock.now()))
    return true
  }

  /** Cancels what a batch has not done yet. */
  cancelBatch(id: string): boolean {
    const batch = this.batch(id)
    if (!batch || batch.endedAt !== undefined) return false
    this.#keep({ ...batch, cancelled: true })
    this.#cancelRest(id)
    return true
  }

  // A job of the same name, or one that keeps others of its kind away.
  #twinOf({ id, unique }: NewJob): string | undefined {
    const known = id !== undefined && this.#file.rowsNow('SELECT 1 FROM jobs WHERE id = ?', [id]).length > 0
    if (known || !unique) return known ? id : undefined
    const [other] = this.#file.rowsNow(
      'SELECT * FROM jobs WHERE kind = ? AND (kind_ends IS NULL OR kind_ends > ?) ORDER BY place DESC LIMIT 1',
      [unique.key, this.#clock.now()],
    )
    if (other && unique.second === 'dropped') return String(other.id)
    if (other?.state === 'waiting') this.forget(other, 'replaced')
    return undefined
  }

  #turn(): number {
    return Number(this.#file.rowsNow('UPDATE turns SET last = last + 1 RETURNING last', [])[0]?.last)
  }

  #countOne(batch: Row[string] | undefined, end: Leaving): void {
    const record = typeof batch === 'string' ? this.batch(batch) : undefined
    if (record) this.#count(counted(record, end, this.#clock.now()))
  }

  #count({ batch, next, cancels }: Counted): void {
    this.#keep(batch)
    for (const job of next) this.push(job)
    if (cancels) this.#cancelRest(batch.id)
  }

  #cancelRest(batch: string): void {
    const sql = "SELECT id FROM jobs WHERE batch = ? AND state IN ('waiting', 'active')"
    for (const { id } of this.#file.rowsNow(sql, [batch])) this.cancel(String(id))
  }

  #keep(batch: BatchRecord): void {
    const sql =
      'INSERT INTO batches VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record, ended = excluded.ended'
    this.#file.changeNow(sql, [batch.id, JSON.stringify(batch), batch.endedAt ?? null])
  }
}
