import type { BatchRecord } from '../contracts/queue-store.ts'
import type { Desk } from './desk.ts'

/** A batch that was pushed. What it tells is asked of the store each time. */
export class QueuedBatch {
  readonly id: string
  readonly #desk: Desk

  constructor(desk: Desk, id: string) {
    this.#desk = desk
    this.id = id
  }

  /** How far it is: its jobs by number, and when it ended. `undefined` once it is forgotten. */
  status(): Promise<BatchRecord | undefined> {
    return this.#desk.store.batch(this.id)
  }

  /** How much of it is over, in percent. The jobs of a chain are counted when their turn comes, so it can go back. */
  async progress(): Promise<number> {
    const { total = 0, pending = 0 } = (await this.status()) ?? {}
    return total === 0 ? 100 : Math.round((100 * (total - pending)) / total)
  }

  /** Whether all of it is over. */
  async finished(): Promise<boolean> {
    return (await this.status())?.endedAt !== undefined
  }

  /** Whether what was left of it has been cancelled, by somebody or by a failure. */
  async cancelled(): Promise<boolean> {
    return (await this.status())?.cancelled ?? false
  }

  /** Whether any job of it has failed for good. */
  async hasFailures(): Promise<boolean> {
    return ((await this.status())?.failed ?? 0) > 0
  }

  /** Cancels what waits, and stops what runs. `false` when it is over already. */
  cancel(): Promise<boolean> {
    return this.#desk.store.cancelBatch(this.id)
  }
}
