import type { IQueueBackend, JobJson, MinimalJob } from 'bullmq'
import type { Clock } from '../contracts/clock.ts'

/** How long whoever has drawn a ticket may take to redeem it, and how often tickets are looked for whose holder is gone. */
const REDEEM = 10_000
const LOOK_FOR_STALLED = 5000
const MANY = 1_000_000

/** The middle of the priorities of BullMQ, where 1 goes first. */
const MIDDLE = 1_048_576
const LAST = 2_097_151

/** How BullMQ is told to treat tickets. */
export const LINE_OPTIONS: Readonly<Record<'lockDuration' | 'stalledInterval' | 'maxStalledCount', number>> = {
  lockDuration: REDEEM,
  stalledInterval: LOOK_FOR_STALLED,
  maxStalledCount: MANY,
}

/** What stands in line for a job. A job may have had several; one alone is good. */
export interface Ticket {
  readonly id: string
  readonly queue: string
  readonly priority: number
  readonly turn: number
}

/** A ticket that was drawn. */
export interface Drawn {
  readonly id: string
  readonly turn: number
  /** Takes the ticket out of line for good. */
  tear(): Promise<unknown>
}

/** The lines that jobs stand in, which BullMQ moves: one a queue, by priority. Jobs themselves are kept on a shelf. */
export class BullLine {
  readonly #root: IQueueBackend
  readonly #clock: Clock
  readonly #lines = new Map<string, IQueueBackend>()
  readonly #looked = new Map<string, number>()

  constructor(root: IQueueBackend, clock: Clock) {
    this.#root = root
    this.#clock = clock
  }

  /** Puts tickets in line. One that is there already stays where it is. */
  async add(tickets: readonly Ticket[]): Promise<void> {
    const byQueue = Map.groupBy(tickets, ({ queue }) => queue)
    await Promise.all([...byQueue].map(([queue, some]) => this.#line(queue).addJobs(some.map(entryOf))))
  }

  /** Draws the next ticket of a queue. Whoever does not tear it lets it back into line. */
  async next(queue: string): Promise<Drawn | undefined> {
    const line = this.#line(queue)
    await this.#lookForStalled(queue, line)
    const token = crypto.randomUUID()
    const [data, name] = (await line.moveToActive(token)) as [JobJson | null, string]
    if (!data) return undefined
    const { id } = JSON.parse(data.data) as { id: string }
    const job = { id: name, opts: {} } as MinimalJob
    return { id, turn: Number(name.slice(1)), tear: () => line.moveToCompleted(job, null, true, token, false) }
  }

  close(): Promise<void> {
    return this.#root.close()
  }

  async #lookForStalled(queue: string, line: IQueueBackend): Promise<void> {
    const now = this.#clock.monotonic()
    if (now - (this.#looked.get(queue) ?? Number.NEGATIVE_INFINITY) < LOOK_FOR_STALLED) return
    this.#looked.set(queue, now)
    await line.moveStalledJobsToWait()
  }

  // BullMQ does not take every name.
  #line(queue: string): IQueueBackend {
    const line = this.#lines.get(queue) ?? this.#root.forQueue(encodeURIComponent(queue))
    this.#lines.set(queue, line)
    return line
  }
}

function entryOf({ id, priority, turn }: Ticket): { job: JobJson; jobId: string } {
  const place = Math.min(LAST, Math.max(1, MIDDLE - Math.round(priority)))
  const jobId = `t${turn}`
  const opts = { attempts: 1, priority: place, removeOnComplete: true }
  const job = { id: jobId, name: 'job', data: JSON.stringify({ id }), opts, priority: place, delay: 0, timestamp: turn }
  return { job: job as unknown as JobJson, jobId }
}
