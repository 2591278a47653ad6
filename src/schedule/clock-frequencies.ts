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
  everySecond(): this {
    return this.splice({ second: '*' })
  }

  everyTwoSeconds(): this {
    return this.splice({ second: '*/2' })
  }

  everyFiveSeconds(): this {
    return this.splice({ second: '*/5' })
  }

  everyTenSeconds(): this {
    return this.splice({ second: '*/10' })
  }

  everyFifteenSeconds(): this {
    return this.splice({ second: '*/15' })
  }

  everyTwentySeconds(): this {
    return this.splice({ second: '*/20' })
  }

  everyThirtySeconds(): this {
    return this.splice({ second: '*/30' })
  }

  everyMinute(): this {
    return this.splice({ minute: '*' })
  }

  everyTwoMinutes(): this {
    return this.splice({ minute: '*/2' })
  }

  everyThreeMinutes(): this {
    return this.splice({ minute: '*/3' })
  }

  everyFourMinutes(): this {
    return this.splice({ minute: '*/4' })
  }

  everyFiveMinutes(): this {
    return this.splice({ minute: '*/5' })
  }

  everyTenMinutes(): this {
    return this.splice({ minute: '*/10' })
  }

  everyFifteenMinutes(): this {
    return this.splice({ minute: '*/15' })
  }

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

  everyOddHour(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '1-23/2' })
  }

  everyTwoHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/2' })
  }

  everyThreeHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/3' })
  }

  everyFourHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/4' })
  }

  everySixHours(minutes: Minutes = 0): this {
    return this.splice({ minute: listOf(minutes), hour: '*/6' })
  }
}

function listOf(minutes: Minutes): string {
  return typeof minutes === 'object' ? minutes.join(',') : String(minutes)
}
