import { type CronFields, firstWall } from './cron-fields.ts'
import type { Timetable } from './timetable.ts'
import type { Span, Zone } from './zone.ts'

/**
 * What becomes of times of the day when clocks go forward and skip them, or go back and show them twice:
 * - `vixie`, the rule of cron: what was skipped runs once, as soon as the gap is over; what comes twice runs the first time;
 * - `skip`: what was skipped does not run; what comes twice runs the first time;
 * - `both`: what was skipped runs once, as soon as the gap is over; what comes twice runs twice.
 *
 * Expressions with a wildcard in their minutes or hours say how often and not when: they run at each of their times that
 * there is, by every rule.
 */
export type DstRule = 'vixie' | 'skip' | 'both'

/** Longer than any difference between two zones, and so than any gap or overlap. */
const MARGIN = 2 * 86_400_000

/** When a cron expression is due in a time zone. */
export class CronTimetable implements Timetable {
  readonly text: string
  readonly follows: 'wall' | 'rhythm'
  readonly dst: DstRule
  readonly #fields: CronFields
  readonly #zone: Zone
  readonly #fillsGaps: boolean
  readonly #skipsRepeats: boolean

  constructor(fields: CronFields, zone: Zone, dst: DstRule) {
    this.text = fields.text
    this.follows = fields.fixed ? 'wall' : 'rhythm'
    this.dst = dst
    this.#fields = fields
    this.#zone = zone
    this.#fillsGaps = fields.fixed && dst !== 'skip'
    this.#skipsRepeats = fields.fixed && dst !== 'both'
  }

  /** Goes from one span of constant offset to the next: within one, local time is UTC shifted. */
  next(after: number): number | undefined {
    for (let moment = Math.floor(after / 1000) * 1000 + 1000; ; ) {
      const span = this.#zone.spanAt(moment)
      if (moment === span.from && this.#lostBefore(span)) return moment
      const wall = firstWall(this.#fields, this.#firstNew(span, moment))
      if (wall === undefined) return undefined
      const due = wall - span.offset
      if (due < span.to) return due
      // Nothing matches from there to that wall time, in whatever offset it is read. What lies before may be shown again.
      const mayRepeat = span.to - moment <= MARGIN
      moment = mayRepeat ? span.to : Math.max(span.to, due - MARGIN)
    }
  }

  /** Whether the gap that a span begins with has skipped a match. */
  #lostBefore(span: Span): boolean {
    if (!this.#fillsGaps) return false
    const before = this.#zone.spanAt(span.from - 1).offset
    if (before >= span.offset) return false
    const wall = firstWall(this.#fields, span.from + before)
    return wall !== undefined && wall < span.from + span.offset
  }

  /** The wall time to look from: after those that the overlap at the span's beginning shows for the second time. */
  #firstNew(span: Span, moment: number): number {
    const wall = moment + span.offset
    if (!this.#skipsRepeats || moment - span.from > MARGIN) return wall
    return Math.max(wall, span.from + this.#zone.spanAt(span.from - 1).offset)
  }
}
