import { type Cassette, parseCassette, printCassette } from './cassette.ts'
import { readCassetteText, writeCassetteText } from './cassette-file.ts'

/** A recording as it was found on the disk, and the way back there. */
export class Loaded {
  readonly file: string
  /** `undefined` when there is no such file. */
  readonly cassette: Cassette | undefined
  readonly #text: string | undefined

  /** @throws BadRecordingError for a file that cannot be read. */
  constructor(file: string) {
    this.file = file
    this.#text = readCassetteText(file)
    this.cassette = this.#text === undefined ? undefined : parseCassette(this.#text, file)
  }

  /**
   * Puts another one in its place; leaves the file alone when it says the same.
   *
   * @throws RecordingNotSavedError; the file is as it was then.
   */
  save(cassette: Cassette): void {
    const text = printCassette(cassette)
    if (text !== this.#text) writeCassetteText(this.file, text, this.#text)
  }
}
