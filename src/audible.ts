import { Lines } from './lines.ts'
import type { OutputReader } from './output-reader.ts'
import type { Reading } from './reading.ts'
import { checkCallback } from './setter-checks.ts'
import type { OutputCallback } from './settings.ts'
import type { TextEntry } from './text.ts'

/** What a process writes, for those who hear it and stop hearing it as they like. */
export let readingOf: (process: Audible) => Reading

/** What a process writes, in every way in which it can be read. None of them changes what another one sees. */
export abstract class Audible implements AsyncIterable<TextEntry> {
  protected abstract readonly reading: Reading

  static {
    readingOf = (process) => process.reading
  }

  /** A reader that begins with the first byte. */
  protected abstract reader(): OutputReader
  /** Waits for somebody who can do nothing else. */
  protected abstract drive<T>(wait: Promise<T>, what: string): Promise<T>
  /** Ends it, unless it is over. */
  protected abstract leave(): Promise<unknown>
  abstract ended(): Promise<unknown>

  /** All of stdout so far, as far as it is kept. */
  output(): string {
    return this.reading.all('out')
  }

  /** All of stderr so far. */
  errorOutput(): string {
    return this.reading.all('err')
  }

  /** What was written to stdout since the previous call. */
  latestOutput(): string {
    return this.reading.latest('out')
  }

  /** What was written to stderr since the previous call. */
  latestErrorOutput(): string {
    return this.reading.latest('err')
  }

  /** Hears each piece of output: all that was kept, and all that comes. */
  onOutput(callback: OutputCallback): this {
    checkCallback('onOutput', callback)
    this.reading.tell(callback)
    return this
  }

  /** The lines of stdout as they come, from the first on. Leaving the loop early stops the process. */
  lines(): Lines {
    return new Lines(this[Symbol.asyncIterator]())
  }

  /** The output as it comes, from the first piece on. Leaving the loop early stops the process. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TextEntry, void, undefined> {
    const reader = this.reader()
    const ended = this.ended().finally(() => reader.end())
    ended.catch(() => {})
    try {
      const read = () => this.drive(reader.next(), 'to write or end')
      for (let next = await read(); next; next = await read()) yield next
      await ended
    } finally {
      reader.close()
      await this.leave()
    }
  }
}
