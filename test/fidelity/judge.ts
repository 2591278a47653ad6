import { seededRandom } from '../../src/contracts/random.ts'
import { castActor } from '../../src/contracts/suite/index.ts'
import type { Clock, createProcess, FakeDriver, Random } from '../../src/index.ts'
import { type Case, restOf } from './case.ts'
import { perform, type Rest } from './perform.ts'
import { slowed, slowToStart, slowToTalk } from './slow.ts'
import type { World } from './subject.ts'
import { isSame, type Trace } from './trace.ts'

/** What a rehearsal is made with: ours, or one that was broken on purpose. */
export interface Toolkit {
  readonly createProcess: typeof createProcess
  readonly FakeDriver: typeof FakeDriver
}

/** `open`: what was seen is possible, but only on a machine that is slower than the usual. */
export type Kind = 'same' | 'open' | 'diverged'

/** From how slow a machine on its caller, too, is late, in milliseconds. */
const HARDLY = 60
const MILD = [0, 1, 1, 2, 3, 5, 8, 12, 16, 20, 25, 30]
const STRONG = [10, 30, 60, 100, 200, 400, 800, 1500]

/** How long a caller waits at most that takes for rest what is none: where it is open what comes, it may. */
const HASTE = 400
/** How long is looked for a slow rehearsal that shows the same, in milliseconds. */
const LONGEST = 15_000

/** The traces that the rehearsals of a case show on a usual machine. The first is that of a machine without any chance. */
export async function expect(piece: Case, toolkit: Toolkit): Promise<readonly Trace[]> {
  const expected: Trace[] = []
  for (const [seed, most] of MILD.entries()) {
    const trace = await rehearse(piece, toolkit, seed, most)
    if (!expected.some((other) => isSame(other, trace))) expected.push(trace)
  }
  return expected
}

/** Says whether rehearsals of a case can show what was really seen of it. `patience`: how many slow ones are looked at. */
export async function judge(
  piece: Case,
  toolkit: Toolkit,
  { real, expected, patience = 400 }: { real: Trace; expected: readonly Trace[]; patience?: number },
): Promise<Kind> {
  if (expected.some((trace) => isSame(trace, real))) return 'same'
  const strict = expected.length === 1
  return (await isPossible(real, piece, toolkit, { patience, strict })) ? 'open' : 'diverged'
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
  const random = seededRandom(seed)
  const early = most >= HARDLY ? slowToTalk(made, random, most, piece.way === 'run') : made
  const driver = piece.way === 'run' && most > 0 ? slowToStart(early, random, most) : early
  const played = seed > 0 ? slowed(piece, random, most) : piece
  return perform(
    { driver, createProcess, busy: busyOn(made) },
    played,
    restIn(driver.clock, hasty ? 0 : restOf(piece), random, hasty ? HASTE : most),
  )
}

// Whoever dies meanwhile stays a zombie: signals still reach it.
function busyOn({ clock, processes: { ears } }: FakeDriver): NonNullable<World['busy']> {
  return {
    pass(ms) {
      ears.cover()
      return clock.drive(new Promise<void>((resolve) => clock.schedule(resolve, ms, 0)), () => 'the caller who is busy')
    },
    over: () => ears.uncover(),
  }
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
