import { type Duration, toMilliseconds } from '../duration.ts'
import { BadScheduleError } from '../errors.ts'
import { shown } from '../shown.ts'
import { parseCron } from './cron.ts'
import { CronTimetable, type DstRule } from './cron-timetable.ts'
import { IntervalTimetable } from './interval-timetable.ts'
import type { Timetable } from './timetable.ts'
import { Zone } from './zone.ts'

const NAMES = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const
const EVERY_MINUTE = ['0', '*', '*', '*', '*', '*']

/** The fields of a cron expression, or some of them. */
export type Fields = Partial<Record<(typeof NAMES)[number], string | number>>

/**
 * When something is due, said piece by piece. Each word sets only the fields of a cron expression that it speaks of, so
 * words add up, and of two that speak of the same field the last counts. All are checked when they are said.
 */
export abstract class TimetableBuilder {
  #fields: readonly string[] = EVERY_MINUTE
  #interval: number | undefined
  #zone: Zone
  #dst: DstRule = 'vixie'
  #timetable: Timetable | undefined

  constructor(zone: Zone) {
    this.#zone = zone
  }

  /** Hears that something is due at other times now. */
  protected abstract onTimetable(): void

  /** When it is due: every minute, unless something else was said. */
  get timetable(): Timetable {
    this.#timetable ??=
      this.#interval === undefined
        ? new CronTimetable(parseCron(textOf(this.#fields)), this.#zone, this.#dst)
        : new IntervalTimetable(this.#interval)
    return this.#timetable
  }

  /** The zone whose clocks are meant. */
  get zone(): Zone {
    return this.#zone
  }

  /**
   * A cron expression of 5 fields, or of 6 with seconds first.
   *
   * @throws BadScheduleError that names the field and what is wrong with it.
   */
  cron(expression: string): this {
    const fields = parseCron(expression).text.split(' ')
    this.#interval = undefined
    this.#fields = fields.length === 5 ? ['0', ...fields] : fields
    return this.#changed()
  }

  /**
   * Again and again after so much time, from when the scheduler begins to work: follows the time that passes and no calendar.
   *
   * @throws BadScheduleError below a millisecond, TypeError for what is no duration.
   */
  every(interval: Duration): this {
    const milliseconds = toMilliseconds(interval)
    if (milliseconds < 1) throw new BadScheduleError(`Cannot schedule every ${milliseconds} ms: expected 1 or more`)
    this.#interval = milliseconds
    return this.#changed()
  }

  /**
   * The time zone whose clocks are meant; the scheduler's unless given.
   *
   * @throws BadScheduleError for a zone that the machine does not know.
   */
  timezone(name: string): this {
    this.#zone = Zone.of(name)
    return this.#changed()
  }

  /** What becomes of times of the day that the clocks skip or show twice; see `DstRule`. */
  dst(rule: DstRule): this {
    if (!['vixie', 'skip', 'both'].includes(rule))
      throw new BadScheduleError(`Cannot use ${shown(rule)} when clocks change: expected vixie, skip or both`)
    this.#dst = rule
    return this.#changed()
  }

  /** At which seconds it repeats within the minute; at the full one where it does not. */
  protected get repeatedSeconds(): string {
    const [second = '0'] = this.#fields
    return /^\d+$/.test(second) ? '0' : second
  }

  /** Sets some fields and leaves the others as they are. */
  protected splice(fields: Fields): this {
    const spliced = NAMES.map((name, index) => String(fields[name] ?? this.#fields[index]))
    const odd = spliced.find((field) => !/^\S+$/.test(field))
    if (odd !== undefined)
      throw new BadScheduleError(`Cannot schedule "${odd}": expected one field of a cron expression`)
    parseCron(textOf(spliced))
    this.#interval = undefined
    this.#fields = spliced
    return this.#changed()
  }

  #changed(): this {
    this.#timetable = undefined
    this.onTimetable()
    return this
  }
}

// As users write it: without seconds where it is the full minute.
function textOf(fields: readonly string[]): string {
  return (fields[0] === '0' ? fields.slice(1) : fields).join(' ')
}
