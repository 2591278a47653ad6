import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess } from '../../src/index.ts'
import type { Case } from './case.ts'
import { type Look, perform, type Rest } from './perform.ts'
import { isSame, type Moment, type Trace } from './trace.ts'

/** How long a real process may take to come to what is expected, in milliseconds. */
const PATIENCE = 5000
/** For how long it must then stay so: less where only one thing is expected than where something else may follow. */
const DWELL = { sure: 12, unsure: 150 }
const POLL = 4

/** Performs a case with real processes, and lets each moment come to what some rehearsal expects of it. */
export function performForReal(piece: Case, expected: readonly Trace[]): Promise<Trace> {
  const driver = new SystemDriver()
  return perform({ driver, createProcess }, piece, follow(expected))
}

function follow(expected: readonly Trace[]): Rest {
  let traces = expected
  return async (look, index) => {
    const seen = await comeToRest(look, distinct(traces.map((trace) => trace[index])))
    traces = traces.filter((trace) => isSame(trace[index], seen))
    return seen
  }
}

async function comeToRest(look: Look, targets: readonly (Moment | undefined)[]): Promise<Moment> {
  const isExpected = (seen: Moment) => targets.some((target) => isSame(target, seen))
  const dwell = targets.length === 1 ? DWELL.sure : DWELL.unsure
  const deadline = performance.now() + (targets.length > 0 ? PATIENCE : 300)
  for (;;) {
    const seen = await look()
    if (performance.now() > deadline) return seen
    if (!isExpected(seen)) await sleep(POLL)
    else if (await stays(seen, look, dwell)) return seen
  }
}

async function stays(seen: Moment, look: Look, ms: number): Promise<boolean> {
  await sleep(ms)
  return isSame(await look(), seen)
}

function distinct(moments: readonly (Moment | undefined)[]): readonly (Moment | undefined)[] {
  return moments.filter((moment, index) => moments.findIndex((other) => isSame(other, moment)) === index)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
