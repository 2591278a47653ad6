/** Turns of the event loop before each event. */
const TURNS = 3

/**
 * Callers whose own code cannot be seen: they have started a process and do not say what they wait for. Time moves for them
 * one event at a time, with a few turns of the event loop before each, so that they hear of one before the next.
 */
export class Followers {
  #count = 0
  #turns = 0

  get present(): boolean {
    return this.#count > 0
  }

  /** Takes somebody into account until a promise settles. */
  add(until: Promise<unknown>, onLeave: () => void): void {
    const leave = (): void => {
      this.#count--
      onLeave()
    }
    this.#count++
    until.then(leave, leave)
  }

  /** Whether the next event is to wait for one more turn. */
  takeTurn(): boolean {
    if (this.present && this.#turns++ < TURNS) return true
    this.#turns = 0
    return false
  }
}
