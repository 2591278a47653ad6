import { parseArgs } from 'node:util'
import { toMilliseconds } from '../duration.ts'
import { perhaps } from './closest.ts'
import type { OptionSpecs } from './spec.ts'

/** Thrown for a command line that means nothing: the message is followed by how it may be. */
export class UsageError extends Error {}

/** A command line, taken apart: what it is about, its options, and the command after `--`. */
export interface Line {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly subjects: readonly string[]
  readonly command: readonly string[]
}

/** @throws UsageError for an option that is unknown or lacks its value. */
export function read(args: readonly string[], options: OptionSpecs): Line {
  const end = args.indexOf('--')
  const own = end < 0 ? args : args.slice(0, end)
  try {
    const { values, positionals } = parseArgs({ args: [...own], options, allowPositionals: true })
    return { values: values as Line['values'], subjects: positionals, command: end < 0 ? [] : args.slice(end + 1) }
  } catch (error) {
    throw new UsageError(`Cannot read the command line: ${problemOf(error as Error, options)}`)
  }
}

/** The one thing that a command line is about. */
export function only({ subjects }: Line, what: string): string {
  const [subject, ...others] = subjects
  if (subject === undefined || others.length > 0) throw new UsageError(`Cannot go on: expected one ${what}`)
  return subject
}

/** A command line that is about nothing. */
export function none({ subjects }: Line): void {
  if (subjects.length > 0) throw new UsageError(`Cannot go on: "${subjects[0]}" means nothing here`)
}

/** The command after `--`. */
export function commandIn({ command }: Line): readonly string[] {
  if (command.length === 0) throw new UsageError('Cannot go on: expected -- and a command')
  return command
}

/** The number that an option has. */
export function numberIn({ values }: Line, name: string): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isFinite(number) || text === '')
    throw new UsageError(`Cannot use "${text}" as --${name}: expected a number`)
  return number
}

/**
 * The whole number that an option has.
 *
 * @throws UsageError for any other, and for one that is less than `least`.
 */
export function wholeIn(line: Line, name: string, least: 0 | 1): number | undefined {
  const number = numberIn(line, name)
  if (number === undefined || (Number.isInteger(number) && number >= least)) return number
  throw new UsageError(`Cannot use "${line.values[name]}" as --${name}: expected a whole number from ${least} on`)
}

/**
 * The time that an option has, in milliseconds.
 *
 * @throws UsageError for what is no time, and for none at all.
 */
export function timeIn({ values }: Line, name: string): number | undefined {
  const text = values[name]
  if (typeof text !== 'string') return undefined
  const time = timeOf(text)
  if (time > 0) return time
  throw new UsageError(`Cannot use "${text}" as --${name}: expected some time, such as 500ms or 2s`)
}

function timeOf(text: string): number {
  try {
    return toMilliseconds(text)
  } catch {
    return 0
  }
}

// Node's own words for an unknown option are about how to say something else.
function problemOf({ message }: Error, options: OptionSpecs): string {
  const [, unknown] = /^Unknown option '(-[^']+)'/.exec(message) ?? []
  if (unknown === undefined) return message
  return `there is no ${unknown}${perhaps(
    unknown,
    Object.keys(options).map((name) => `--${name}`),
    '',
  )}`
}
