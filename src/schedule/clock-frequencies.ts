import { TimetableBuilder } from './timetable-builder.ts'

/** Minutes of an hour: one, several, or text as in a cron expression. */
export type Minutes = number | string | readonly number[]

/**
 * How often within the hour or the day, in Laravel's words. `everyThirtySeconds().hourly()` is twice in the first minute of
 * each hour.
 *
 * @throws BadScheduleError, in every method that takes a value, for one that no clock shows.
 */
export abstract class ClockFrequencies extends TimetableBuilder {
  /** Every second. */
  everySecond(): this {
    return this.splice({ second: '*' })
  }

  /** Every two seconds, from the full minute on. */
  everyTwoSeconds(): this {
    return this.splice({ second: '*/2' })
  }

  /** Every five seconds, from the full minute on. */
  everyFiveSeconds(): this {
    return this.splice({ second: '*/5' })
  }

  /** Every ten seconds, from the full minute on. */
  everyTenSeconds(): this {
    return this.splice({ second: '*/10' })
  }

  /** Every fifteen seconds, from the full minute on. */
  everyFifteenSeconds(): this {
    return this.splice({ second: '*/15' })
  }

  /** Every twenty seconds, from the full minute on. */
  everyTwentySeconds(): this {
    return this.splice({ second: '*/20' })
  }

  /** Every thirty seconds, from the full minute on. */
  everyThirtySeconds(): this {
    return this.splice({ second: '*/30' })
  }

  /** Every minute. */
  everyMinute(): this {
    return this.splice({ minute: '*' })
  }

  /** Every two minutes, from the full hour on. */
  everyTwoMinutes(): this {
    return this.splice({ minute: '*/2' })
  }

  /** Every three minutes, from the full hour on. */
  everyThreeMinutes(): this {
    return this.splice({ minute: '*/3' })
  }

  /** Every four minutes, from the full hour on. */
  everyFourMinutes(): this {
    return this.splice({ minute: '*/4' })
  }

  /** Every five minutes, from the full hour on. */
  everyFiveMinutes(): this {
    return this.splice({ minute: '*/5' })
  }

  /** Every ten minutes, from the full hour on. */
  everyTenMinutes(): this {
    return this.splice({ minute: '*/10' })
  }

  /** Every fifteen minutes, from the full hour on. */
  everyFifteenMinutes(): this {
    return this.splice({ minute: '*/15' })
  }

  /** Every thirty minutes, from the full hour on. */
  everyThirtyMinutes(): this {
    return this.splice({ minute: '*/30' })
  }

  /** At the beginning of each hour. */
  hourly(): this {
    return this.splice({ minute: 0 })
  }

  /** @example hourlyAt([0, 30]) */
  hourlyAt(minutes: Minutes): this {
    return this.splice({ minute: listOf(minutes) })
  }

  /** At 1, 3, 5 and so on. */
  everyOddHour(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '1-23/2' })
  }

  /** At midnight, 2, 4 and so on. */
  everyEvenHour(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '0-22/2' })
  }

  /** Every two hours, from midnight on. */
  everyTwoHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/2' })
  }

  /** Every three hours, from midnight on. */
  everyThreeHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/3' })
  }

  /** Every four hours, from midnight on. */
  everyFourHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/4' })
  }

  /** Every six hours, from midnight on. */
  everySixHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/6' })
  }
}

function listOf(minutes: Minutes): string {
  return typeof minutes === 'object' ? minutes.join(',') : String(minutes)
}
