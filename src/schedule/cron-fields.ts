/** The moments of one field, from the least on. `next[value]` is the first of them from `value` on, or -1. */
export type Next = Int8Array

/** A cron expression, ready to be walked. */
export interface CronFields {
  readonly text: string
  readonly second: Next
  readonly minute: Next
  readonly hour: Next
  readonly month: Next
  /** The days of the month by their number, and whether its last day is one. */
  readonly daysOfMonth: DaySet
  /** The days of the week by their number, those that count only as the last of a month, and which of a month counts. */
  readonly daysOfWeek: DaySet
  /** Either kind of day will do, as in every cron, when both are restricted. */
  readonly either: boolean
  /** Whether it names times of the day, and does not say how often: no wildcard in its hours and minutes. */
  readonly fixed: boolean
}

/** Which days a field means. */
export interface DaySet {
  readonly all: boolean
  readonly plain: ReadonlySet<number>
  /** Those that are meant only in the last seven days of a month; 0 stands for the last day itself in a month's days. */
  readonly last: ReadonlySet<number>
  /** Which one of a month, from 1 to 5, or 0 for each. */
  readonly nth: number
}

/** A table that leads from any value to the next one of a field. */
export function nextOf(values: Iterable<number>, size: number): Next {
  const wanted = new Set(values)
  const next = new Int8Array(size + 1).fill(-1)
  for (let value = size - 1; value >= 0; value--) next[value] = wanted.has(value) ? value : (next[value + 1] as number)
  return next
}

const DAY = 86_400_000
/** No combination of a day, a month and a weekday is further apart than 40 years, the longest for 29 February. */
const FARTHEST_DAYS = 41 * 366

/**
 * The first match of an expression from a wall time on. Wall time is what a clock on the wall shows, read as if it were UTC:
 * it has no time zone, so no gaps and no overlaps either.
 *
 * @returns `undefined` when there is none.
 */
export function firstWall(fields: CronFields, from: number): number | undefined {
  const second = Math.ceil(from / 1000)
  const day = Math.floor(second / 86_400)
  const time = firstTime(fields, second - day * 86_400)
  const matched = firstDay(fields, time === undefined ? day + 1 : day)
  if (matched === undefined) return undefined
  return matched * DAY + (matched === day && time !== undefined ? time : midnightOn(fields)) * 1000
}

/** The first time of a day from a second of it on, as a second of the day. */
function firstTime({ hour, minute, second }: CronFields, from: number): number | undefined {
  const startHour = Math.floor(from / 3600)
  const startMinute = Math.floor(from / 60) % 60
  const inMinute = second[from % 60] as number
  const matchedHour = hour[startHour] as number
  if (matchedHour === startHour) {
    const m = minute[startMinute] as number
    if (m === startMinute && inMinute >= 0) return startHour * 3600 + m * 60 + inMinute
    const later = m === startMinute ? (minute[startMinute + 1] as number) : m
    if (later >= 0) return startHour * 3600 + later * 60 + (second[0] as number)
  }
  const laterHour = matchedHour === startHour ? (hour[startHour + 1] as number) : matchedHour
  return laterHour < 0 ? undefined : laterHour * 3600 + (minute[0] as number) * 60 + (second[0] as number)
}

function midnightOn({ hour, minute, second }: CronFields): number {
  return (hour[0] as number) * 3600 + (minute[0] as number) * 60 + (second[0] as number)
}

/** The first day from a day on, both counted from the epoch. */
function firstDay(fields: CronFields, from: number): number | undefined {
  let { year, month, dayOfMonth } = civilOf(from)
  let day = from
  while (day - from < FARTHEST_DAYS) {
    const length = lengthOf(year, month)
    if (fields.month[month] === month) {
      for (; dayOfMonth <= length; dayOfMonth++, day++) {
        if (matchesDay(fields, dayOfMonth, length, (((day + 4) % 7) + 7) % 7)) return day
      }
    } else day += length - dayOfMonth + 1
    dayOfMonth = 1
    if (month++ === 12) [year, month] = [year + 1, 1]
  }
  return undefined
}

function matchesDay(
  { daysOfMonth, daysOfWeek, either }: CronFields,
  day: number,
  length: number,
  weekday: number,
): boolean {
  // Where either will do, a match of one settles it; where both are needed, a miss does.
  const byDate = daysOfMonth.all || daysOfMonth.plain.has(day) || (day === length && daysOfMonth.last.has(0))
  if (byDate === either) return byDate
  const isNth = daysOfWeek.nth === 0 || daysOfWeek.nth === Math.ceil(day / 7)
  const isLast = day > length - 7 && daysOfWeek.last.has(weekday)
  return daysOfWeek.all || (daysOfWeek.plain.has(weekday) && isNth) || isLast
}

/** Days of a month, from 1 for January. */
export function lengthOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

// The calendar repeats every 400 years; counted from March on, the leap day comes last (Hinnant, "civil_from_days").
function civilOf(day: number): { year: number; month: number; dayOfMonth: number } {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const dayOfMonth = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth }
}
