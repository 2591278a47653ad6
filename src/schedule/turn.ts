import { HeldLock, type LockPlace } from './held-lock.ts'

/**
 * The right to begin a due time on one of many schedulers. Whoever has it shows signs of life until the task begins: if it dies
 * before that, another one gets the right after the lease. Who has begun is said by a claim, and there is one for ever.
 */
export class Turn {
  readonly #place: LockPlace
  readonly #task: string
  readonly #dueAt: number
  readonly #lock: HeldLock
  #claimed: Promise<boolean> | undefined

  /** @returns `taken` while another scheduler has the right, `begun` once somebody has begun. */
  static async take(
    place: LockPlace,
    { task, dueAt, lease }: { readonly task: string; readonly dueAt: number; readonly lease: number },
  ): Promise<Turn | 'taken' | 'begun'> {
    // Asked without a lock first: most of those who come later need no more than that.
    if (await place.store.claimed(task, dueAt)) return 'begun'
    const lock = await HeldLock.take(place, `${task} due at ${dueAt}`, lease)
    if (!lock) return 'taken'
    if (!(await place.store.claimed(task, dueAt))) return new Turn(place, task, dueAt, lock)
    await lock.release()
    return 'begun'
  }

  private constructor(place: LockPlace, task: string, dueAt: number, lock: HeldLock) {
    this.#place = place
    this.#task = task
    this.#dueAt = dueAt
    this.#lock = lock
  }

  /** Says that it begins now. `false` when somebody else has, because this one stood still for longer than its lease. */
  begin(): Promise<boolean> {
    this.#claimed ??= this.#place.store.claim(this.#task, this.#dueAt)
    return this.#claimed
  }

  /** The due time has been dealt with, whatever became of it: nobody else is to begin it. */
  async over(): Promise<void> {
    try {
      await this.begin()
    } finally {
      await this.#lock.release()
    }
  }
}
