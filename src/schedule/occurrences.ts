import type { Policy } from './policy.ts'
import type { Timetable } from './timetable.ts'

/** How late a run may begin and still count as on time: as much as a busy machine, or the look of a clock, may take. */
const GRACE = 60_000

/** What is to be done about the due times up to now. */
export interface Occurrences {
  /** Those to run, in order. */
  readonly run: readonly number[]
  /** Whether the last of these is so late that it is made up for. */
  readonly late: boolean
  /** Those that are not run. */
  readonly missed: { readonly first: number; readonly count: number } | undefined
  /** The next due time after now, if there is one. */
  readonly next: number | undefined
}

/** Looks at all due times from `first` to `now`: the last of them is run if it is on time, the others as the policy says. */
export function occurrences(timetable: Timetable, first: number, now: number, policy: Policy): Occurrences {
  const { kept, count, next } = upTo(timetable, first, now, policy.catchUp === 'all' ? policy.catchUpLimit : 1)
  const late = now - (kept.at(-1) ?? now) > GRACE
  const run = late && policy.catchUp === 'none' ? [] : kept
  const missed = count - run.length
  return { run, late, missed: missed > 0 ? { first, count: missed } : undefined, next }
}

function upTo(timetable: Timetable, first: number, now: number, most: number) {
  const kept: number[] = []
  let count = 0
  let next: number | undefined = first
  for (; next !== undefined && next <= now; next = timetable.next(next)) {
    count++
    kept.push(next)
    if (kept.length > most) kept.shift()
  }
  return { kept, count, next }
}
