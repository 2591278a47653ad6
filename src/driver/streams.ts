import type { Readable, Writable } from 'node:stream'
import type { Sink, Source } from '../contracts/driver.ts'

/** Bytes from which on a piece is worth the work of taking it back. */
const WORTHWHILE = 4096

/** What a real process writes, as a source over Node's stream. */
export class StreamSource implements Source {
  readonly #stream: Readable
  #held: Uint8Array[] = []
  #onBytes: ((bytes: Uint8Array) => void) | undefined
  #onEnd: (() => void) | undefined
  #paused = false
  #ended = false

  constructor(stream: Readable) {
    this.#stream = stream
    stream.pause()
    stream.on('data', (bytes: Uint8Array) => this.#take(bytes))
    stream.on('error', () => {})
    stream.once('end', () => this.#end())
    stream.once('close', () => this.#end())
  }

  flow(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void {
    if (this.#onEnd) throw new Error('Cannot read a stream twice: it flows already')
    this.#onBytes = onBytes
    this.#onEnd = onEnd
    this.#letFlow()
  }

  // Each piece that Node reads has memory of its own, which would be garbage for long: given back, it is read into again.
  recycle(bytes: Uint8Array): void {
    if (bytes.length < WORTHWHILE || bytes.length !== bytes.buffer.byteLength) return
    ;(bytes.buffer as ArrayBuffer).transfer(0)
  }

  pause(): void {
    this.#paused = true
    this.#stream.pause()
  }

  resume(): void {
    this.#paused = false
    this.#letFlow()
  }

  close(): void {
    this.#held = []
    this.#onBytes = undefined
    this.#stream.destroy()
    this.#ended = true
    this.#finish()
  }

  /** Whether somebody wants it now. */
  get #wanted(): boolean {
    return this.#onBytes !== undefined && !this.#paused
  }

  #letFlow(): void {
    while (this.#wanted && this.#held.length > 0) this.#onBytes?.(this.#held.shift() as Uint8Array)
    if (!this.#wanted) return
    if (this.#ended) this.#finish()
    else this.#stream.resume()
  }

  // Node resumes every stream when a process exits, paused or not: what comes then is kept until it is wanted.
  #take(bytes: Uint8Array): void {
    if (this.#wanted) return this.#onBytes?.(bytes)
    this.#held.push(bytes)
    this.#stream.pause()
  }

  #end(): void {
    this.#ended = true
    if (this.#wanted && this.#held.length === 0) this.#finish()
  }

  #finish(): void {
    const onEnd = this.#onEnd
    this.#onEnd = () => {}
    this.#onBytes = undefined
    onEnd?.()
  }
}

/** What a real process reads, as a sink over Node's stream. A reader that is gone is an answer, not an exception. */
export class StreamSink implements Sink {
  readonly #stream: Writable

  constructor(stream: Writable) {
    this.#stream = stream
    stream.on('error', () => {})
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#stream.destroyed || this.#stream.writableEnded) return Promise.resolve(false)
    return new Promise((resolve) => this.#stream.write(bytes, (error) => resolve(!error)))
  }

  end(): void {
    if (!this.#stream.destroyed) this.#stream.end()
  }
}
