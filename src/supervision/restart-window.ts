/** Counts the restarts of the last so many milliseconds: it slides on, for the whole life of a slot, and forgets nothing early. */
export class RestartWindow {
  readonly #moments: number[] = []

  /** Takes note of a restart. */
  record(now: number): void {
    this.#moments.push(now)
  }

  /** Whether there have been `max` restarts within the last `window` milliseconds. */
  isFull(now: number, max: number, window: number): boolean {
    this.#forget(now, window)
    return this.#moments.length >= max
  }

  /** Milliseconds until it is not full any more: endless where no restart is allowed at all. */
  untilRoom(now: number, max: number, window: number): number {
    if (!this.isFull(now, max, window)) return 0
    const last = this.#moments[this.#moments.length - max]
    // A restart that is just as old as the window still counts.
    return last === undefined ? Number.POSITIVE_INFINITY : last + window - now + 1
  }

  #forget(now: number, window: number): void {
    while (this.#moments.length > 0 && now - (this.#moments[0] as number) > window) this.#moments.shift()
  }
}
