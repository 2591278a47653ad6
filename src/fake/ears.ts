import { after, type Chance } from './chance.ts'

/** What the code outside hears of a machine, and when: after as long as chance lets it take, and not while it is busy. */
export class Ears {
  readonly chance: Chance
  #missed: (() => void)[] | undefined

  constructor(chance: Chance) {
    this.chance = chance
  }

  /** Something is to be heard. */
  hear(action: () => void): void {
    if (this.#missed) this.#missed.push(action)
    else after(this.chance.hops(), action)
  }

  /** Whether nothing is heard now. */
  get covered(): boolean {
    return this.#missed !== undefined
  }

  /** From now on nothing is heard. */
  cover(): void {
    this.#missed ??= []
  }

  /** All that was missed is heard now, in its order. */
  uncover(): void {
    const missed = this.#missed ?? []
    this.#missed = undefined
    for (const action of missed) this.hear(action)
  }
}
