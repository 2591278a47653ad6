import type { JobFilter, Pushed, QueueCounts, QueueStore } from '../contracts/queue-store.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { type Host, sharedHost } from '../host.ts'
import { currentJob } from './current-job.ts'
import { checkConnection, type QueueConnection } from './default-queue.ts'
import { Desk, type Queueable } from './desk.ts'
import { BadJobError } from './errors.ts'
import { checkOptions, type JobOptions } from './job-options.ts'
import { type QueuedJob, viewOf } from './job-view.ts'
import { type Note, notesOf } from './notes.ts'
import { oddOptions } from './option-names.ts'
import { PendingBatch } from './pending-batch.ts'
import { PendingChain } from './pending-chain.ts'
import { QueueAssertions } from './queue-assertions.ts'
import { QueueEvents } from './queue-events.ts'
import { QueuedBatch } from './queued-batch.ts'
import { sealedWith, unsealed } from './sealing.ts'
import { type WorkEnd, Worker } from './worker.ts'
import type { WorkOptions } from './worker-options.ts'

/** How a queue is used. */
export interface QueueOptions {
  /** Encrypts what is pushed, and is needed to read it. */
  readonly key?: string
}

/**
 * Commands that wait until a worker runs them, each at least once where it has tries for it. Without a connection they wait in a file of this machine, or
 * in a rehearsal in its memory.
 *
 * @example
 * const queued = Process.queued()
 * await queued.queue('convert a.mov', { tries: 3, backoff: ['10s', '1m'] })
 * await queued.work({ stopWhenEmpty: true })
 */
export class QueuedProcess extends QueueAssertions {
  readonly events: QueueEvents = new QueueEvents()
  readonly #desk: Desk

  /** @throws BadJobError for what is no store, and for options that mean nothing. */
  constructor(connection?: QueueConnection, options: QueueOptions = {}, host: Host = sharedHost()) {
    super()
    checkConnection(connection)
    const odd = oddOptions(options, ['key'])
    if (odd !== undefined) throw new BadJobError(`Cannot use a queue: ${odd}`)
    const { key } = options
    this.#desk = new Desk(host, connection, key === undefined ? unsealed : sealedWith(key), this.events)
  }

  /** Where the jobs wait. */
  get store(): QueueStore {
    return this.#desk.store
  }

  /** Listens to what becomes of jobs; see `QueueEventMap`. Ends when the returned function is called. */
  on: QueueEvents['on'] = (name, listener) => this.events.on(name, listener)

  /**
   * Queues a command. It has been stored when this resolves.
   *
   * @throws BadJobError for what cannot wait in a queue; StoreError when the store cannot be used.
   */
  async queue(command: Queueable, options: JobOptions = {}): Promise<Pushed> {
    const job = this.#desk.addressed({ job: this.#desk.job(command, options) }, options)
    const [pushed] = await this.#desk.push([job])
    return pushed as Pushed
  }

  /** Queues a command on a queue, due after a delay. */
  async laterOn(queue: string, delay: Duration, command: Queueable, options: JobOptions = {}): Promise<Pushed> {
    checkOptions(options)
    return this.queue(command, { ...options, queue, delay })
  }

  /**
   * Queues many commands at once: all of them or none.
   *
   * @throws BadJobError for what cannot wait in a queue, and for an `id`, which only one job can have.
   */
  async queueMany(commands: readonly Queueable[], options: JobOptions = {}): Promise<readonly Pushed[]> {
    checkOptions(options)
    if (options.id !== undefined) throw new BadJobError('Cannot queue many commands with one "id": each needs its own')
    return this.#desk.push(
      commands.map((command) => this.#desk.addressed({ job: this.#desk.job(command, options) }, options)),
    )
  }

