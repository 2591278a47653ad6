import { Slabs } from './slabs.ts'

/** Which of its two streams a process wrote to. */
export type OutputType = 'out' | 'err'

/** One piece of output. */
export interface OutputEntry {
  readonly type: OutputType
  readonly data: Uint8Array
}

/** How much of each stream is kept, and what happens to the rest. */
export interface OutputLimit {
  /** Bytes of each stream. */
  readonly limit: number
  readonly onOverflow: 'kill' | 'truncate'
  readonly keep: 'head' | 'tail'
}

/** The bytes of one stream that were kept. */
export class StreamLog {
  readonly #limit: OutputLimit
  readonly #slabs: Slabs
  #dropped = 0

  constructor(limit: OutputLimit) {
    this.#limit = limit
    this.#slabs = new Slabs(limit.keep === 'head' ? limit.limit : undefined)
  }

  /** Keeps bytes as far as the limit allows; says whether all of them fitted. */
  add(bytes: Uint8Array): boolean {
    const { limit, keep } = this.#limit
    const { size } = this.#slabs
    const excess = Math.max(0, size + bytes.length - limit)
    if (keep === 'tail' && excess > 0) this.#slabs.drop(Math.min(excess, size))
    this.#slabs.add(excess === 0 ? bytes : this.#partOf(bytes, excess), excess === 0)
    this.#dropped += excess
    return excess === 0
  }

  /** Whether these very bytes are kept, and not a copy of them. */
  holds(bytes: Uint8Array): boolean {
    return this.#slabs.holds(bytes)
  }

  /** Bytes that were not kept. */
  get dropped(): number {
    return this.#dropped
  }

  /** What is kept goes from this byte of the stream to the one before `end`. */
  get start(): number {
    return this.#limit.keep === 'tail' ? this.#dropped : 0
  }

  get end(): number {
    return this.start + this.#slabs.size
  }

  /** What was kept, in one piece. These bytes stay as they are, whatever comes. */
  bytes(): Uint8Array {
    return this.#slabs.joined()
  }

  /** What was kept from one byte of the stream to the one before another, in pieces of no more than a megabyte. */
  pieces(start: number = this.start, end: number = this.end): Iterable<Uint8Array> {
    return this.#slabs.parts(start - this.start, end - this.start)
  }

  /** The last bytes of what was kept, without touching the rest. */
  tail(count: number): Uint8Array {
    return this.#slabs.copyOfLast(count)
  }

  #partOf(bytes: Uint8Array, excess: number): Uint8Array {
    const { limit, keep } = this.#limit
    return keep === 'head'
      ? bytes.subarray(0, Math.max(0, bytes.length - excess))
      : bytes.subarray(Math.max(0, bytes.length - limit))
  }
}
