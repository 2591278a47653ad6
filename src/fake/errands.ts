/** Turns of the event loop that time stands still for one wait: enough for a disk, and soon over for what never comes. */
const TURNS = 1000

/** What callers wait for outside the rehearsal, such as a stream of the machine's, and whether time still stands for it. */
export class Errands {
  readonly #open = new Set<{ turns: number }>()

  /** Takes a wait into account until it is over. */
  add(wait: Promise<unknown>): void {
    const errand = { turns: TURNS }
    const over = () => this.#open.delete(errand)
    this.#open.add(errand)
    wait.then(over, over)
  }

  /** Whether time is to stand still for one more turn of the event loop. */
  takeTurn(): boolean {
    for (const errand of this.#open) {
      if (errand.turns-- > 0) return true
      this.#open.delete(errand)
    }
    return false
  }
}
