/** When a file is full: by its size, or because the stretch of time is over in which it was begun. */
export class RotationRule {
  /** Bytes. */
  readonly size: number
  readonly #every: number
  #stretch = Number.NaN

  /** `every` is in milliseconds, counted from the epoch: a day begins at midnight UTC. */
  constructor({ size, every }: { readonly size: number; readonly every: number }) {
    this.size = size
    this.#every = every
  }

  /** A file is begun, or gone on with, that last changed at a moment. */
  begun(moment: number): void {
    this.#stretch = this.#stretchOf(moment)
  }

  /**
   * Whether the file is to be put aside. A clock that goes back over the end of a stretch, and comes again, changes nothing; one
   * that was far ahead and is right again does.
   */
  isDue(now: number, size: number): boolean {
    if (size === 0) return false
    const stretch = this.#stretchOf(now)
    return size >= this.size || stretch > this.#stretch || stretch < this.#stretch - 1
  }

  /** When the present stretch ends. */
  get ends(): number {
    return (this.#stretch + 1) * this.#every
  }

  #stretchOf(moment: number): number {
    return this.#every === Number.POSITIVE_INFINITY ? 0 : Math.floor(moment / this.#every)
  }
}
