import { type CommandInput, checkCommand } from '../command.ts'
import { type Signal, toSignal } from '../contracts/signals.ts'
import { type Duration, type Size, toBytes, toMilliseconds } from '../duration.ts'
import { positive } from '../supervision/policy-options.ts'
import { checked, leaf, list, listOr, object, objectOr, type Schema } from './schema-parts.ts'

/** Values of which the options of `rehearsal up` are made. What has a parser in the toolkit is checked by that. */

export const text: Schema<string> = leaf('text', (value) => isText(value) && value !== '')

export const textOrPattern: Schema<string | RegExp> = leaf(
  'text or a regular expression',
  (value) => isText(value) || value instanceof RegExp,
)

export const flag: Schema<boolean> = leaf('true or false', (value) => typeof value === 'boolean')

export const share: Schema<number> = leaf('a share from 0 to 1', (value) => isNumber(value, 0) && value <= 1)

export const size: Schema<Size> = checked(toBytes)

export const signal: Schema<Signal | number> = checked(toSignal)

/** A stretch of time, also of no length. */
export const duration: Schema<Duration> = durationThat(toMilliseconds)

/** A stretch of time that is longer than nothing. */
export const span: Schema<Duration> = durationThat((value) => positive(value, 'duration'))

export const command: Schema<CommandInput> = commandOr('text for the shell, or words')

/** A command, where something else was possible, too. */
export function commandOr(expected: string): Schema<CommandInput> {
  const words = list('words', leaf<string>('a word', isText))
  return checked(
    (line) => checkCommand({ line, cwd: undefined, env: {} }),
    listOr(words, leaf<string>(expected, isText)),
  )
}

/** A function that is called with what its type says. */
export function callback<T>(expected = 'a function'): Schema<T> {
  return leaf(expected, (value) => typeof value === 'function')
}

/** A number, from one on. */
export function atLeast(from: number): Schema<number> {
  return leaf(`a number from ${from} on`, (value) => isNumber(value, from))
}

/** A whole number, from one on, and up to another. */
export function whole(from: number, to: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  const range = to === Number.MAX_SAFE_INTEGER ? `from ${from} on` : `from ${from} to ${to}`
  return leaf(`a whole number ${range}`, (value) => Number.isInteger(value) && isNumber(value, from) && value <= to)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0')
}

export function isNumber(value: unknown, from: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= from
}

type Parts = Extract<Duration, object>

// Its own words for parts: a name that is wrong is told from an amount that is.
function durationThat(parse: (value: Duration) => number): Schema<Duration> {
  const amount = atLeast(0)
  const parts = object<Parts>('parts such as { minutes: 5 }', {
    days: amount,
    hours: amount,
    minutes: amount,
    seconds: amount,
    milliseconds: amount,
  })
  return objectOr(checked<Duration>(parse, parts), checked<Duration>(parse))
}
