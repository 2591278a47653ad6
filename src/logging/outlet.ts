import type { Batch } from './batch.ts'
import type { WhenFull } from './options.ts'
import type { Sink } from './sink.ts'

/** Where the records of a process go: one file, or two. The slowest of them says how fast. */
export class Outlet {
  readonly whenFull: WhenFull
  readonly #sinks: readonly Sink[]

  constructor(sinks: readonly Sink[], whenFull: WhenFull) {
    this.#sinks = sinks
    this.whenFull = whenFull
  }

  /** Whether the process is to wait. */
  get blocks(): boolean {
    return this.whenFull === 'block' && this.#isFull
  }

  /** Whether what comes now is to be dropped. */
  get drops(): boolean {
    return this.whenFull === 'drop-newest' && this.#isFull
  }

  /** Whether what waits may wait for long. */
  get fails(): boolean {
    return this.#sinks.some((sink) => sink.problem)
  }

  add(batch: Batch): void {
    for (const sink of this.#sinks) {
      sink.add(batch)
      if (this.whenFull === 'drop-oldest') sink.makeRoom()
    }
  }

  /** Calls back once, when there may be room again. */
  whenRoom(callback: () => void): void {
    this.#sinks.find((sink) => sink.full)?.whenRoom(callback)
  }

  claim(bytes: number): boolean {
    const [refusing] = this.#sinks.filter((sink) => !sink.claim(bytes))
    if (!refusing) return true
    for (const sink of this.#sinks) if (sink !== refusing) sink.unclaim(bytes)
    return false
  }

  unclaim(bytes: number): void {
    for (const sink of this.#sinks) sink.unclaim(bytes)
  }

  get #isFull(): boolean {
    return this.#sinks.some((sink) => sink.full)
  }
}
