import { shown } from './shown.ts'

/** A stretch of time: milliseconds, text such as `'500ms' '90s' '5m' '2h' '1d'`, or parts that are added up. */
export type Duration =
  | number
  | string
  | {
      readonly days?: number
      readonly hours?: number
      readonly minutes?: number
      readonly seconds?: number
      readonly milliseconds?: number
    }

/** An amount of bytes: a number, or text such as `'64KB' '256MB' '1GB'`, 1024-based. */
export type Size = number | string

const TIME = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 }
const PARTS = { milliseconds: TIME.ms, seconds: TIME.s, minutes: TIME.m, hours: TIME.h, days: TIME.d }
const SPACE = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 }

/**
 * A duration in milliseconds.
 *
 * @throws TypeError that names the value when it is negative, not finite or not a duration.
 * @example toMilliseconds('1.5s') // 1500
 */
export function toMilliseconds(value: Duration): number {
  const amount = typeof value === 'object' && value !== null ? sumOf(value) : scaled(value, TIME)
  if (amount === undefined || !Number.isFinite(amount))
    throw new TypeError(`Cannot use ${show(value)} as a duration: expected milliseconds, '90s' or { minutes: 5 }`)
  return amount
}

/**
 * A size in bytes.
 *
 * @throws TypeError that names the value when it is negative, not finite or not a size.
 * @example toBytes('64KB') // 65536
 */
export function toBytes(value: Size): number {
  const amount = scaled(value, SPACE)
  if (amount === undefined || !Number.isFinite(amount))
    throw new TypeError(`Cannot use ${show(value)} as a size: expected bytes or '64KB', '256MB', '1GB'`)
  return Math.floor(amount)
}

function scaled(value: unknown, units: Readonly<Record<string, number>>): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(value.trim()) : null
  const unit = match?.[2] !== undefined && Object.hasOwn(units, match[2]) ? units[match[2]] : undefined
  return match && unit !== undefined ? Number(match[1]) * unit : undefined
}

function sumOf(parts: object): number | undefined {
  let sum = 0
  for (const [part, amount] of Object.entries(parts)) {
    const unit = Object.hasOwn(PARTS, part) ? PARTS[part as keyof typeof PARTS] : undefined
    const milliseconds = unit === undefined ? undefined : scaled(amount, {})
    if (milliseconds === undefined || unit === undefined) return undefined
    sum += milliseconds * unit
  }
  return Object.keys(parts).length > 0 ? sum : undefined
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : shown(value)
}
