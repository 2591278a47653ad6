import { AsyncLocalStorage } from 'node:async_hooks'
import { constants } from 'node:os'
import { Duplex, Readable, Writable } from 'node:stream'
import type { Sink, Source } from '../contracts/driver.ts'
import { nextTick } from '../contracts/event-loop.ts'

/** Streams tell of their end by themselves, but not of the error. */
const QUIET = { emitClose: false }

/** What a rehearsed child writes, as its `stdout` or `stderr`. Whoever does not read holds it back. */
export class ChildOutput extends Readable {
  readonly #source: Source
  #flows = false

  constructor(source: Source) {
    super(QUIET)
    this.#source = source
  }

  /** A child's output is a socket in Node, which could be written to as far as it knows. */
  get writable(): boolean {
    return !this.destroyed && !this.readableEnded
  }

  /** Lets it flow. `onBytes` hears it too. */
  begin(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void {
    if (this.destroyed) return onEnd()
    this.#flows = true
    // Its events come in the async context of whoever started the child, as in Node.
    this.#source.flow(
      AsyncLocalStorage.bind((bytes: Uint8Array) => {
        onBytes(bytes)
        if (!this.#give(bytes)) this.#source.pause()
      }),
      AsyncLocalStorage.bind(() => {
        onEnd()
        if (!this.destroyed) this.#give(null)
      }),
    )
  }

  // What a listener throws is its own affair: the stream goes on, as Node's do, which call it from below all code.
  #give(bytes: Uint8Array | null): boolean {
    try {
      return this.push(bytes)
    } catch (error) {
      nextTick(() => {
        throw error
      })
      return true
    }
  }

  override _read(): void {
    if (this.#flows) this.#source.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#source.close()
    done(error)
    tellClosed(this, error)
  }

  /** Nothing of the machine's stands behind it that could keep the caller alive. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** Where the bytes of a `stdin` go: into a sink, or nowhere, which is said at once. */
export interface Taker extends Pick<Sink, 'end'> {
  write(bytes: Uint8Array): Promise<boolean> | false
}

/** What a rehearsed child reads, as its `stdin`. */
export class ChildInput extends Writable {
  readonly readable = false
  readonly #sink: Taker
  readonly #onBytes: (bytes: Uint8Array) => void

  constructor(sink: Taker, onBytes: (bytes: Uint8Array) => void) {
    super(QUIET)
    this.#sink = sink
    this.#onBytes = onBytes
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    // A write of nothing reaches nobody, and fails with nobody there either.
    if (bytes.length === 0) return done()
    this.#onBytes(bytes)
    const written = this.#sink.write(bytes)
    if (written === false) return done(brokenPipe())
    // Outside of the promise: what a listener throws is no rejection.
    void written.then((taken) => nextTick(done, taken ? undefined : brokenPipe()))
  }

  override _final(done: () => void): void {
    this.#sink.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#sink.end()
    done(error)
    tellClosed(this, error)
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** The capacity of a pipe on Linux (pipe(7)). */
const CAPACITY = 65_536

/** A pipe beyond the first three, which a rehearsed child neither reads nor writes. */
export class IdlePipe extends Duplex {
  #held = 0
  #blocked: ((error: Error) => void) | undefined

  constructor() {
    super(QUIET)
  }

  override _read(): void {}

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#held += bytes.length
    if (this.#held <= CAPACITY) done()
    else this.#blocked = done
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error)
    tellClosed(this, error)
  }

  /** The child is over. */
  finish(): void {
    this.push(null)
    this.once('end', () => this.destroy())
    this.#blocked?.(brokenPipe())
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

// As sockets do: with whether there was an error, and after it.
function tellClosed(stream: Readable | Writable, error: Error | null): void {
  nextTick(() => stream.emit('close', error !== null && error !== undefined))
}

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), {
    errno: -constants.errno.EPIPE,
    code: 'EPIPE',
    syscall: 'write',
  })
}
