import { BadScheduleError } from '../errors.ts'
import { shown } from '../shown.ts'

/** A time of the day, as a clock shows it. */
export interface TimeOfDay {
  readonly hour: number
  readonly minute: number
  /** Where it was written. */
  readonly second: number | undefined
}

/**
 * Reads `'2:00'`, `'02:00'`, `'0:0'`, `'14'` and `'23:59:30'`.
 *
 * @throws BadScheduleError that names what is none.
 */
export function timeOfDay(text: string): TimeOfDay {
  const match = typeof text === 'string' ? /^(\d\d?)(?::(\d\d?)(?::(\d\d?))?)?$/.exec(text.trim()) : null
  const [hour, minute, second] = [match?.[1], match?.[2] ?? 0, match?.[3] ?? 0].map(Number) as [number, number, number]
  if (!match || hour > 23 || minute > 59 || second > 59)
    throw new BadScheduleError(`Cannot use ${shown(text)} as a time of the day: expected text such as "13:30"`)
  return { hour, minute, second: match[3] === undefined ? undefined : second }
}

/** Milliseconds since midnight. */
export function sinceMidnight({ hour, minute, second = 0 }: TimeOfDay): number {
  return ((hour * 60 + minute) * 60 + second) * 1000
}

/** A part of the day, both ends included. One that ends before it begins goes through midnight. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** @throws BadScheduleError for what is no time of the day. */
export function windowBetween(from: string, to: string): Window {
  return { from: sinceMidnight(timeOfDay(from)), to: sinceMidnight(timeOfDay(to)) }
}

export function isWithin({ from, to }: Window, time: number): boolean {
  return from <= to ? from <= time && time <= to : time >= from || time <= to
}
