import type { DstRule } from './cron-timetable.ts'

/** Says when something is due. */
export interface Timetable {
  /** As users see it: a cron expression, or `every 7000 ms`. */
  readonly text: string
  /**
   * Which time it follows: the clock on the wall; the same, but on and on when that is set back, because it says how often
   * and not when; or the time that has passed since it began.
   */
  readonly follows: 'wall' | 'rhythm' | 'elapsed'
  /** What becomes of times that clocks skip or show twice, where it follows a clock. */
  readonly dst?: DstRule
  /** The first moment after this one, in milliseconds since the epoch; `undefined` when there is none. */
  next(after: number): number | undefined
}
