import { microtask } from '../contracts/event-loop.ts'
import type { Random } from '../contracts/random.ts'

/** Where the machine promises nothing, chance decides: how output is cut and what of two things comes first. */
export interface Chance {
  /** How many bytes a reader gets at once, when there are so many of the first write and so many of all. */
  cut(first: number, all: number): number
  /** How many microtasks later something independent happens; 0 is at once. */
  hops(): number
}

/** The order things were written in, in whole writes: what a rehearsal without a seed shows. */
export const orderly: Chance = {
  cut: (first) => first,
  hops: () => 0,
}

/** Any order and any cut that a real machine could show, drawn from a seeded source. */
export function unruly(random: Random): Chance {
  return {
    cut: (first, all) => {
      const chance = random.next()
      if (chance < 1 / 3) return first
      return chance < 2 / 3 ? all : 1 + Math.floor(random.next() * all)
    },
    // Seldom far more than a few: then somebody else gets far ahead.
    hops: () => Math.floor(random.next() * (random.next() < 0.9 ? 4 : 60)),
  }
}

/** Runs an action so many microtasks later. */
export function after(hops: number, action: () => void): void {
  if (hops <= 0) action()
  else microtask(() => after(hops - 1, action))
}
