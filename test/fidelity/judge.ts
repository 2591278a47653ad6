import { seededRandom } from '../../src/contracts/random.ts'
import { castActor } from '../../src/contracts/suite/index.ts'
import type { Clock, createProcess, FakeDriver, Random } from '../../src/index.ts'
import { type Case, restOf } from './case.ts'
import { perform, type Rest } from './perform.ts'
import { slowed, slowToStart } from './slow.ts'
import { isSame, type Trace } from './trace.ts'

/** What a rehearsal is made with: ours, or one that was broken on purpose. */
export interface Toolkit {
  readonly createProcess: typeof createProcess
  readonly FakeDriver: typeof FakeDriver
}

/** What came of one case. */
export interface Verdict {
  /** `open`: what was seen is possible, but only on a machine that is slower than the usual. */
  readonly kind: 'same' | 'open' | 'diverged'
  /** Whether there was only one trace that it could be. */
  readonly strict: boolean
  readonly real: Trace
  readonly rehearsed: Trace
}

/** Performs a case where it is to be judged, given the traces that are expected. */
export type Perform = (piece: Case, expected: readonly Trace[]) => Promise<Trace>

const MILD = [0, 1, 1, 2, 3, 5, 8, 12, 16, 20, 25, 30]
const STRONG = [10, 30, 60, 100, 200, 400, 800, 1500]

/** How long a caller waits at most that takes for rest what is none: where it is open what comes, it may. */
const HASTE = 400
/** How long is looked for a slow rehearsal that shows the same, in milliseconds. */
const LONGEST = 15_000

/** Compares what is seen of a case with what its rehearsals can show. */
export async function judge(piece: Case, toolkit: Toolkit, performIt: Perform, patience = 400): Promise<Verdict> {
  const expected: Trace[] = []
  for (const [seed, most] of MILD.entries()) {
    const trace = await rehearse(piece, toolkit, seed, most)
    if (!expected.some((other) => isSame(other, trace))) expected.push(trace)
  }
  const real = await performIt(piece, expected)
  const strict = expected.length === 1
  const [rehearsed] = expected as [Trace]
  if (expected.some((trace) => isSame(trace, real))) return { kind: 'same', strict, real, rehearsed }
  const kind = (await isPossible(real, piece, toolkit, { patience, strict })) ? 'open' : 'diverged'
  return { kind, strict, real, rehearsed }
}

/** The trace of one rehearsal. With seed 0 nothing is slow and everything comes as written. */
export async function rehearse(
  piece: Case,
  toolkit: Toolkit,
  seed: number,
  most: number,
  hasty = false,
): Promise<Trace> {
  const { FakeDriver, createProcess } = toolkit
  const made = new FakeDriver({ cast: castActor, ...(seed > 0 && { seed }) })
  // Cases that run for real beside this one are not to be held up by it.
  await new Promise((resolve) => setImmediate(resolve))
  const random = seededRandom(seed)
  const driver = piece.way === 'run' ? slowToStart(made, random, most) : made
  const played = seed > 0 ? slowed(piece, random, most) : piece
  return perform(
    { driver, createProcess },
    played,
    restIn(driver.clock, hasty ? 0 : restOf(piece), random, hasty ? HASTE : most),
  )
}

/** A limit of the case goes on while its caller, too, is slow: where all is as slow as that. */
function restIn(clock: Clock, least: number, random: Random, most: number): Rest {
  const slow = most > Math.max(...MILD) ? most : 0
  return async ({ look }) => {
    const ms = least + Math.floor(random.next() * slow)
    await clock.drive(clock.sleep(ms), () => 'the caller who lets things come to rest')
    return look()
  }
}

async function isPossible(
  real: Trace,
  piece: Case,
  toolkit: Toolkit,
  { patience, strict }: { patience: number; strict: boolean },
): Promise<boolean> {
  const deadline = performance.now() + LONGEST
  for (let seed = 100; seed < 100 + patience && performance.now() < deadline; seed++) {
    const hasty = !strict && seed % 2 === 1
    const trace = await rehearse(piece, toolkit, seed, STRONG[Math.floor(seed / 2) % STRONG.length] as number, hasty)
    if (isSame(trace, real)) return true
  }
  return false
}
