/** Letters that are taken one by one, in order: one that is posted while another is being taken waits for its turn. */
export class Mailbox<Letter> {
  readonly #letters: Letter[] = []
  readonly #take: (letter: Letter) => void
  readonly #within: (act: () => void) => void
  #taking = false

  /** `within` says where they are taken. */
  constructor(take: (letter: Letter) => void, within: (act: () => void) => void) {
    this.#take = take
    this.#within = within
  }

  post(letter: Letter): void {
    this.#letters.push(letter)
    if (this.#taking) return
    this.#taking = true
    try {
      this.#within(() => {
        for (let next = this.#letters.shift(); next; next = this.#letters.shift()) this.#take(next)
      })
    } finally {
      this.#taking = false
    }
  }

  /** For whoever is taking one: this is to be the next, whatever has come meanwhile. */
  postNext(letter: Letter): void {
    this.#letters.unshift(letter)
  }
}
