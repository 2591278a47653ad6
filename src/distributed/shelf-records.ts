import type { BatchRecord, JobFilter, QueueCounts } from '../contracts/queue-store.ts'
import type { Shelf } from './shelf.ts'
import { ShelfChange } from './shelf-change.ts'
import { batchKey, duesOf, ENDED_BATCHES, jobsOf, QUEUES, type ShelvedJob, STATES } from './shelf-keys.ts'

/** What is read in one go. */
const SOME = 100

/** What is seen of jobs and batches on a shelf by those who only look, or put away what is over. */
export class ShelfRecords {
  readonly #shelf: () => Promise<Shelf>

  constructor(shelf: () => Promise<Shelf>) {
    this.#shelf = shelf
  }

  /** A list of names that lies under a key. */
  async names(key: string): Promise<readonly string[]> {
    const { kept } = await (await this.#shelf()).look([key], { numbers: 0, overdue: 0 })
    return kept[0] ? (JSON.parse(kept[0].text) as string[]) : []
  }

  /** Where the jobs lie that may be meant, the latest first. */
  async keys({ queue, state }: JobFilter, limit: number): Promise<readonly string[]> {
    const queues = queue === undefined ? await this.names(QUEUES) : [queue]
    const tags = queues.flatMap((name) => (state ? [state] : STATES).map((one) => jobsOf(name, one)))
    return (await this.#shelf()).last(tags, limit)
  }

  async jobs(keys: readonly string[]): Promise<readonly ShelvedJob[]> {
    const shelf = await this.#shelf()
    const found: ShelvedJob[] = []
    for (const some of inPieces(keys)) {
      const { kept } = await shelf.look(some, { numbers: 0, overdue: 0 })
      found.push(...kept.flatMap((one) => (one ? [JSON.parse(one.text) as ShelvedJob] : [])))
    }
    return found
  }

  async batch(id: string): Promise<BatchRecord | undefined> {
    const { kept } = await (await this.#shelf()).look([batchKey(id)], { numbers: 0, overdue: 0 })
    return kept[0] && (JSON.parse(kept[0].text) as BatchRecord)
  }

  /** Counts all queues that have a job, and those that are paused. */
  async counts(paused: readonly string[]): Promise<readonly QueueCounts[]> {
    const queues = [...new Set([...(await this.names(QUEUES)), ...paused])].sort()
    const shelf = await this.#shelf()
    const asked = queues.flatMap((queue) => [
      { tag: duesOf(queue), due: true },
      ...STATES.map((state) => ({ tag: jobsOf(queue, state), due: false })),
    ])
    const numbers = await shelf.count(asked)
    const counts = queues.map((queue, index) => {
      const [due = 0, ...states] = numbers.slice(index * (STATES.length + 1), (index + 1) * (STATES.length + 1))
      const [all = 0, active = 0, done = 0, failed = 0, cancelled = 0] = states
      const delayed = Math.max(0, all - due)
      return { queue, waiting: due, delayed, active, done, failed, cancelled, paused: paused.includes(queue) }
    })
    return counts.filter(({ queue, paused: isPaused, ...some }) => isPaused || Object.values(some).some((n) => n > 0))
  }

  /** Forgets batches that ended before a moment. */
  async forgetBatches(before: number): Promise<void> {
    const shelf = await this.#shelf()
    for (const some of inPieces(await shelf.below(ENDED_BATCHES, before))) {
      await ShelfChange.make(shelf, { keys: some }, async (change) => {
        for (const key of some) {
          const batch = await change.get<BatchRecord>(key)
          if (batch?.endedAt !== undefined && batch.endedAt < before) change.drop(key)
        }
      })
    }
  }
}

/** The same names, as many at a time as are dealt with in one go. */
export function inPieces(keys: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(keys.length / SOME) }, (_, index) =>
    keys.slice(index * SOME, (index + 1) * SOME),
  )
}
