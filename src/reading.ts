import type { Capture } from './capture.ts'
import type { OutputType } from './output-log.ts'
import { OutputReader } from './output-reader.ts'
import type { OutputCallback } from './settings.ts'
import { LineSplitter, type TextEntry, TextPieces } from './text.ts'

/** The ways to look at the output of a process that runs. None of them changes what another one sees. */
export class Reading {
  readonly #capture: Capture
  readonly #encoding: BufferEncoding
  readonly #latest: Partial<Record<OutputType, string>> = {}

  constructor(capture: Capture, encoding: BufferEncoding) {
    this.#capture = capture
    this.#encoding = encoding
  }

  /** All that a stream wrote so far, as far as it is kept. */
  all(type: OutputType): string {
    return Buffer.from(this.#capture[type].bytes()).toString(this.#encoding)
  }

  /** What a stream wrote since the previous call. */
  latest(type: OutputType): string {
    if (this.#latest[type] === undefined) this.#followLatest(type)
    const text = this.#latest[type] ?? ''
    this.#latest[type] = ''
    return text
  }

  /** Tells each piece of text, the kept ones first. */
  tell(onOutput: OutputCallback, key: string | number | undefined): void {
    const pieces = new TextPieces(this.#encoding)
    this.#capture.listen((entry) => {
      const chunk = pieces.decode(entry)
      if (chunk !== '') onOutput(entry.type, chunk, key)
    })
  }

  /** Resolves with `true` at the first line that makes the condition true, with `false` when `ended` comes before. */
  firstLine(condition: (type: OutputType, line: string) => boolean, ended: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const lines = new LineSplitter()
      const pieces = new TextPieces(this.#encoding)
      let quit = (): void => {}
      const test = (type: OutputType, found: readonly string[]): void => {
        if (!found.some((line) => condition(type, line))) return
        resolve(true)
        quit()
      }
      quit = this.#capture.listen((entry) => test(entry.type, lines.split(entry.type, pieces.decode(entry))))
      const testTheRest = (): void => {
        for (const type of ['out', 'err'] as const) test(type, lines.rest(type))
        resolve(false)
      }
      ended.then(testTheRest).catch(reject)
    })
  }

  /** A reader that takes the text piece by piece; with `holdsBack` the process waits for it. */
  reader(holdsBack: boolean): OutputReader {
    return new OutputReader(this.#capture, { encoding: this.#encoding, holdsBack })
  }

  #followLatest(type: OutputType): void {
    const pieces = new TextPieces(this.#encoding)
    this.#latest[type] = ''
    this.#capture.listen((entry) => {
      if (entry.type === type) this.#latest[type] += pieces.decode(entry)
    })
  }
}

/** The lines of stdout in a run of text entries. */
export async function* linesOf(entries: AsyncIterable<TextEntry>): AsyncGenerator<string, void, undefined> {
  const lines = new LineSplitter()
  for await (const { type, data } of entries) {
    if (type === 'out') yield* lines.split('out', data)
  }
  yield* lines.rest('out')
}
