/** A moment that somebody asked time to move to. */
interface Goal {
  readonly at: number
  readonly reached: () => void
}

/** The moments that somebody asked time to move to, the earliest first. */
export class Goals {
  #open: Goal[] = []

  /** The earliest of them. */
  get next(): number | undefined {
    return this.#open[0]?.at
  }

  /** Adds one. Resolves when it is reached. */
  add(at: number): Promise<void> {
    return new Promise((reached) => {
      this.#open.push({ at, reached })
      this.#open.sort((a, b) => a.at - b.at)
    })
  }

  /** None of them is reached any more. */
  forget(): void {
    this.#open = []
  }

  /** The earliest is reached. */
  arrive(): void {
    this.#open.shift()?.reached()
  }
}
