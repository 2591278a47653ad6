import { Dice, seedFor } from './dice.ts'

/** Draws what differs from run to run in the system itself. Smaller is simpler: a failure is shrunk towards `from`. */
export interface Pick {
  /** A whole number, both ends included. */
  (name: string, from: number, to: number): number
  /** One of a list, of which the first is the simplest. */
  <T>(name: string, list: readonly T[]): T
}

/** What was picked, by name, with the least that it could have been. */
export type Picked = Map<string, { readonly value: number; readonly from: number }>

/** Draws from the seed; or, where some are given, takes those, and the least for all others. Takes note of all in `picked`. */
export function picker(seed: number, given: Readonly<Record<string, number>> | undefined, picked: Picked): Pick {
  const whole = (name: string, from: number, to: number): number => {
    const known = picked.get(name)
    if (known) return known.value
    const drawn = given ? (given[name] ?? from) : new Dice(seedFor(seed, 'pick', name)).whole(from, to)
    const value = Math.min(to, Math.max(from, drawn))
    picked.set(name, { value, from })
    return value
  }
  return <T>(name: string, first: number | readonly T[], to = 0): never => {
    const value = typeof first === 'number' ? whole(name, first, to) : first[whole(name, 0, first.length - 1)]
    return value as never
  }
}

/** What was picked, as data that gives it again. */
export function picksOf(picked: Picked): Readonly<Record<string, number>> {
  const telling = [...picked].filter(([, { value, from }]) => value !== from)
  return Object.fromEntries(telling.map(([name, { value }]) => [name, value]))
}
