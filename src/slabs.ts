const MEGABYTE = 1024 * 1024
/** Slabs grow with what is kept, between these sizes. A larger one would only be memory that is not used. */
const SMALLEST = 4 * 1024
const LARGEST = MEGABYTE
/**
 * When so much is kept it moves to one place with room for more, which spares a copy of all of it at the end. The system
 * gives the room only as it is filled, but garbage is collected as if all were used: so it is not taken for less.
 */
const MUCH = 48 * MEGABYTE
const ROOM = 128 * MEGABYTE

/** What a stream says that was never written to. */
export const NO_BYTES: Uint8Array = new Uint8Array(0)

/**
 * A queue of bytes in few pieces of memory. The first bytes are kept as they came, because most processes say no more; all
 * others are copied into slabs, so that the memory they came in can be used again.
 */
export class Slabs {
  /** How many bytes there are. */
  size = 0
  /** No more than these are ever kept; `undefined` for a queue that is also taken from, which moves on by itself. */
  readonly #most: number | undefined
  readonly #pieces: Uint8Array[] = []
  /** How many pieces, counted from the first, somebody else may look at. */
  #shared = 0
  /** Bytes at the beginning of the first piece that are not kept any more. */
  #skipped = 0
  /** Bytes at the end of the last piece that are not used yet. */
  #room = 0

  constructor(most: number | undefined) {
    this.#most = most
  }

  /** Adds bytes. When they are the first and `whole`, they are kept themselves; of a part it would be more than that. */
  add(bytes: Uint8Array, whole: boolean): void {
    if (bytes.length === 0) return
    if (whole && this.#pieces.length === 0) this.#share(bytes)
    else this.#copy(bytes)
  }

  /** Takes away the first bytes. */
  drop(count: number): void {
    this.size -= count
    this.#skipped += count
    for (let first = this.#pieces[0]; first && this.#skipped >= first.length; first = this.#pieces[0]) {
      this.#skipped -= first.length
      this.#pieces.shift()
      if (this.#shared > 0) this.#shared--
      else free(first)
    }
  }

  /** Whether these very bytes are kept, and not a copy of them. */
  holds(bytes: Uint8Array): boolean {
    return this.#pieces[0] === bytes
  }

  /** All bytes, joined into one piece. They stay as they are, whatever comes. */
  joined(): Uint8Array {
    if (this.#pieces.length === 0) return NO_BYTES
    if (this.#pieces.length > 1) this.#moveTo(Buffer.allocUnsafe(this.size))
    this.#shared = 1
    return this.#used(0)
  }

  /** The bytes from one place to another, in pieces of no more than a megabyte. They stay as they are, too. */
  parts(from: number, to: number): Iterable<Uint8Array> {
    this.#shared = this.#pieces.length
    return this.#views(from, to)
  }

  /** A copy of the last bytes, made without touching the rest. */
  copyOfLast(count: number): Uint8Array {
    return Buffer.concat([...this.#views(Math.max(0, this.size - count), this.size)])
  }

  #share(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
    this.#shared = 1
    this.size = bytes.length
  }

  #copy(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#room === 0) this.#makeRoom(bytes.length - at)
      const slab = this.#pieces.at(-1) as Uint8Array
      const part = bytes.subarray(at, at + this.#room)
      slab.set(part, slab.length - this.#room)
      this.#room -= part.length
      this.size += part.length
      at += part.length
    }
  }

  #makeRoom(wanted: number): void {
    if (this.#most !== undefined && this.size >= MUCH) {
      return this.#moveTo(Buffer.allocUnsafeSlow(Math.min(Math.max(this.size * 4, ROOM), this.#most)))
    }
    const left = (this.#most ?? Number.POSITIVE_INFINITY) - this.size
    this.#room = Math.min(Math.max(wanted, this.size, SMALLEST), LARGEST, left)
    this.#pieces.push(Buffer.allocUnsafeSlow(this.#room))
  }

  // Each slab is freed as soon as it is copied, so that the memory in use does not double.
  #moveTo(memory: Uint8Array): void {
    let at = 0
    for (const index of this.#pieces.keys()) {
      const piece = this.#used(index)
      memory.set(piece, at)
      at += piece.length
      if (index >= this.#shared) free(piece)
    }
    this.#pieces.splice(0, this.#pieces.length, memory)
    this.#shared = 0
    this.#skipped = 0
    this.#room = memory.length - at
  }

  *#views(from: number, to: number): Generator<Uint8Array, void, undefined> {
    let passed = 0
    for (const index of this.#pieces.keys()) {
      const piece = this.#used(index)
      const last = Math.min(piece.length, to - passed)
      for (let at = Math.max(0, from - passed); at < last; at += LARGEST) {
        yield piece.subarray(at, Math.min(at + LARGEST, last))
      }
      passed += piece.length
    }
  }

  #used(index: number): Uint8Array {
    const piece = this.#pieces[index] as Uint8Array
    const from = index === 0 ? this.#skipped : 0
    const to = piece.length - (index === this.#pieces.length - 1 ? this.#room : 0)
    return to - from === piece.length ? piece : piece.subarray(from, to)
  }
}

/** Gives the memory of a slab back to the system at once, instead of when it is collected as garbage. */
function free(slab: Uint8Array): void {
  ;(slab.buffer as ArrayBuffer).transfer(0)
}
