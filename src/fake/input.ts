import type { BytePipe } from './byte-pipe.ts'
import { after, type Chance } from './chance.ts'

type Answer = (bytes: Uint8Array | undefined) => void

/** A read that waits: `enough` says how many of the bytes that are there it takes, 0 for not yet. */
interface Read {
  readonly answer: Answer
  readonly enough: (held: Uint8Array) => number
}

/** Who reads: it may be stopped, and calls `again` when it goes on. */
interface Reader {
  canAct(again: () => void): boolean
}

const NEWLINE = 10
const NOTHING = new Uint8Array(0)

/**
 * Stdin as a rehearsed program consumes it. Every read calls back once: with bytes, or `undefined` at end-of-file. Reads
 * that come while another one waits are served after it.
 */
export class Input {
  readonly #pipe: BytePipe | undefined
  readonly #reader: Reader
  readonly #chance: Chance
  #rest: Uint8Array = NOTHING
  #reads: Read[] = []
  #serving = false
  #closed = false
  #taken = 0

  constructor(pipe: BytePipe | undefined, reader: Reader, chance: Chance) {
    this.#pipe = pipe
    this.#reader = reader
    this.#chance = chance
    // A reader that waited takes a moment to wake up: what its writer does right afterwards may come first.
    pipe?.onChange(() => after(chance.hops(), this.#serve))
  }

  /** A line with its newline; the last one may lack it. */
  line(answer: Answer): void {
    this.#read(answer, (held) => held.indexOf(NEWLINE) + 1)
  }

  /** Exactly so many bytes, fewer only at end-of-file. */
  bytes(count: number, answer: Answer): void {
    this.#read(answer, (held) => (held.length >= count ? count : 0))
  }

  /** Everything to end-of-file; empty when there is nothing. */
  all(answer: (bytes: Uint8Array) => void): void {
    this.#read(
      (bytes) => answer(bytes ?? NOTHING),
      () => 0,
    )
  }

  /** Whatever is there, as soon as something is. */
  next(answer: Answer): void {
    this.#read(answer, (held) => held.length)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** How many bytes the program has read. */
  get taken(): number {
    return this.#taken
  }

  /** The program closes it: from now on there is nothing but end-of-file, also for who waits already. */
  close(): void {
    this.#closed = true
    this.#rest = NOTHING
    this.#pipe?.closeReader()
    this.#serve()
  }

  /** The program is over: nobody reads any more. */
  abandon(): void {
    this.#reads = []
    this.#pipe?.closeReader()
  }

  #read(answer: Answer, enough: Read['enough']): void {
    this.#reads.push({ answer, enough })
    this.#serve()
  }

  // What is answered reads on, and what is read makes room for more: all that comes of it is served in this one loop.
  readonly #serve = (): void => {
    if (this.#serving || this.#reads.length === 0 || !this.#reader.canAct(this.#serve)) return
    this.#serving = true
    for (let read = this.#reads[0]; read; read = this.#reads[0]) {
      const count = this.#collect(read.enough)
      if (count === 0 && !this.#isAtEnd()) break
      this.#reads.shift()
      const bytes = this.#take(count || this.#rest.length)
      read.answer(bytes.length > 0 ? bytes : undefined)
    }
    this.#serving = false
  }

  /** Takes from the pipe until there is enough. */
  #collect(enough: Read['enough']): number {
    for (;;) {
      const count = enough(this.#rest)
      const more = count > 0 ? undefined : this.#readSome()
      if (!more) return count
      this.#rest = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more])
    }
  }

  #readSome(): Uint8Array | undefined {
    const pipe = this.#pipe
    return pipe?.read(this.#chance.cut(pipe.ready, pipe.size))
  }

  #isAtEnd(): boolean {
    return this.#closed || !this.#pipe || this.#pipe.ended
  }

  #take(count: number): Uint8Array {
    const taken = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(count)
    this.#taken += taken.length
    return taken
  }
}
