interface Waiter {
  look(): boolean
}

/** Those who wait until something is so: asked again each time that something has changed. */
export class Waiters {
  #open: Waiter[] = []

  /**
   * Resolves with the first answer that is not `undefined`, now or at a later look.
   *
   * @throws what `ask` throws.
   */
  until<T>(ask: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        try {
          const answer = ask()
          if (answer !== undefined) resolve(answer)
          return answer !== undefined
        } catch (error) {
          reject(error)
          return true
        }
      }
      if (!look()) this.#open.push({ look })
    })
  }

  /** Asks all of them. */
  look(): void {
    this.#open = this.#open.filter((waiter) => !waiter.look())
  }
}
