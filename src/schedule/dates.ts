import { shown } from '../shown.ts'

/**
 * A moment as users write it: a date, or text such as `'2026-03-29T01:00:00Z'`.
 *
 * @throws TypeError for what is none.
 */
export function toDate(moment: Date | string): Date {
  const date = typeof moment === 'string' ? new Date(moment) : moment
  if (!(date instanceof Date) || Number.isNaN(date.getTime()))
    throw new TypeError(
      `Cannot use ${shown(moment)} as a moment: expected a Date or text such as "2026-03-29T01:00:00Z"`,
    )
  return date
}
