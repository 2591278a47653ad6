import { bad } from './policy-options.ts'
import type { Slot } from './slot.ts'
import type { SlotState } from './slot-states.ts'

/** Who is started again when one has ended: it alone, everybody, or it and those that are started after it. */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one'

export const strategies: readonly Strategy[] = ['one-for-one', 'one-for-all', 'rest-for-one']

/** @throws TypeError for a strategy that is none. */
export function checkedStrategy(strategy: Strategy): Strategy {
  if (strategies.includes(strategy)) return strategy
  throw bad(strategy, 'strategy', strategies.join(', '))
}

/** Those that go with a slot when it is started again, of all in the order in which they are started. */
export function companionsOf(slot: Slot, all: readonly Slot[], strategy: Strategy): readonly Slot[] {
  if (strategy === 'one-for-one') return []
  return strategy === 'one-for-all' ? all.filter((other) => other !== slot) : all.slice(all.indexOf(slot) + 1)
}

const UP: readonly SlotState[] = ['starting', 'running', 'ready']
const GOING_DOWN: readonly SlotState[] = ['settling', 'stopping', 'restarting']

/** Slots that are started again together: none of them before all of them are down, and the first of them has had its pause. */
export class Regrouping {
  readonly #first: Slot
  readonly #companions: readonly Slot[]

  constructor(first: Slot, companions: readonly Slot[]) {
    this.#first = first
    this.#companions = companions.filter(
      ({ state }) => [...UP, ...GOING_DOWN].includes(state) || state === 'waiting' || state === 'backoff',
    )
  }

  /** Ends those that are up. */
  begin(): void {
    for (const slot of [...this.#companions].reverse()) if (UP.includes(slot.state)) void slot.ask('restart', 'sibling')
  }

  has(slot: Slot): boolean {
    return slot === this.#first || this.#companions.includes(slot)
  }

  /** Whether they may come up again. */
  get over(): boolean {
    if (this.#first.state === 'backoff') return false
    return ![this.#first, ...this.#companions].some(({ state }) => GOING_DOWN.includes(state))
  }

  /** Those that the others wait for. */
  get late(): readonly string[] {
    const late = [this.#first, ...this.#companions].filter(({ state }) => GOING_DOWN.includes(state))
    return (late.length > 0 ? late : [this.#first]).map(({ name }) => name)
  }
}
