/** Turns of the event loop that time stands still for one wait: enough for a disk, and soon over for what never comes. */
const TURNS = 1000

/** Looks at the machine before a request counts as one that never ends. */
const LOOKS = 100

/** What callers wait for outside the rehearsal, such as a stream of the machine's, and whether time still stands for it. */
export class Errands {
  #looks = 0
  readonly #open = new Set<{ turns: number }>()

  /** Takes a wait into account until it is over. */
  add(wait: Promise<unknown>): void {
    const errand = { turns: TURNS }
    const over = () => this.#open.delete(errand)
    this.#open.add(errand)
    wait.then(over, over)
  }

  /** Whether the machine still works on a request of this program's, such as reading a file: for a while, and not for ever. */
  machineWorks(): boolean {
    const works = process.getActiveResourcesInfo().some((resource) => resource.includes('Req'))
    this.#looks = works ? this.#looks + 1 : 0
    return works && this.#looks < LOOKS
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
