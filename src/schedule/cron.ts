import { createRequire } from 'node:module'
import type * as CronParser from 'cron-parser'
import { BadScheduleError } from '../errors.ts'
import { shown } from '../shown.ts'
import { type CronFields, type DaySet, lengthOf, nextOf } from './cron-fields.ts'

/** The fields in the order in which they are written, with the values each may hold. */
const FIELDS = [
  { name: 'second', least: 0, most: 59 },
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12 },
  { name: 'day of the week', least: 0, most: 6 },
] as const

type Field = (typeof FIELDS)[number]

/** What the parser calls them. */
const KEYS = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const

const ALIASES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** Many tasks share few expressions. Bounded, so that those made up at run time do not pile up. */
const parsed = new Map<string, CronFields>()
const KEPT = 10_000

/**
 * A cron expression of 5 fields, or of 6 with seconds first. Names, lists, ranges, steps, `L`, `#` and `@daily` are
 * understood.
 *
 * @throws BadScheduleError that names the field and what is wrong with it.
 * @example parseCron('0 9 * * MON-FRI')
 */
export function parseCron(expression: string): CronFields {
  const known = parsed.get(expression)
  if (known) return known
  const fields = parse(expression)
  if (parsed.size >= KEPT) parsed.clear()
  parsed.set(expression, fields)
  return fields
}

function parse(expression: string): CronFields {
  if (typeof expression !== 'string') throw refusal(expression, 'expected text such as "0 2 * * *"')
  const written = splitFields(expression)
  written.forEach((text, index) => {
    checkField(expression, text, index)
  })
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = readAll(expression, written)
  const daysOfMonth = daySet(dayOfMonth.values, dayOfMonth.isWildcard, 0)
  const daysOfWeek = daySet(dayOfWeek.values, dayOfWeek.isWildcard, dayOfWeek.nthDay)
  return Object.freeze({
    text: written[0] === '0' ? written.slice(1).join(' ') : written.join(' '),
    second: nextOf(numbersOf(second.values), 60),
    minute: nextOf(numbersOf(minute.values), 60),
    hour: nextOf(numbersOf(hour.values), 24),
    month: nextOf(numbersOf(month.values), 13),
    daysOfMonth,
    daysOfWeek,
    either: !daysOfMonth.all && !daysOfWeek.all,
    fixed: !/[*?]/.test(`${written[1]}${written[2]}`),
  })
}

/** All six fields as they are written. */
function splitFields(expression: string): readonly string[] {
  const text = expression.trim()
  if (text.startsWith('@')) {
    const meant = Object.hasOwn(ALIASES, text.toLowerCase()) ? ALIASES[text.toLowerCase()] : undefined
    if (meant === undefined) throw refusal(expression, `unknown, expected one of ${Object.keys(ALIASES).join(' ')}`)
    return splitFields(meant)
  }
  const fields = text === '' ? [] : text.split(/\s+/)
  if (fields.length === 5) return ['0', ...fields]
  if (fields.length === 6) return fields
  throw refusal(expression, `it has ${fields.length} fields, expected 5, or 6 with seconds`)
}

// What the parser would take, and read as something else than it says.
function checkField(expression: string, text: string, index: number): void {
  const { name, least, most } = FIELDS[index] as Field
  const because = (reason: string) => refusal(expression, `${name} "${text}": ${reason}`)
  // Not that of THU.
  if (/(?<![a-z])H(?![a-z])/i.test(text)) throw because('H stands for chance, use jitter() instead')
  for (const item of text.split(',')) {
    const [range = '', step] = item.split('/')
    if (step === undefined) continue
    const [from = '', to = ''] = range.split('-')
    const first = /^\d+$/.test(from) ? Number(from) : least
    const last = /^\d+$/.test(to) ? Number(to) : most
    if (Number(step) === 0) throw because('a step of 0 leads nowhere')
    if (Number(step) > last - first) throw because(`a step of ${step} leads beyond ${last}`)
  }
}

