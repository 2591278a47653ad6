import type { Random } from '../contracts/random.ts'
import { seededRandom } from '../contracts/random.ts'

/** What is drawn for faults, from a seed. */
export class Dice {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** Whether something happens that has this probability. */
  chance(probability: number): boolean {
    return this.#random.next() < probability
  }

  oneOf<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random.next() * list.length)] as T
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.#random.next() * (to - from + 1))
  }

  /** Milliseconds up to a limit. Short times, at which things meet, are as likely as long ones. */
  time(limit: number): number {
    return Math.floor((limit + 1) ** this.#random.next()) - 1
  }

  /** Milliseconds up to a limit, all of them equally likely. */
  moment(limit: number): number {
    return this.whole(0, limit)
  }
}

/** A seed for one thing among many of a run, whatever else is drawn. */
export function seedFor(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = seed >>> 0
  for (const part of parts) {
    for (const character of `${part}\n`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  }
  return (hash ^ (hash >>> 13)) >>> 0
}
