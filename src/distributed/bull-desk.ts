import type { Clock } from '../contracts/clock.ts'
import type { QueueAddress } from '../queue/queue-address.ts'
import { StoreError } from '../store-error.ts'
import type { Ticket } from './bull-line.ts'
import { type BullServer, openBull } from './bull-server.ts'
import { MOMENTS, type Shelf } from './shelf.ts'
import { ShelfChange } from './shelf-change.ts'
import { ShelfJobs } from './shelf-jobs.ts'
import { idOf, jobKey, PAUSES, type ShelvedJob } from './shelf-keys.ts'
import { SkewWatch } from './skew-watch.ts'

/** Jobs that are looked after in one go. */
const SOME = 100

/** Servers that this process has been warned of. */
const warned = new Set<string>()

/** Keeps shelf and line together: a job that is due is put in line after it was stored, by whoever comes by if need be. */
export class BullDesk {
  readonly #clock: Clock
  readonly #where: QueueAddress
  readonly #requireDurable: boolean
  readonly #changed: () => void
  readonly #skew: SkewWatch
  readonly #named = new Set<string>()
  readonly #loose = new Set<Promise<unknown>>()
  #server: Promise<BullServer> | undefined

  /** `changed` is called when there may be something new to do. */
  constructor(where: QueueAddress, clock: Clock, requireDurable: boolean, changed: () => void) {
    this.#clock = clock
    this.#where = where
    this.#requireDurable = requireDurable
    this.#changed = changed
    this.#skew = new SkewWatch(clock)
  }

  /** Decides upon jobs, writes it in one step, and puts in line what is due by now. */
  async change<T>(
    first: { readonly keys: readonly string[]; readonly numbers?: number },
    decide: (book: ShelfJobs) => Promise<T>,
  ): Promise<T> {
    const { shelf } = await this.server()
    const decided = await ShelfChange.make(shelf, first, (change) => decide(new ShelfJobs(change, this.#named)))
    const jobs = [...decided.written].flatMap(([key, value]) => (idOf(key) === undefined ? [] : [value as ShelvedJob]))
    for (const { record } of jobs) this.#named.add(record.queue)
    const due = jobs.filter(({ record }) => record.state === 'waiting' && record.dueAt <= decided.now)
    // They are stored: if this fails, whoever looks next puts them in line.
    if (due.length > 0) await this.#line(due.map((job) => ({ job, version: decided.version }))).catch(() => {})
    if (jobs.some(({ record }) => record.state !== 'active')) this.#changed()
    return decided.result
  }

  /** Names of queues that are paused; sees to what its moment has come for on the way. */
  async paused(): Promise<readonly string[]> {
    const shelf = await this.shelf()
    const { now, kept, overdue } = await shelf.look([PAUSES], { numbers: 0, overdue: SOME })
    this.#skew.see(now, shelf.name)
    if (overdue.length > 0) await this.#surface(overdue)
    return kept[0] ? (JSON.parse(kept[0].text) as string[]) : []
  }

  async shelf(): Promise<Shelf> {
    return (await this.server()).shelf
  }

  /** The server, connected. One that could not be reached is tried again. */
  server(): Promise<BullServer> {
    this.#server ??= this.#opened().catch((error: unknown) => {
      this.#server = undefined
      throw error
    })
    return this.#server
  }

  async close(): Promise<void> {
    await Promise.all(this.#loose)
    const server = await this.#server?.catch(() => undefined)
    await server?.close()
  }

  /** Lets something be done that nobody waits for. Nothing is lost if it fails. */
  letGo(work: Promise<unknown>): void {
    const over = work.catch(() => {}).finally(() => this.#loose.delete(over))
    this.#loose.add(over)
  }

  async #line(some: readonly { readonly job: ShelvedJob; readonly version: number }[]): Promise<void> {
    const { shelf, line } = await this.server()
    await line.add(some.map(({ job }) => ticketOf(job)))
    this.letGo(
      shelf.untag(
        MOMENTS,
        some.map(({ job, version }) => ({ key: jobKey(job.record.id), version })),
      ),
    )
  }

  async #surface(keys: readonly string[]): Promise<void> {
    const { now, kept } = await (await this.shelf()).look(keys, { numbers: 0, overdue: 0 })
    const all = kept.flatMap((one) => (one ? [{ job: JSON.parse(one.text) as ShelvedJob, version: one.version }] : []))
    const due = all.filter(({ job: { record } }) => record.state === 'waiting' && record.dueAt <= now)
    if (due.length > 0) await this.#line(due)
    for (const { job } of all.filter(({ job: { record } }) => record.state === 'active')) {
      const { id } = job.record
      await this.change({ keys: [jobKey(id)], numbers: 1 }, (book) => book.surface(id))
    }
  }

  async #opened(): Promise<BullServer> {
    const server = await openBull(this.#where, this.#clock)
    const { name } = server.shelf
    if (server.dangers.length === 0) return server
    if (this.#requireDurable) {
      await server.close()
      throw new StoreError(name, `it may lose jobs, and a durable one is required: ${server.dangers.join('; ')}`)
    }
    if (!warned.has(name))
      process.emitWarning(`The queue at "${name}" may lose jobs: ${server.dangers.join('; ')}`, 'QueueWarning')
    warned.add(name)
    return server
  }
}

function ticketOf({ record: { id, queue, priority }, turn }: ShelvedJob): Ticket {
  return { id, queue, priority, turn }
}
