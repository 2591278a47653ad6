import type { Sink, Source } from '../contracts/driver.ts'
import type { BytePipe } from './byte-pipe.ts'
import { after } from './chance.ts'
import type { Ears } from './ears.ts'

/** The caller's end of a pipe that a rehearsed process writes. */
export class PipeSource implements Source {
  readonly #pipe: BytePipe
  readonly #ears: Ears
  #onBytes: ((bytes: Uint8Array) => void) | undefined
  #onEnd: (() => void) | undefined
  #paused = false
  #due = false

  constructor(pipe: BytePipe, ears: Ears) {
    this.#pipe = pipe
    this.#ears = ears
  }

  flow(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void {
    if (this.#onEnd) throw new Error('Cannot read a stream twice: it flows already')
    this.#onBytes = onBytes
    this.#onEnd = onEnd
    this.#pipe.onChange(() => this.#deliverSoon())
    this.#deliverSoon()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#deliverSoon()
  }

  close(): void {
    this.#pipe.closeReader()
    this.#onBytes = undefined
    this.#end()
  }

  #deliverSoon(): void {
    if (this.#due || this.#paused || !this.#onBytes) return
    this.#due = true
    this.#ears.hear(this.#deliver)
  }

  readonly #deliver = (): void => {
    while (this.#onBytes && !this.#paused) {
      const bytes = this.#pipe.read(this.#ears.chance.cut(this.#pipe.ready, this.#pipe.size))
      if (!bytes) break
      this.#onBytes(bytes)
      const hops = this.#ears.chance.hops()
      if (hops > 0) return after(hops, this.#deliver)
    }
    this.#due = false
    if (this.#onBytes && !this.#paused && this.#pipe.ended) this.#end()
  }

  #end(): void {
    const onEnd = this.#onEnd
    this.#onBytes = undefined
    this.#onEnd = () => {}
    onEnd?.()
  }
}

/** The caller's end of a pipe that a rehearsed process reads. */
export class PipeSink implements Sink {
  readonly #pipe: BytePipe
  #ended = false
  #writing = 0

  constructor(pipe: BytePipe) {
    this.#pipe = pipe
    pipe.addWriter()
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false)
    this.#writing++
    return new Promise((resolve) =>
      this.#pipe.write(this, bytes, (accepted) => {
        this.#writing--
        if (this.#ended) this.#endWhenWritten()
        resolve(accepted)
      }),
    )
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#endWhenWritten()
  }

  #endWhenWritten(): void {
    if (this.#writing === 0) this.#pipe.removeWriter(this)
  }
}
