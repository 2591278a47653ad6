import { closeSync, fstatSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'

const NEWLINE = 10

/** One of the actor's own output streams. Writing never blocks the event loop, so signals are handled meanwhile. */
export class ActorOutput {
  readonly #descriptor: number
  readonly #socket: Socket | undefined
  #closed = false

  constructor(descriptor: 1 | 2) {
    this.#descriptor = descriptor
    const stat = fstatSync(descriptor)
    if (!stat.isFIFO() && !stat.isSocket()) return
    this.#socket = new Socket({ fd: descriptor, readable: false, writable: true })
    this.#socket.on('error', () => {})
  }

  /** Resolves when the bytes are in the pipe. Dies of PIPE when there is no reader, unless it does something about it. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) return Promise.resolve()
    const socket = this.#socket
    if (socket) return new Promise((resolve) => socket.write(bytes, (error) => this.#written(error, resolve)))
    writeSync(this.#descriptor, bytes)
    return Promise.resolve()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket?.destroy()
    // Node never closes the first three descriptors by itself, whoever destroys what is on them.
    closeSync(this.#descriptor)
  }

  // Over a socket the loss of the reader may show as an error where a pipe would have sent the signal.
  #written(error: Error | null | undefined, done: () => void): void {
    if (!error) return done()
    if (process.listenerCount('SIGPIPE') === 0) process.kill(process.pid, 'SIGPIPE')
    else setImmediate(done)
  }
}

/** The actor's stdin, consumed as its scenario says. */
export class ActorInput {
  #pieces: AsyncIterator<Buffer> | undefined
  #held: Buffer = Buffer.alloc(0)
  #closed = false

  /** Whatever comes next, or nothing at end-of-file. */
  async next(): Promise<Buffer | undefined> {
    if (this.#held.length > 0) return this.#take(this.#held.length)
    this.#pieces ??= process.stdin[Symbol.asyncIterator]()
    const { value, done } = await this.#pieces.next()
    return done ? undefined : value
  }

  /** A line with its newline; the last one may lack it. */
  line(): Promise<Buffer | undefined> {
    return this.#collect((held) => held.indexOf(NEWLINE) + 1)
  }

  /** Exactly so many bytes, fewer only at end-of-file. */
  bytes(count: number): Promise<Buffer | undefined> {
    return this.#collect((held) => (held.length >= count ? count : 0))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    process.stdin.destroy()
    closeSync(0)
  }

  async #collect(enough: (held: Buffer) => number): Promise<Buffer | undefined> {
    let held: Buffer = Buffer.alloc(0)
    for (;;) {
      const count = enough(held)
      const more = count > 0 ? undefined : await this.next()
      if (more) held = Buffer.concat([held, more])
      else {
        const taken = count > 0 ? count : held.length
        this.#held = held.subarray(taken)
        return taken > 0 ? held.subarray(0, taken) : undefined
      }
    }
  }

  #take(count: number): Buffer {
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }
}
