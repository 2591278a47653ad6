import type { InvokedProcess } from './invoked-process.ts'

/**
 * The processes that were started one after the other in the same place, each as a restart of the one before. All of them
 * share it, so that whoever holds one of them finds those that follow.
 */
export class Lineage {
  #current: InvokedProcess
  #restarting: Promise<InvokedProcess> | undefined
  readonly #listeners = new Set<(next: InvokedProcess) => void>()
  /** Restarts it for everybody, where somebody looks after it. */
  keeper: (() => Promise<InvokedProcess>) | undefined

  constructor(first: InvokedProcess) {
    this.#current = first
  }

  /** The latest of them. */
  get current(): InvokedProcess {
    return this.#current
  }

  /** Whether one more is on its way, or somebody decides about that. */
  get goesOn(): boolean {
    return this.#restarting !== undefined || this.keeper !== undefined
  }

  /** Hears of each one that takes the place of the one before. Gives back what ends that. */
  onNext(listener: (next: InvokedProcess) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another one has taken the place. */
  continueWith(next: InvokedProcess): void {
    this.#current = next
    for (const listener of [...this.#listeners]) listener(next)
  }

  /** Stops the latest one and starts its command again. Those who ask for it at the same time get the same one. */
  restart(): Promise<InvokedProcess> {
    if (this.keeper) return this.keeper()
    this.#restarting ??= this.#replace().finally(() => {
      this.#restarting = undefined
    })
    return this.#restarting
  }

  async #replace(): Promise<InvokedProcess> {
    await this.#current.stop()
    return this.#current.startAgain()
  }
}
