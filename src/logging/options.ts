import type { LogFormat, LogLevel } from '../contracts/log-request.ts'
import { type Duration, type Size, toBytes, toMilliseconds } from '../duration.ts'
import { BadLoggingError } from '../log-errors.ts'
import { checkFile, checkFormat, checkLevel } from '../log-request.ts'
import { checkSecret, type Secret } from '../secrets.ts'
import type { Detector } from './detecting.ts'

/** What happens to output for which the log has no room, because its disk is slow or full. */
export type WhenFull = 'block' | 'drop-newest' | 'drop-oldest'

/** How a Process is logged. */
export interface LoggingOptions {
  /** The log of all; `processes.log` unless given. */
  readonly file?: string
  /** A file for each process besides, such as `logs/{name}-{pid}.log`. */
  readonly perProcess?: string
  /** The least that is logged; `info` unless given. */
  readonly level?: LogLevel
  /** Lines to read, or JSON in the form of pino's; `text` unless given. */
  readonly format?: LogFormat
  /** When a file is put aside and a new one begun: by its size, `50MB` unless given, or by time, counted in UTC. */
  readonly rotate?: { readonly size?: Size; readonly every?: Duration }
  /** What is kept of the files that were put aside: so many, 10 unless given, so long, and so much in all. */
  readonly keep?: { readonly files?: number; readonly age?: Duration; readonly total?: Size }
  /** Compresses what is put aside. */
  readonly gzip?: boolean
  /** Who may read a file that is made; `0o640` unless given. */
  readonly mode?: number
  /** What may wait in memory for the disk, `1MB` unless given, and what happens beyond: the process waits unless told otherwise. */
  readonly buffer?: Size
  readonly whenFull?: WhenFull
  /** The longest line; `64KB` unless given. A longer one is cut, and marked. */
  readonly maxLine?: Size
  /** How long the beginning of a line waits for its rest; `1s` unless given. */
  readonly idle?: Duration
  /** Finds the level of a line in the line itself, where it says one: JSON is looked at unless told otherwise. */
  readonly detectLevel?: boolean | Detector
  /** Secrets to be taken out besides those that are known; `false` leaves everything as it is. */
  readonly redact?: false | readonly Secret[]
  /** Logs also what goes from one stage of a pipeline to the next, which then passes through here. */
  readonly stages?: boolean
  /** Begins the files anew when this program gets that signal: after somebody else has moved them away. */
  readonly reopenOn?: 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'
}

/** The same, settled: sizes in bytes, times in milliseconds, infinite where there is no limit. */
export interface Logging {
  readonly file: string
  readonly perProcess: string | undefined
  readonly level: LogLevel
  readonly format: LogFormat
  readonly rotate: { readonly size: number; readonly every: number }
  readonly keep: { readonly files: number; readonly age: number; readonly total: number }
  readonly gzip: boolean
  readonly mode: number
  readonly buffer: number
  readonly whenFull: WhenFull
  readonly maxLine: number
  readonly idle: number
  readonly detectLevel: boolean | Detector
  readonly redact: false | readonly Secret[]
  readonly stages: boolean
  readonly reopenOn: LoggingOptions['reopenOn']
}

const MEGABYTE = 1024 * 1024

/** How it is logged unless told otherwise. */
export const plainLogging: Logging = Object.freeze({
  file: 'processes.log',
  perProcess: undefined,
  level: 'info',
  format: 'text',
  rotate: { size: 50 * MEGABYTE, every: Number.POSITIVE_INFINITY },
  keep: { files: 10, age: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY },
  gzip: false,
  mode: 0o640,
  buffer: MEGABYTE,
  whenFull: 'block',
  maxLine: 64 * 1024,
  idle: 1000,
  detectLevel: true,
  redact: [],
  stages: false,
  reopenOn: undefined,
})

/**
 * The options that change something, settled on top of what was said before.
 *
 * @throws BadLoggingError that names what means nothing.
 */
export function settle(before: Logging, options: LoggingOptions): Logging {
  const changes: Partial<Record<keyof Logging, unknown>> = {}
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name))
      throw new BadLoggingError(`Cannot log with the option "${name}": known are ${Object.keys(CHECKS).join(', ')}`)
    if (value !== undefined) changes[name as keyof Logging] = CHECKS[name as keyof Logging](value, before)
  }
  return Object.freeze({ ...before, ...changes } as Logging)
}

