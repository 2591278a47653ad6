import { toMilliseconds } from '../duration.ts'
import { BadJobError } from './errors.ts'
import { isRecord, oddOptions } from './option-names.ts'

/** Those options of a job that say how it goes together with others, as somebody gave them. */
interface Kinds {
  readonly unique?: unknown
  readonly debounce?: unknown
  readonly withoutOverlapping?: unknown
  readonly rateLimit?: unknown
}

/**
 * Refuses what means nothing.
 *
 * @throws BadJobError that names the option, TypeError for a duration that is none.
 */
export function checkKinds({ unique, debounce, withoutOverlapping, rateLimit }: Kinds): void {
  checkKind('unique', unique, ['key', 'until', 'ttl'])
  checkKind('withoutOverlapping', withoutOverlapping, ['key', 'again'])
  if (isRecord(debounce) && 'wait' in debounce) checkParts('debounce', debounce, ['key', 'wait'])
  if (isRecord(unique) && ![undefined, 'started', 'over'].includes(unique.until as string | undefined))
    throw refusal('unique.until', 'expected started or over')
  if (rateLimit !== undefined) checkRate(rateLimit)
}

function checkKind(name: string, value: unknown, parts: readonly string[]): void {
  if (value === undefined || typeof value === 'boolean') return
  if (isRecord(value)) return checkParts(name, value, parts)
  if (!isKey(value)) throw refusal(name, 'expected true, a key that is not empty, or what it consists of')
}

function checkRate(rate: unknown): void {
  if (!isRecord(rate)) throw refusal('rateLimit', 'expected a limit and a time, such as { limit: 10, per: "1m" }')
  checkParts('rateLimit', rate, ['limit', 'per', 'name'])
  if (rate.name !== undefined && !isKey(rate.name)) throw refusal('rateLimit.name', 'expected text')
}

function checkParts(name: string, value: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const odd = oddOptions(value, known)
  if (odd !== undefined) throw refusal(name, odd)
  if (value.key !== undefined && !isKey(value.key)) throw refusal(`${name}.key`, 'expected text')
  for (const part of ['ttl', 'again', 'wait']) if (value[part] !== undefined) toMilliseconds(value[part] as number)
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function refusal(name: string, expected: string): BadJobError {
  return new BadJobError(`Cannot queue with this "${name}": ${expected}`)
}