function readAll(expression: string, written: readonly string[]): CronParser.CronFieldCollection {
  // Whatever keeps it from being loaded is no fault of the expression.
  loaded()
  try {
    return read(written)
  } catch {
    return readUnrepeated(expression, written)
  }
}

// The parser refuses what names a value twice, which every cron takes: "0,7" are two names of Sunday.
function readUnrepeated(expression: string, written: readonly string[]): CronParser.CronFieldCollection {
  const once = written.map(unrepeated)
  try {
    return read(once)
  } catch (error) {
    throw fieldAtFault(expression, written, once) ?? noSuchDate(expression, once) ?? error
  }
}

function unrepeated(text: string, index: number): string {
  const items = text.split(',')
  if (items.length === 1 || items.includes('') || text.includes('#')) return text
  if (items.includes('*') || items.includes('?')) return '*'
  try {
    const values = items.map((item) => read(only({ [index]: item }))[KEYS[index] as (typeof KEYS)[number]].values)
    // Sunday is 0 as well as 7.
    return [...new Set(values.flat().map((value) => (index === 5 && value === 7 ? 0 : value)))].join(',')
  } catch {
    return text
  }
}

// The parser does not say which field it stumbled over, so each is read once more alone.
function fieldAtFault(expression: string, written: readonly string[], once: readonly string[]): Error | undefined {
  for (const [index, text] of written.entries()) {
    try {
      read(only({ [index]: once[index] }))
    } catch (error) {
      return refusal(expression, `${(FIELDS[index] as Field).name} "${text}": ${reasonOf(error as Error)}`)
    }
  }
  return undefined
}

function noSuchDate(expression: string, written: readonly string[]): Error | undefined {
  const days = numbersOf(read(only({ 3: written[3] })).dayOfMonth.values)
  const months = numbersOf(read(only({ 4: written[4] })).month.values)
  if (days.some((day) => months.some((month) => day <= lengthOf(2024, month)))) return undefined
  const dates = days.flatMap((day) => months.map((month) => `${day} ${MONTHS[month - 1]}`))
  return refusal(expression, `there is no ${dates.join(', no ')}`)
}

function only(fields: Readonly<Record<number, string | undefined>>): readonly string[] {
  return ['0', '*', '*', '*', '*', '*'].map((any, index) => fields[index] ?? any)
}

function reasonOf({ message }: Error): string {
  const [, least, most] = /expected range (\d+)-(\d+)/.exec(message) ?? []
  if (most !== undefined) return `expected ${least} to ${most}`
  const reason = message.replace(/^(?:\w+ )?(?:Constraint|Validation) error, /, '').replace(/^Invalid/, 'invalid')
  return reason.replace(/, got value: .*$/, '')
}

function daySet(values: readonly (number | string)[], all: boolean, nth: number): DaySet {
  const last = values.filter((value) => typeof value === 'string').map((text) => Number.parseInt(text, 10) || 0)
  const plain = numbersOf(values)
  return { all, plain: new Set(plain), last: new Set(last.map((day) => day % 7)), nth }
}

function numbersOf(values: readonly (number | string)[]): number[] {
  return values.filter((value) => typeof value === 'number')
}

function refusal(expression: unknown, reason: string): BadScheduleError {
  return new BadScheduleError(`Cannot schedule ${shown(expression)}: ${reason}`)
}

type Parser = Pick<typeof CronParser, 'CronExpressionParser'>

let parser: Parser | undefined

// At the first expression and not by the import: it costs more than all the rest of this folder. The built library has it
// within, see rolldown.config.ts.
function loaded(): Parser {
  parser ??= createRequire(import.meta.url)('cron-parser') as Parser
  return parser
}

function read(fields: readonly string[]): CronParser.CronFieldCollection {
  return loaded().CronExpressionParser.parse(fields.join(' '), { tz: 'UTC', currentDate: 0 }).fields
}
