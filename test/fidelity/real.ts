import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess } from '../../src/index.ts'
import type { Case } from './case.ts'
import { type Observer, perform, type Rest } from './perform.ts'
import { isSame, type Moment, type Trace } from './trace.ts'

/** How long a real process may take to come to what is expected, in milliseconds, and how often is looked at least. */
const PATIENCE = { ms: 5000, looks: 300 }
/** For how long it must then stay so: less where only one thing is expected than where something else may follow. */
const DWELL = { sure: 12, unsure: 300 }
const POLL = 4
/** How long to wait where nothing is expected any more. */
const LOST = 300

/** Performs a case with real processes, and lets each moment come to what some rehearsal expects of it. */
export function performForReal(piece: Case, expected: readonly Trace[]): Promise<Trace> {
  const driver = new SystemDriver()
  return perform({ driver, createProcess }, piece, follow(expected))
}

function follow(expected: readonly Trace[]): Rest {
  let traces = expected
  return async (observer, index) => {
    const seen = await comeToRest(observer, distinct(traces.map((trace) => trace[index])))
    traces = traces.filter((trace) => isSame(trace[index], seen))
    return seen
  }
}

async function comeToRest(observer: Observer, targets: readonly (Moment | undefined)[]): Promise<Moment> {
  if (targets.length === 0) return sleep(LOST).then(() => observer.look())
  const dwell = targets.length === 1 ? DWELL.sure : DWELL.unsure
  const deadline = performance.now() + PATIENCE.ms
  for (let looks = 1; ; looks++) {
    const seen = await seenAsExpected(observer, targets)
    if (seen && (await stays(seen, observer, dwell))) return seen
    if (performance.now() > deadline && looks > PATIENCE.looks) return observer.look()
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

async function stays(seen: Moment, { look }: Observer, ms: number): Promise<boolean> {
  await sleep(ms)
  return isSame(await look(), seen)
}

function distinct(moments: readonly (Moment | undefined)[]): readonly (Moment | undefined)[] {
  return moments.filter((moment, index) => moments.findIndex((other) => isSame(other, moment)) === index)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
