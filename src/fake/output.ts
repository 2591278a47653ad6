import type { BytePipe } from './byte-pipe.ts'

export type Stream = 'out' | 'err'

/** The streams that a rehearsed process writes to, for as long as it keeps them open. */
export class Output {
  readonly #owner: object
  readonly #open: { out: BytePipe | undefined; err: BytePipe | undefined }

  readonly #closed = new Set<Stream>()

  constructor(owner: object, out: BytePipe | undefined, err: BytePipe | undefined) {
    this.#owner = owner
    this.#open = { out, err }
    out?.addWriter()
    err?.addWriter()
  }

  /** How many of them are open, wherever they lead. */
  get open(): number {
    return 2 - this.#closed.size
  }

  /** What a stream leads to, unless it was closed or never there. */
  pipe(stream: Stream): BytePipe | undefined {
    return this.#open[stream]
  }

  /** Closes a stream. Gives back the writes that waited for room, which are lost with it. */
  close(stream: Stream): readonly { readonly done: (accepted: boolean) => void }[] {
    const pipe = this.#open[stream]
    this.#open[stream] = undefined
    this.#closed.add(stream)
    return pipe?.removeWriter(this.#owner) ?? []
  }
}
