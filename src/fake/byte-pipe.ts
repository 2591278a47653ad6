/** A write that waits for room. */
interface Blocked {
  readonly owner: object
  rest: Uint8Array
  readonly done: (accepted: boolean) => void
}

/** The capacity of a pipe on Linux (pipe(7)). */
export const CAPACITY = 65_536
/** How much room there must be before a writer that waits goes on. Less, and a slow reader would get single bytes. */
const PAGE = 4096

/**
 * A pipe as a kernel keeps it: a bounded queue of bytes with any number of writers and one reader. A write that does
 * not fit waits; it fails when the reader goes. The end is there when the last writer is gone and all is read.
 */
export class BytePipe {
  #chunks: Uint8Array[] = []
  /** How many of the chunks are read already: taking away the first of many would move all the others each time. */
  #first = 0
  #size = 0
  #writers = 0
  #blocked: Blocked[] = []
  #readerGone = false
  #changed: () => void = () => {}

  /** Calls back, until replaced, whenever there is something to read or the end is there. */
  onChange(changed: () => void): void {
    this.#changed = changed
  }

  addWriter(): void {
    this.#writers++
  }

  /** A writer is gone, or has closed its end. Gives back its writes that waited. */
  removeWriter(owner: object): readonly Blocked[] {
    this.#writers--
    const waiting = this.#blocked.filter((write) => write.owner === owner)
    if (waiting.length > 0) this.#blocked = this.#blocked.filter((write) => write.owner !== owner)
    if (this.ended) this.#changed()
    return waiting
  }

  /** Calls `done` when all bytes are in: `true`, or `false` when there is no reader. */
  write(owner: object, bytes: Uint8Array, done: (accepted: boolean) => void): void {
    if (this.#readerGone) return done(false)
    const room = this.#blocked.length > 0 ? 0 : CAPACITY - this.#size
    if (bytes.length <= room) {
      this.#put(bytes)
      return done(true)
    }
    this.#blocked.push({ owner, rest: bytes.subarray(room), done })
    if (room > 0) this.#put(bytes.subarray(0, room))
  }

  /** Puts in what is there from the start, as much as it may be: a file that is read. */
  fill(bytes: Uint8Array): void {
    this.#put(bytes)
  }

  /** The next bytes, at most `max`, or `undefined` when nothing is there now. */
  read(max: number = this.ready): Uint8Array | undefined {
    const first = this.#take(max)
    if (!first) return undefined
    const pieces = [first]
    let left = max - first.length
    for (let next = this.#take(left); next; next = this.#take(left)) {
      pieces.push(next)
      left -= next.length
    }
    this.#refill()
    return pieces.length === 1 ? first : Buffer.concat(pieces)
  }

  closeReader(): void {
    if (this.#readerGone) return
    this.#readerGone = true
    this.#chunks = []
    this.#first = 0
    this.#size = 0
    for (const write of this.#blocked.splice(0)) write.done(false)
  }

  /** How many bytes there are. */
  get size(): number {
    return this.#size
  }

  /** How many of them were put in by one write. */
  get ready(): number {
    return this.#chunks[this.#first]?.length ?? 0
  }

  get ended(): boolean {
    return this.#writers === 0 && this.#size === 0
  }

  #put(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.#size += bytes.length
    this.#changed()
  }

  /** At most `max` bytes of one write. */
  #take(max: number): Uint8Array | undefined {
    const first = this.#chunks[this.#first]
    if (!first || max <= 0) return undefined
    const taken = first.length <= max ? first : first.subarray(0, max)
    if (taken === first) this.#forgetFirst()
    else this.#chunks[this.#first] = first.subarray(max)
    this.#size -= taken.length
    return taken
  }

  #forgetFirst(): void {
    this.#first++
    if (this.#first < this.#chunks.length / 2) return
    this.#chunks = this.#chunks.slice(this.#first)
    this.#first = 0
  }

  #refill(): void {
    let first = this.#blocked[0]
    while (first && this.#size <= CAPACITY - PAGE) {
      const room = CAPACITY - this.#size
      const part = first.rest.subarray(0, room)
      first.rest = first.rest.subarray(room)
      if (first.rest.length > 0) return this.#put(part)
      this.#blocked.shift()
      this.#put(part)
      first.done(true)
      first = this.#blocked[0]
    }
  }
}
