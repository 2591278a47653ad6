/** The days of the week, as cron counts them. */
export const Day = {
  Sunday: 0,
  Monday: 1,
  Tuesday: 2,
  Wednesday: 3,
  Thursday: 4,
  Friday: 5,
  Saturday: 6,
} as const

export type Day = (typeof Day)[keyof typeof Day]
