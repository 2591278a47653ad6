import { DEMANDS } from '../contracts/isolation.ts'
import { shown } from '../shown.ts'
import type { RehearsalOptions } from './rehearsal.ts'

/**
 * Refuses options that nobody knows, or that mean nothing.
 *
 * @throws TypeError that names the option and its value.
 */
export function checkOptions(options: RehearsalOptions): void {
  if (!isPlain(options)) throw new TypeError(`Cannot rehearse with the options ${shown(options)}: expected an object`)
  for (const [name, value] of Object.entries(options)) checkOption(name, value)
}

/** Whether a value is a Date that a clock could show, whosever Date that is. */
export function isMoment(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]' && !Number.isNaN((value as Date).getTime())
}

function checkOption(name: string, value: unknown): void {
  const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof RehearsalOptions] : undefined
  if (!rule)
    throw new TypeError(`Cannot rehearse with the option "${name}": known are ${Object.keys(RULES).join(', ')}`)
  if (value === undefined || rule.takes(value)) return
  throw new TypeError(`Cannot rehearse with ${name} ${shown(value)}: expected ${rule.expected}`)
}

interface OptionRule {
  readonly takes: (value: unknown) => boolean
  readonly expected: string
}

const RULES: Readonly<Record<keyof RehearsalOptions, OptionRule>> = {
  time: { takes: (value) => value === 'auto' || value === 'manual', expected: '"auto" or "manual"' },
  now: { takes: isMoment, expected: 'a valid Date' },
  seed: { takes: Number.isFinite, expected: 'a number' },
  files: { takes: isDisk, expected: 'contents by path, each text or bytes' },
  globals: { takes: (value) => typeof value === 'boolean', expected: 'true or false' },
  lacks: { takes: isLacks, expected: `reasons by what is lacked: ${DEMANDS.join(', ')}` },
}

function isDisk(value: unknown): boolean {
  const isContent = (content: unknown) => typeof content === 'string' || content instanceof Uint8Array
  return isPlain(value) && Object.values(value).every(isContent)
}

function isLacks(value: unknown): boolean {
  const known: readonly string[] = DEMANDS
  return isPlain(value) && Object.entries(value).every(([name, reason]) => known.includes(name) && isReason(reason))
}

function isReason(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
