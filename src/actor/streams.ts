import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { devNull } from 'node:os'

const NEWLINE = 10
const NOTHING: Buffer = Buffer.alloc(0)

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

  get closed(): boolean {
    return this.#closed
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
    if (!error || this.#closed) return done()
    if (process.listenerCount('SIGPIPE') === 0) process.kill(process.pid, 'SIGPIPE')
    else setImmediate(done)
  }
}

/** The actor's stdin, consumed as its scenario says. A read that comes while another one waits is served after it. */
export class ActorInput {
  #pieces: AsyncIterator<Buffer> | undefined
  #held: Buffer = NOTHING
  #closed = false
  #last: Promise<unknown> = Promise.resolve()

  /** Whatever comes next, or nothing at end-of-file. */
  next(): Promise<Buffer | undefined> {
    return this.#inTurn(() => this.#next())
  }

  /** Everything to end-of-file. */
  all(): Promise<Buffer | undefined> {
    return this.#collect(() => 0)
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
    this.#held = NOTHING
    process.stdin.destroy()
    closeSync(0)
  }

  #collect(enough: (held: Buffer) => number): Promise<Buffer | undefined> {
    return this.#inTurn(async () => {
      let held: Buffer = NOTHING
      for (;;) {
        const count = enough(held)
        const more = count > 0 ? undefined : await this.#next()
        if (more) held = held.length === 0 ? more : Buffer.concat([held, more])
        else {
          const taken = count > 0 ? count : this.#closed ? 0 : held.length
          this.#held = this.#closed ? NOTHING : held.subarray(taken)
          return taken > 0 ? held.subarray(0, taken) : undefined
        }
      }
    })
  }

  async #next(): Promise<Buffer | undefined> {
    const held = this.#held
    this.#held = NOTHING
    if (held.length > 0) return held
    if (this.#closed) return undefined
    this.#pieces ??= process.stdin[Symbol.asyncIterator]()
    try {
      const { value, done } = await this.#pieces.next()
      return done ? undefined : value
    } catch (error) {
      // Closing a stream that somebody waits for ends the wait with an error.
      if (this.#closed) return undefined
      throw error
    }
  }

  #inTurn(read: () => Promise<Buffer | undefined>): Promise<Buffer | undefined> {
    const turn = this.#last.then(read)
    this.#last = turn
    return turn
  }
}

/** Puts something on those of the first three descriptors that are closed: Node dies when it has to close one of these. */
export function fillStandardDescriptors(): void {
  let descriptor = openSync(devNull, 'r+')
  while (descriptor <= 2) descriptor = openSync(devNull, 'r+')
  closeSync(descriptor)
}
