import type { Capture } from './capture.ts'
import { type TextEntry, TextPieces } from './text.ts'

/** Text that may lie unread before the process is held back. */
const HIGH_WATER = 256 * 1024

/** Output as one reader takes it, piece by piece. With `holdsBack` the process waits for a slow reader. */
export class OutputReader {
  readonly #capture: Capture
  readonly #quit: () => void
  readonly #pieces: TextPieces
  readonly #holdsBack: boolean
  // Taken from one list while the other fills: to shift a long one for each piece would take ever longer.
  #queue: TextEntry[] = []
  #taking: TextEntry[] = []
  #taken = 0
  #unread = 0
  #holding = false
  #ended = false
  #waiting: ((entry: TextEntry | undefined) => void) | undefined

  constructor(capture: Capture, options: { encoding: BufferEncoding; holdsBack: boolean }) {
    this.#capture = capture
    this.#holdsBack = options.holdsBack
    this.#pieces = new TextPieces(options.encoding)
    this.#quit = capture.listen((entry) => this.#add({ type: entry.type, data: this.#pieces.decode(entry) }))
  }

  /** The next piece, or `undefined` after the last. */
  next(): Promise<TextEntry | undefined> {
    const first = this.#shift()
    if (!first && !this.#ended) return new Promise((resolve) => (this.#waiting = resolve))
    this.#unread -= first?.data.length ?? 0
    if (this.#holding && this.#unread < HIGH_WATER / 2) this.#letGo()
    return Promise.resolve(first)
  }

  /** No more comes: what is left undecoded is given out, then the end. */
  end(): void {
    if (this.#ended) return
    for (const type of ['out', 'err'] as const) this.#add({ type, data: this.#pieces.rest(type) })
    this.#ended = true
    this.#waiting?.(undefined)
  }

  /** Stops reading. */
  close(): void {
    this.#quit()
    this.#ended = true
    if (this.#holding) this.#letGo()
  }

  #shift(): TextEntry | undefined {
    if (this.#taken === this.#taking.length && this.#queue.length > 0) {
      this.#taking = this.#queue
      this.#queue = []
      this.#taken = 0
    }
    return this.#taken < this.#taking.length ? this.#taking[this.#taken++] : undefined
  }

  #add(entry: TextEntry): void {
    if (entry.data === '' || this.#ended) return
    const waiting = this.#waiting
    if (waiting) {
      this.#waiting = undefined
      return waiting(entry)
    }
    this.#queue.push(entry)
    this.#unread += entry.data.length
    if (this.#holdsBack && !this.#holding && this.#unread > HIGH_WATER) {
      this.#holding = true
      this.#capture.pause()
    }
  }

  #letGo(): void {
    this.#holding = false
    this.#capture.resume()
  }
}
