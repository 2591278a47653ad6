import type { Random } from '../contracts/random.ts'

/** How long a process stays down before it is started again: ever longer, up to a cap, and never quite the same. */
export interface Backoff {
  /** Milliseconds before the first restart. */
  readonly first: number
  /** How many times longer each next one is. */
  readonly factor: number
  /** The longest, in milliseconds. */
  readonly cap: number
  /** The share by which it is longer or shorter by chance, 0 to 1. */
  readonly jitter: number
}

/** Milliseconds before restart number `attempt`, counted from 1 since the process was last healthy. */
export function delayBefore(attempt: number, { first, factor, cap, jitter }: Backoff, random: Random): number {
  const plain = Math.min(cap, first * factor ** (attempt - 1))
  return plain * (1 + jitter * (2 * random.next() - 1))
}
