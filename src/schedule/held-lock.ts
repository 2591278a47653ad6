import type { Clock, Timer } from '../contracts/clock.ts'
import type { ScheduleStore } from '../contracts/schedule-store.ts'

/** What a lock stands on. */
export interface LockPlace {
  readonly store: ScheduleStore
  readonly clock: Clock
  readonly report: (error: unknown) => void
}

/** A lock that lives as long as its owner: it is renewed three times a lease, and free again when that ends. */
export class HeldLock {
  readonly #place: LockPlace
  readonly #name: string
  readonly #token: string
  readonly #lease: number
  readonly #lost = new AbortController()
  #until: number
  #timer: Timer | undefined

  /** @returns `undefined` while somebody else has it. */
  static async take(place: LockPlace, name: string, lease: number): Promise<HeldLock | undefined> {
    const since = place.clock.monotonic()
    const token = await place.store.acquire(name, lease)
    return token === undefined ? undefined : new HeldLock(place, name, token, { lease, since })
  }

  private constructor(
    place: LockPlace,
    name: string,
    token: string,
    { lease, since }: { lease: number; since: number },
  ) {
    this.#place = place
    this.#name = name
    this.#token = token
    this.#lease = lease
    this.#until = since + lease
    this.#beatLater()
  }

  /** Aborts when somebody else may have the lock now. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  async release(): Promise<void> {
    this.#place.clock.clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#place.store.release(this.#name, this.#token)
  }

  #beatLater(): void {
    this.#timer = this.#place.clock.setTimeout(() => void this.#beat(), this.#lease / 3)
  }

  async #beat(): Promise<void> {
    const { clock, store, report } = this.#place
    const timer = this.#timer
    const since = clock.monotonic()
    try {
      if (await store.renew(this.#name, this.#token, this.#lease)) this.#until = since + this.#lease
      else this.#until = since
    } catch (error) {
      report(error)
    }
    if (this.#timer !== timer) return
    if (this.#until > clock.monotonic()) this.#beatLater()
    else this.#lost.abort(new Error('its lock was lost'))
  }
}
