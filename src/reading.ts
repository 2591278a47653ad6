import type { Capture } from './capture.ts'
import { LineSearch } from './line-search.ts'
import type { OutputType } from './output-log.ts'
import { OutputReader } from './output-reader.ts'
import type { OutputCallback } from './settings.ts'
import { NO_BYTES } from './slabs.ts'
import { decode, TextPieces } from './text.ts'

/** The ways to look at the output of a process that runs. None of them changes what another one sees. */
export class Reading {
  readonly #capture: Capture
  readonly #encoding: BufferEncoding
  readonly #key: string | number | undefined
  #latest: Partial<Record<OutputType, string>> | undefined

  constructor(capture: Capture, encoding: BufferEncoding, key: string | number | undefined) {
    this.#capture = capture
    this.#encoding = encoding
    this.#key = key
  }

  /** All that a stream wrote so far, as far as it is kept. */
  all(type: OutputType): string {
    return decode(this.#capture[type]?.bytes() ?? NO_BYTES, this.#encoding)
  }

  /** What a stream wrote since the previous call. */
  latest(type: OutputType): string {
    this.#latest ??= {}
    if (this.#latest[type] === undefined) this.#followLatest(type, this.#latest)
    const text = this.#latest[type] ?? ''
    this.#latest[type] = ''
    return text
  }

  /** Tells each piece of text, the kept ones first. Gives back what ends that. */
  tell(onOutput: OutputCallback): () => void {
    const pieces = new TextPieces(this.#encoding)
    const say = (type: OutputType, chunk: string): void => {
      if (chunk !== '') onOutput(type, chunk, this.#key)
    }
    const over = (type: OutputType): void => say(type, pieces.rest(type))
    return this.#capture.listen((entry) => say(entry.type, pieces.decode(entry)), { over })
  }

  /** Resolves with `true` at the first line that makes the condition true, with `false` when `ended` comes before. */
  async firstLine(condition: (type: OutputType, line: string) => boolean, ended: Promise<unknown>): Promise<boolean> {
    const search = new LineSearch(condition, this.#encoding)
    let quit = (): void => {}
    const met = new Promise<void>((resolve) => {
      quit = this.#capture.listen((entry) => {
        search.hear(entry)
        if (search.met) resolve()
      })
    })
    try {
      await Promise.race([met, ended])
      search.end()
      return search.met
    } finally {
      quit()
    }
  }

  /** A reader that takes the text piece by piece; with `holdsBack` the process waits for it. */
  reader(holdsBack: boolean): OutputReader {
    return new OutputReader(this.#capture, { encoding: this.#encoding, holdsBack })
  }

  #followLatest(type: OutputType, latest: Partial<Record<OutputType, string>>): void {
    const pieces = new TextPieces(this.#encoding)
    latest[type] = ''
    const add = (of: OutputType, text: () => string): void => {
      if (of === type) latest[type] += text()
    }
    this.#capture.listen((entry) => add(entry.type, () => pieces.decode(entry)), {
      over: (ended) => add(ended, () => pieces.rest(ended)),
    })
  }
}
