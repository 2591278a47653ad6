import { commandText } from '../command.ts'
import { differencesOf, type Tolerance } from './comparison.ts'
import { Entries } from './entries.ts'
import { keyOf, type Telling } from './identity.ts'
import type { RecordedRun } from './run.ts'
import { inFileOrder } from './tape.ts'

export interface Editing {
  readonly telling: Telling
  readonly tolerance: Tolerance
  readonly unit: number
}

/**
 * What replaces a recording that is made anew. A run that did what it did before stays as it was, so that chance leaves no
 * trace in the file; what was said of it by hand stays in any case.
 */
export function remade(
  old: readonly RecordedRun[],
  runs: readonly RecordedRun[],
  editing: Editing,
): readonly RecordedRun[] {
  const entries = new Entries(old, editing.telling)
  return compacted(
    inFileOrder(runs).map((run) => {
      const before = entries.take(keyOf(run, editing.telling), run.stdin)?.run
      if (!before) return run
      return isTheSame(before, run, editing) ? before : { ...run, ...(before.repeats && { repeats: true }) }
    }),
  )
}

/** A recording with runs that it did not have. */
export function completed(old: readonly RecordedRun[], runs: readonly RecordedRun[]): readonly RecordedRun[] {
  return compacted(inFileOrder([...old, ...runs]))
}

/** In what runs differ from what was recorded, one text for each command that does. */
export function driftOf(
  old: readonly RecordedRun[],
  runs: readonly RecordedRun[],
  { telling, tolerance }: Editing,
): readonly string[] {
  const entries = new Entries(old, telling)
  return inFileOrder(runs).flatMap((run) => {
    const text = commandText(run.run)
    const before = entries.take(keyOf(run, telling), run.stdin)?.run
    if (!before) return [`${text}\n  it is not in the recording`]
    const differences = differencesOf(before, run, tolerance)
    return differences.length === 0 ? [] : [`${text}\n  ${differences.join('\n  ')}`]
  })
}

/** The runs of a recording that none of these is. */
export function untouched(
  old: readonly RecordedRun[],
  runs: readonly RecordedRun[],
  { telling }: Editing,
): readonly RecordedRun[] {
  const entries = new Entries(old, telling)
  for (const run of inFileOrder(runs)) entries.take(keyOf(run, telling), run.stdin)
  return entries.unused
}

/** As much longer or shorter as the same command may take. */
const JITTER = 0.5

function isTheSame(before: RecordedRun, now: RecordedRun, { tolerance, unit }: Editing): boolean {
  if (JSON.stringify(before.env) !== JSON.stringify(now.env) || before.cwd !== now.cwd) return false
  if (acts(before) !== acts(now) || differencesOf(before, now, tolerance).length > 0) return false
  const [then, took] = [duration(before), duration(now)]
  return Math.abs(took - then) <= Math.max(2 * unit, then * JITTER)
}

// What the caller did is its own doing, and no chance.
function acts({ events }: RecordedRun): string {
  return JSON.stringify(
    events.flatMap(([, code, data]) => (code === 'out' || code === 'err' || code === 'exit' ? [] : [[code, data]])),
  )
}

function duration({ events }: RecordedRun): number {
  return events.reduce((sum, [after]) => sum + after, 0)
}

// What answers for ever need not be there twice.
function compacted(runs: readonly RecordedRun[]): readonly RecordedRun[] {
  return runs.filter((run, index) => !(run.repeats && JSON.stringify(runs[index - 1]) === JSON.stringify(run)))
}
