import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess } from '../../src/index.ts'
import { type Case, isLarge, restOf, unseenTime } from './case.ts'
import { type Observer, perform, type Rest } from './perform.ts'
import { isSame, type Moment, type Trace } from './trace.ts'

/** How long a real process may take to come to what is expected, in milliseconds. */
const PATIENCE = 5000
/** How often is looked at least meanwhile. */
const LOOKS = 200
/** For how long nothing must then happen: less where only one thing is expected than where something else may follow. */
const DWELL = { sure: 12, large: 100, unsure: 300 }
/** How long a program may take to begin of which nothing can be seen. */
const BEGINNING = 400
const POLL = 4
/** How long to wait where nothing is expected any more. */
const LOST = 300

/** What was seen of a case that was really performed. */
export interface Performance {
  readonly trace: Trace
  /** Whether the machine was so slow that a limit of the case came before what precedes it in every rehearsal. */
  readonly late: boolean
}

/** Performs a case with real processes, and lets each moment come to what some rehearsal expects of it. */
export async function performForReal(
  piece: Case,
  expected: readonly Trace[],
  patience: number = PATIENCE,
): Promise<Performance> {
  const driver = new SystemDriver()
  const watch = new Watch(piece)
  const trace = await perform(
    { driver, createProcess },
    piece,
    follow(expected, watch, { piece, large: isLarge(piece), unseen: unseenTime(piece), patience }),
  )
  return { trace, late: watch.late }
}

/** Whether a limit of the case, which goes by the clock, was reached while a moment was late that precedes it in a rehearsal. */
class Watch {
  late = false
  readonly #rest: number
  readonly #begun = performance.now()
  #allowed = 0

  constructor(piece: Case) {
    this.#rest = restOf(piece)
  }

  /**
   * Resolves when a moment of a rehearsal is over that is so far. Which of two limits comes first depends on how far the moments are
   * apart; one alone comes in the moment in which it is expected.
   */
  async untilOver({ choices }: Case, index: number): Promise<void> {
    if (choices.timeout === undefined || choices.idleTimeout === undefined) return
    await sleep(Math.max(0, (index + 1) * this.#rest - (performance.now() - this.#begun)))
  }

  seen(moment: Moment): void {
    this.#allowed += this.#rest
    const isLate = performance.now() - this.#begun > this.#allowed
    if (isLate && JSON.stringify(moment.ending ?? '').includes('imedOut')) this.late = true
  }
}

/** How is waited for rest. */
interface Manner {
  readonly piece: Case
  readonly large: boolean
  /** How long something may go on that nobody sees. */
  readonly unseen: number
  readonly patience: number
}

function follow(expected: readonly Trace[], watch: Watch, manner: Manner): Rest {
  let traces = expected
  return async (observer, index) => {
    const targets = distinct(traces.map((trace) => trace[index]))
    if (index === 0 && targets.some(showsNothing)) await sleep(BEGINNING)
    const seen = await comeToRest(observer, targets, manner)
    traces = traces.filter((trace) => isSame(trace[index], seen))
    watch.seen(seen)
    if (index < manner.piece.moments.length) await watch.untilOver(manner.piece, index)
    return seen
  }
}

function showsNothing(moment: Moment | undefined): boolean {
  if (!moment || moment.ending !== undefined) return false
  return [...moment.exits, moment.out, moment.err].every((one) => one === 'running' || one === '')
}

async function comeToRest(
  observer: Observer,
  targets: readonly (Moment | undefined)[],
  { large, unseen, patience }: Manner,
): Promise<Moment> {
  if (targets.length === 0) return sleep(LOST).then(() => observer.look())
  const dwell = Math.max(targets.length > 1 ? DWELL.unsure : large ? DWELL.large : DWELL.sure, unseen)
  const deadline = performance.now() + patience
  for (let looks = 1; ; looks++) {
    const seen = await seenAsExpected(observer, targets)
    if (seen && (await stays(seen, observer, dwell))) return seen
    if (performance.now() > deadline && looks > LOOKS) return observer.look()
    await sleep(POLL)
  }
}

// Who executes is asked only when all else is as expected, because that takes a while.
async function seenAsExpected(
  { told, look }: Observer,
  targets: readonly (Moment | undefined)[],
): Promise<Moment | undefined> {
  const quick = told()
  if (!targets.some((target) => target && isSame({ ...quick, states: target.states }, target))) return undefined
  const seen = await look()
  return targets.some((target) => isSame(target, seen)) ? seen : undefined
}

async function stays(seen: Moment, { look, pieces }: Observer, ms: number): Promise<boolean> {
  const before = pieces()
  await sleep(ms)
  return isSame(await look(), seen) && pieces() === before
}

function distinct(moments: readonly (Moment | undefined)[]): readonly (Moment | undefined)[] {
  return moments.filter((moment, index) => moments.findIndex((other) => isSame(other, moment)) === index)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
