/** Finds in the output of a command how far it is, in percent. */
export class ProgressReader {
  /** The latest it has told. */
  percent: number | undefined
  readonly #pattern: RegExp
  #rest = ''

  constructor({ source, flags }: { readonly source: string; readonly flags: string }) {
    this.#pattern = new RegExp(source, flags.replace(/[gy]/g, ''))
  }

  /** Reads a piece. Says whether it told something new. */
  read(piece: string): boolean {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/)
    this.#rest = lines.pop() as string
    const before = this.percent
    for (const line of lines) {
      const told = Number(this.#pattern.exec(line)?.[1] ?? Number.NaN)
      if (Number.isFinite(told)) this.percent = Math.min(100, Math.max(0, told))
    }
    return this.percent !== before
  }
}
