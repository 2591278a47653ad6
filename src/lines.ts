import { LineCutter, type TextEntry } from './text.ts'

/**
 * The lines that a process writes to stdout, without their line ends, as they come. Leaving a loop over them early stops
 * the process.
 *
 * @example for await (const line of process.lines()) console.log(line)
 */
export class Lines implements AsyncIterableIterator<string, void, undefined>, AsyncDisposable {
  readonly #entries: AsyncIterator<TextEntry, void, undefined>
  #cutter = new LineCutter()
  #filling: Promise<void> | undefined
  #over = false

  constructor(entries: AsyncIterator<TextEntry, void, undefined>) {
    this.#entries = entries
  }

  /** The next line. Most of them are there already: then nothing is waited for, and nobody else is asked. */
  next(): Promise<IteratorResult<string, void>> {
    // Who asks while others wait gets a line after them.
    if (this.#filling) return this.#filling.then(() => this.next())
    const line = this.#cutter.next() ?? (this.#over ? this.#cutter.rest() : undefined)
    if (line !== undefined) return Promise.resolve({ done: false, value: line })
    if (this.#over) return Promise.resolve({ done: true, value: undefined })
    return this.#more().then(() => this.next())
  }

  /**
   * The same lines in batches: all that have come by now, at least one. For those who have millions of them, because a
   * loop that waits for each costs more than the lines do.
   *
   * @example for await (const batch of process.lines().batches()) for (const line of batch) count(line)
   */
  async *batches(): AsyncGenerator<string[], void, undefined> {
    try {
      for (let batch = this.#cutter.all(); batch.length > 0 || !this.#over; batch = this.#cutter.all()) {
        if (batch.length > 0) yield batch
        else await this.#more()
      }
      const last = this.#cutter.rest()
      if (last !== undefined) yield [last]
    } finally {
      await this.return()
    }
  }

  /** Ends the loop, and the process with it. */
  async return(): Promise<IteratorResult<string, void>> {
    this.#leave()
    await this.#entries.return?.()
    return { done: true, value: undefined }
  }

  /** One line after the other. */
  [Symbol.asyncIterator](): this {
    return this
  }

  /** The same as leaving the loop. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #more(): Promise<void> {
    this.#filling ??= this.#fill()
    return this.#filling
  }

  async #fill(): Promise<void> {
    try {
      const { done, value } = await this.#entries.next()
      if (done) this.#over = true
      else if (value.type === 'out') this.#cutter.add(value.data)
    } catch (error) {
      this.#leave()
      throw error
    } finally {
      this.#filling = undefined
    }
  }

  #leave(): void {
    this.#over = true
    this.#cutter = new LineCutter()
  }
}
