import type { Clock, Timer } from '../contracts/clock.ts'
import type { JobRecord, QueueStore, Reserved } from '../contracts/queue-store.ts'

/** What is done when a job is taken away. */
export interface Taken {
  /** Somebody wants it cancelled. */
  cancelled(): void
  /** It is not ours any more: its process must be gone before somebody else starts it. */
  lost(): void
  /** The store did not answer. */
  failed(error: unknown): void
}

/** How often a lease is renewed while it lasts. */
const RENEWALS = 3
/** The share of a lease that may pass without an answer: the rest is for the process to end before somebody else begins it. */
const SAFE = 5 / 6

/** Holds a job, and the lock that goes with it, for as long as it runs. */
export class Hold {
  /** Why it was let go before its end. */
  let: 'cancelled' | 'lost' | undefined
  /** What its worker tells of it at the next renewal. */
  progress: string | undefined
  readonly #store: QueueStore
  readonly #clock: Clock
  readonly #reserved: Reserved
  readonly #lease: number
  readonly #taken: Taken
  #lock: { readonly name: string; readonly token: string } | undefined
  #timer: Timer | undefined
  #until: number
  #over = false

  constructor(reserved: Reserved, where: { store: QueueStore; clock: Clock; lease: number }, taken: Taken) {
    this.#store = where.store
    this.#clock = where.clock
    this.#reserved = reserved
    this.#lease = where.lease
    this.#taken = taken
    this.#until = this.#clock.monotonic() + SAFE * this.#lease
    this.#renewLater()
  }

  /** Takes a lock that is held along with the job. Says whether it was free. */
  async lock(name: string): Promise<boolean> {
    const token = await this.#store.locks.acquire(name, this.#lease)
    if (token !== undefined) this.#lock = { name, token }
    return token !== undefined
  }

  /** Lets the job go, and its lock. */
  async end(): Promise<void> {
    this.#over = true
    this.#clock.clearTimeout(this.#timer)
    const lock = this.#lock
    if (lock) await this.#store.locks.release(lock.name, lock.token)
  }

  #renewLater(): void {
    const rest = Math.min(this.#lease / RENEWALS, Math.max(0, this.#until - this.#clock.monotonic()))
    this.#timer = this.#clock.setTimeout(() => void this.#renew(), rest)
  }

  async #renew(): Promise<void> {
    const begun = this.#clock.monotonic()
    await this.#answerInTime(this.#askedOnce(begun).catch((error: unknown) => this.#taken.failed(error)))
    if (this.#over || this.let === 'lost') return
    // A store that does not answer will give the job to somebody else when the lease has run out.
    if (this.#clock.monotonic() >= this.#until) this.#loseIt()
    else this.#renewLater()
  }

  // A store may be silent for longer than the lease lasts.
  async #answerInTime(answer: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = this.#clock.setTimeout(resolve, Math.max(0, this.#until - this.#clock.monotonic()))
    await Promise.race([answer, promise])
    this.#clock.clearTimeout(timer)
  }

  async #askedOnce(begun: number): Promise<void> {
    const { job, token } = this.#reserved
    const lease = await this.#store.renew(job.id, token, this.#lease, this.progress)
    if (this.#over || this.let === 'lost') return
    if (lease === 'lost') return this.#lost()
    this.#until = begun + SAFE * this.#lease
    if (this.#lock) await this.#store.locks.renew(this.#lock.name, this.#lock.token, this.#lease)
    if (lease === 'cancelled' && this.let === undefined) {
      this.let = 'cancelled'
      this.#taken.cancelled()
    }
  }

  // One that its own command has given back may end in peace, until somebody else has it.
  async #lost(): Promise<void> {
    const now = await this.#store.find(this.#reserved.job.id)
    if (now && isGivenBack(now, this.#reserved.job)) this.#until = this.#clock.monotonic() + SAFE * this.#lease
    else this.#loseIt()
  }

  #loseIt(): void {
    this.let = 'lost'
    this.#taken.lost()
  }
}

/** Whether a job was released from inside its own command: it waits, and the attempt has not been spent. */
export function isGivenBack(now: JobRecord, then: JobRecord): boolean {
  return now.state === 'waiting' && now.attempts < then.attempts
}
