import type { Files } from '../contracts/files.ts'

/** Writes pieces to a file in the order in which they come, while the command goes on. */
export class OutputFile {
  readonly #files: Files
  readonly #path: string
  #written: Promise<void>

  constructor(files: Files, { path, append }: { readonly path: string; readonly append: boolean }) {
    this.#files = files
    this.#path = path
    this.#written = files.write(path, '', { append })
    this.#written.catch(() => {})
  }

  add(chunk: string): void {
    this.#written = this.#written.then(() => this.#files.write(this.#path, chunk, { append: true }))
    this.#written.catch(() => {})
  }

  /** Resolves when all is written; rejects with the first failure. */
  finished(): Promise<void> {
    return this.#written
  }
}