const CHECKS: { readonly [Name in keyof Logging]: (value: unknown, before: Logging) => Logging[Name] } = {
  file: checkFile,
  perProcess: checkTemplate,
  level: checkLevel,
  format: checkFormat,
  rotate: (value, { rotate }) => ({
    size: part('rotate', value, 'size', rotate.size, size),
    every: part('rotate', value, 'every', rotate.every, duration),
  }),
  keep: (value, { keep }) => ({
    files: part('keep', value, 'files', keep.files, count),
    age: part('keep', value, 'age', keep.age, duration),
    total: part('keep', value, 'total', keep.total, size),
  }),
  gzip: (value) => flag('gzip', value),
  mode: (value) => (isMode(value) ? value : bad('mode', value, 'the bits of chmod, from 0o600 to 0o777')),
  buffer: (value) => size('buffer', value),
  whenFull: (value) => (isWhenFull(value) ? value : bad('whenFull', value, "'block', 'drop-newest' or 'drop-oldest'")),
  maxLine: (value) => size('maxLine', value),
  idle: (value) => duration('idle', value),
  detectLevel: (value) => (typeof value === 'function' ? (value as Detector) : flag('detectLevel', value)),
  redact: (value) => (value === false ? false : secrets(value)),
  stages: (value) => flag('stages', value),
  reopenOn: (value) => (isSignal(value) ? value : bad('reopenOn', value, "'SIGHUP', 'SIGUSR1' or 'SIGUSR2'")),
}

const PLACEHOLDER = /\{(name|pid)\}/

function checkTemplate(value: unknown): string {
  const path = checkFile(value)
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1
  if (PLACEHOLDER.test(path.slice(cut)) && !PLACEHOLDER.test(path.slice(0, cut))) return path
  return bad('perProcess', value, "a path whose last part has '{name}' or '{pid}' in it")
}

function part<T>(
  option: string,
  value: unknown,
  name: string,
  before: T,
  check: (name: string, value: unknown) => T,
): T {
  if (typeof value !== 'object' || value === null) return bad(option, value, 'an object')
  const given = (value as Readonly<Record<string, unknown>>)[name]
  return given === undefined ? before : check(`${option}.${name}`, given)
}

function size(name: string, value: unknown): number {
  if (value === Number.POSITIVE_INFINITY) return value
  const bytes = attempt(() => toBytes(value as Size))
  return bytes !== undefined && bytes >= 1 ? bytes : bad(name, value, "bytes, or '64KB', '256MB', '1GB'")
}

function duration(name: string, value: unknown): number {
  if (value === Number.POSITIVE_INFINITY) return value
  const ms = attempt(() => toMilliseconds(value as Duration))
  return ms !== undefined && ms >= 1 ? ms : bad(name, value, "milliseconds, or '90s', '1d', { minutes: 5 }")
}

function count(name: string, value: unknown): number {
  const counted = value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 0)
  return counted ? (value as number) : bad(name, value, 'a whole number from 0 on')
}

function flag(name: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : bad(name, value, 'true or false')
}

function secrets(value: unknown): readonly Secret[] {
  if (!Array.isArray(value)) return bad('redact', value, 'false, or a list of texts and patterns')
  try {
    for (const secret of value) checkSecret(secret)
  } catch (cause) {
    throw new BadLoggingError((cause as Error).message, { cause })
  }
  return Object.freeze([...value])
}

function isMode(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0o600 && (value as number) <= 0o777
}

function isWhenFull(value: unknown): value is WhenFull {
  return value === 'block' || value === 'drop-newest' || value === 'drop-oldest'
}

function isSignal(value: unknown): value is NonNullable<LoggingOptions['reopenOn']> {
  return value === 'SIGHUP' || value === 'SIGUSR1' || value === 'SIGUSR2'
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

function bad(name: string, value: unknown, expected: string): never {
  const shown = typeof value === 'object' ? JSON.stringify(value) : typeof value === 'string' ? `"${value}"` : value
  throw new BadLoggingError(`Cannot log with ${name} ${String(shown)}: expected ${expected}`)
}
