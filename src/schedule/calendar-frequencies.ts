import { ClockFrequencies } from './clock-frequencies.ts'
import { Day } from './day.ts'
import { timeOfDay } from './time-of-day.ts'
import type { Fields } from './timetable-builder.ts'

/**
 * On which days and when, in Laravel's words. `daily().weekdays()` is midnight on working days; of `mondays().tuesdays()`
 * the latter counts, and `days(1, 2)` is both. Times are text such as `'13:30'` or `'7'`, in the task's time zone.
 *
 * @throws BadScheduleError, in every method that takes a value, for a time or a date that never comes.
 */
export abstract class CalendarFrequencies extends ClockFrequencies {
  /** At midnight. */
  daily(): this {
    return this.dailyAt('0:00')
  }

  /** Every day at this time. */
  dailyAt(time: string): this {
    return this.splice(this.#time(time))
  }

  /** The same as `dailyAt`. */
  at(time: string): this {
    return this.dailyAt(time)
  }

  /** At the beginning of these hours. */
  twiceDaily(first = 1, second = 13): this {
    return this.twiceDailyAt(first, second, 0)
  }

  /** At this minute of these hours. */
  twiceDailyAt(first = 1, second = 13, minute = 0): this {
    return this.splice({ minute, hour: `${first},${second}` })
  }

  /** On Sunday at midnight. */
  weekly(): this {
    return this.weeklyOn(Day.Sunday)
  }

  /** On this day of the week, or these. */
  weeklyOn(day: Day | readonly Day[], time = '0:00'): this {
    return this.splice({ ...this.#time(time), dayOfWeek: String(day) })
  }

  /** On the first of each month at midnight. */
  monthly(): this {
    return this.monthlyOn(1)
  }

  /** On this day of each month. */
  monthlyOn(day = 1, time = '0:00'): this {
    return this.splice({ ...this.#time(time), dayOfMonth: day })
  }

  /** On these days of each month. */
  twiceMonthly(first = 1, second = 16, time = '0:00'): this {
    return this.splice({ ...this.#time(time), dayOfMonth: `${first},${second}` })
  }

  /** On these days of each month at midnight. */
  daysOfMonth(...days: readonly (number | readonly number[])[]): this {
    return this.splice({ minute: 0, hour: 0, dayOfMonth: days.flat().join(',') })
  }

  /** On the last day of each month, whatever its number. */
  lastDayOfMonth(time = '0:00'): this {
    return this.splice({ ...this.#time(time), dayOfMonth: 'L' })
  }

  /** On the first of January, April, July and October at midnight. */
  quarterly(): this {
    return this.quarterlyOn(1)
  }

  /** On this day of January, April, July and October. */
  quarterlyOn(dayOfMonth = 1, time = '0:00'): this {
    return this.splice({ ...this.#time(time), dayOfMonth, month: '1-12/3' })
  }

  /** On the first of January at midnight. */
  yearly(): this {
    return this.yearlyOn(1)
  }

  /** On this day of this month; `'L'` is its last. */
  yearlyOn(month = 1, dayOfMonth: number | 'L' = 1, time = '0:00'): this {
    return this.splice({ ...this.#time(time), dayOfMonth, month })
  }

  /** On these days of the week only. */
  days(...days: readonly (Day | readonly Day[])[]): this {
    return this.splice({ dayOfWeek: days.flat().join(',') })
  }

  /** From Monday to Friday only. */
  weekdays(): this {
    return this.splice({ dayOfWeek: '1-5' })
  }

  /** On Saturday and Sunday only. */
  weekends(): this {
    return this.splice({ dayOfWeek: '6,0' })
  }

  /** On Mondays only. */
  mondays(): this {
    return this.days(Day.Monday)
  }

  /** On Tuesdays only. */
  tuesdays(): this {
    return this.days(Day.Tuesday)
  }

  /** On Wednesdays only. */
  wednesdays(): this {
    return this.days(Day.Wednesday)
  }

  /** On Thursdays only. */
  thursdays(): this {
    return this.days(Day.Thursday)
  }

  /** On Fridays only. */
  fridays(): this {
    return this.days(Day.Friday)
  }

  /** On Saturdays only. */
  saturdays(): this {
    return this.days(Day.Saturday)
  }

  /** On Sundays only. */
  sundays(): this {
    return this.days(Day.Sunday)
  }

  // What repeats within the minute does so at a time of the day, too, unless that has seconds of its own.
  #time(text: string): Pick<Fields, 'hour' | 'minute' | 'second'> {
    const { second = this.repeatedSeconds, ...time } = timeOfDay(text)
    return { ...time, second }
  }
}
