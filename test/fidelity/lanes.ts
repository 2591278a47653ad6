import fc from 'fast-check'
import { createProcess, FakeDriver } from '../../src/index.ts'
import type { Case } from './case.ts'
import { cases } from './draw.ts'
import { judge, type Toolkit, type Verdict } from './judge.ts'
import { performForReal } from './real.ts'
import { difference } from './trace.ts'

/** What came of many cases. */
export interface Tally {
  runs: number
  strict: number
  open: number
  readonly divergences: Divergence[]
}

/** A case of which its rehearsals cannot show what was seen, as small as it could be made. */
export interface Divergence {
  readonly seed: number
  readonly path: string
  readonly piece: Case
  readonly difference: string
}

export const ours: Toolkit = { createProcess, FakeDriver }

export interface LaneOptions {
  readonly seed: number
  readonly runs: number
  /** Where in the draws of this seed to begin, to see one case again. */
  readonly path?: string
  readonly onCase?: (piece: Case, verdict: Verdict) => void
  readonly judgeIt?: (piece: Case) => Promise<Verdict>
}

export const judgeForReal = (piece: Case): Promise<Verdict> => judge(piece, ours, performForReal)

/** Judges cases one after the other. Goes on with other draws after a divergence. */
export async function runLane(options: LaneOptions, tally: Tally): Promise<void> {
  const { runs, onCase, judgeIt = judgeForReal } = options
  let { seed, path } = options
  for (let left = runs; left > 0; ) {
    let last: { piece: Case; verdict: Verdict } | undefined
    let done = 0
    const property = fc.asyncProperty(cases, async (piece) => {
      const verdict = await judgeIt(piece)
      if (!last) {
        done++
        count(tally, verdict)
        onCase?.(piece, verdict)
      }
      if (verdict.kind === 'diverged') {
        last = { piece, verdict }
        throw new Error(difference(verdict.real, verdict.rehearsed))
      }
    })
    const details = await fc.check(property, { seed, numRuns: left, ...(path && { path }) })
    left -= Math.max(1, done)
    if (!details.failed || !last) return
    const { piece, verdict } = last as { piece: Case; verdict: Verdict }
    tally.divergences.push({
      seed,
      path: details.counterexamplePath ?? '',
      piece,
      difference: difference(verdict.real, verdict.rehearsed),
    })
    seed += 1_000_003
    path = undefined
  }
}

function count(tally: Tally, verdict: Verdict): void {
  tally.runs++
  if (verdict.strict) tally.strict++
  if (verdict.kind === 'open') tally.open++
}

export function emptyTally(): Tally {
  return { runs: 0, strict: 0, open: 0, divergences: [] }
}

/** Judges so many cases, several side by side. */
export async function runLanes(lanes: number, options: LaneOptions, tally: Tally = emptyTally()): Promise<Tally> {
  const each = Array.from({ length: lanes }, (_, lane) => {
    const runs = Math.floor(options.runs / lanes) + (lane < options.runs % lanes ? 1 : 0)
    return runLane({ ...options, seed: options.seed + lane, runs }, tally)
  })
  await Promise.all(each)
  return tally
}

/** A divergence as text: how to see it again, the smallest case, and what is different. */
export function report({ seed, path, piece, difference }: Divergence): string {
  return [`npm run fuzz -- --seed ${seed} --path ${path}`, JSON.stringify(piece), difference].join('\n')
}
