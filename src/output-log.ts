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
  #chunks: Uint8Array[] = []
  #size = 0
  #dropped = 0

  constructor(limit: OutputLimit) {
    this.#limit = limit
  }

  /** Keeps bytes as far as the limit allows; says whether all of them fitted. */
  add(bytes: Uint8Array): boolean {
    const excess = this.#size + bytes.length - this.#limit.limit
    if (excess <= 0) {
      this.#push(bytes)
      return true
    }
    this.#dropped += excess
    if (this.#limit.keep === 'tail') {
      this.#push(bytes)
      this.#dropFront(excess)
    } else if (excess < bytes.length) this.#push(bytes.subarray(0, bytes.length - excess))
    return false
  }

  /** Bytes written, kept or not. */
  get written(): number {
    return this.#size + this.#dropped
  }

  get dropped(): number {
    return this.#dropped
  }

  /** What was kept, joined into one piece. */
  bytes(): Uint8Array {
    if (this.#chunks.length !== 1) this.#chunks = this.#size === 0 ? [] : [Buffer.concat(this.#chunks)]
    return this.#chunks[0] ?? new Uint8Array(0)
  }

  /** The last bytes of what was kept, without joining the rest. */
  tail(count: number): Uint8Array {
    const last: Uint8Array[] = []
    let size = 0
    for (let index = this.#chunks.length - 1; index >= 0 && size < count; index--) {
      const chunk = this.#chunks[index] as Uint8Array
      last.unshift(chunk)
      size += chunk.length
    }
    const joined = Buffer.concat(last)
    return joined.subarray(Math.max(0, joined.length - count))
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.#size += bytes.length
  }

  #dropFront(count: number): void {
    this.#size -= count
    let left = count
    while (left > 0) {
      const first = this.#chunks[0] as Uint8Array
      if (first.length <= left) this.#chunks.shift()
      else this.#chunks[0] = first.subarray(left)
      left -= first.length
    }
  }
}
