import fc from 'fast-check'
import type { Case } from './case.ts'
import { cases } from './draw.ts'
import { expect, judge } from './judge.ts'
import { ours } from './ours.ts'
import { performForReal } from './real.ts'

/** How long a real process may take to come to what is expected while a case is made smaller: longer than any limit of time. */
const PATIENCE = 3500
/** Slow rehearsals that are looked at meanwhile. */
const LOOKS = 100

/** A case by its seed and where it is in the draws of that. */
export interface Place {
  readonly seed: number
  readonly path: string
  readonly piece: Case
}

/** The case at a path, such as `12`, or `12:0:3` for one that was made smaller. */
export function caseAt(seed: number, path: string): Case {
  let found: Case | undefined
  const property = fc.property(cases, (piece) => {
    found ??= piece
    return false
  })
  fc.check(property, { seed, path, endOnFailure: true })
  if (!found) throw new Error(`Cannot find a case of seed ${seed}: there is no path ${path}`)
  return found
}

/**
 * Makes a case that diverges as small as it can within some time, in milliseconds. A candidate counts when it diverges twice
 * in a row: what is left is no accident.
 */
export async function shrink(seed: number, path: string, ms: number): Promise<Place> {
  const property = fc.asyncProperty(cases, async (piece) => !((await diverges(piece)) && (await diverges(piece))))
  const details = await fc.check(property, { seed, path, numRuns: 1, interruptAfterTimeLimit: ms })
  const smallest = details.counterexamplePath ?? path
  return { seed, path: smallest, piece: caseAt(seed, smallest) }
}

async function diverges(piece: Case): Promise<boolean> {
  const expected = await expect(piece, ours)
  const { trace, late } = await performForReal(piece, expected, PATIENCE)
  if (late) return false
  return (await judge(piece, ours, { real: trace, expected, patience: LOOKS })) === 'diverged'
}