  /** Commands that run one after the other, each when the one before has succeeded. An `id` is the name of the first one. */
  chain(commands: readonly Queueable[], options: JobOptions = {}): PendingChain {
    return new PendingChain(this.#desk, commands, options)
  }

  /** Commands, and chains of them, that are counted together. */
  batch(commands: readonly (Queueable | PendingChain)[], options: JobOptions = {}): PendingBatch {
    return new PendingBatch(this.#desk, commands, options)
  }

  /** A batch that was pushed, by its name. */
  findBatch(id: string): QueuedBatch {
    return new QueuedBatch(this.#desk, id)
  }

  /**
   * Gives the job that the caller is part of back, due after a delay, and spends no attempt: from a program of a rehearsal, from a
   * listener, or from inside the command itself. It is the last thing that a job does.
   *
   * @throws BadJobError outside a job.
   */
  async release(delay: Duration = 0): Promise<boolean> {
    const job = currentJob()
    if (!job) throw new BadJobError('Cannot release: this is not part of a queued job')
    return this.store.release(job.id, job.token, { delay: toMilliseconds(delay), spent: false })
  }

  /** A worker, to be run and stopped. */
  worker(options: WorkOptions = {}): Worker {
    return new Worker(this.#desk, options)
  }

  /** Works until the options say that it is enough; see `Worker.run`. */
  work(options: WorkOptions = {}): Promise<WorkEnd> {
    return this.worker(options).run()
  }

  /** A job by its name. */
  async find(id: string): Promise<QueuedJob | undefined> {
    const record = await this.store.find(id)
    return record && viewOf(record, this.#desk.seal)
  }

  /** Jobs, the latest pushed first, 100 unless said otherwise. */
  async list({ limit = 100, ...filter }: JobFilter & { readonly limit?: number } = {}): Promise<readonly QueuedJob[]> {
    const records = await this.store.list({ ...filter, limit })
    return records.map((record) => viewOf(record, this.#desk.seal))
  }

  /** The jobs whose last attempt failed, the latest pushed first. */
  failed({
    limit = 100,
    queue,
  }: {
    readonly limit?: number
    readonly queue?: string
  } = {}): Promise<readonly QueuedJob[]> {
    return this.list({ limit, state: 'failed', ...(queue !== undefined && { queue }) })
  }

  /** Makes a failed or cancelled job wait again, or all that have failed. Says how many. */
  async retry(id: string | 'all'): Promise<number> {
    const ids = id === 'all' ? (await this.failed({ limit: Number.MAX_SAFE_INTEGER })).map((job) => job.id) : [id]
    let count = 0
    for (const one of ids) if (await this.store.retry(one)) count++
    return count
  }

  /** Cancels a job that waits, and stops one that runs. `false` when it is over already. */
  cancel(id: string): Promise<boolean> {
    return this.store.cancel(id)
  }

  /** Forgets a job that does not run. */
  async forget(id: string): Promise<boolean> {
    return (await this.store.forget({ id })) > 0
  }

  /** Forgets the jobs that have failed, of those older than `age` if given. Says how many. */
  async flush(age?: Duration): Promise<number> {
    return this.store.forget({ state: 'failed', ...(await this.#before(age)) })
  }

  /** Forgets what is over and older than `age`. Says how many. */
  async prune(age: Duration): Promise<number> {
    const before = await this.#before(age)
    let count = 0
    for (const state of ['done', 'failed', 'cancelled'] as const) count += await this.store.forget({ state, ...before })
    return count
  }

  /** Forgets what waits in a queue. Says how many. */
  clear(queue = 'default'): Promise<number> {
    return this.store.forget({ queue, state: 'waiting' })
  }

  /** Every queue, with its jobs by state. */
  status(): Promise<readonly QueueCounts[]> {
    return this.store.counts()
  }

  /** Keeps the jobs of a queue from being begun, by any worker, until `resume`. */
  pause(queue = 'default'): Promise<void> {
    return this.store.pause(queue, true)
  }

  /** Lets the jobs of a queue be begun again. */
  resume(queue = 'default'): Promise<void> {
    return this.store.pause(queue, false)
  }

  /** Frees what the store holds of the machine. */
  close(): Promise<void> {
    return this.store.close()
  }

  protected override notes(): readonly Note[] {
    return notesOf(this.#desk.host.clock)
  }

  async #before(age: Duration | undefined): Promise<{ before?: number }> {
    return age === undefined ? {} : { before: (await this.store.now()) - toMilliseconds(age) }
  }
}
