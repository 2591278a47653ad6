import type { LogLevel } from '../contracts/log-request.ts'
import { levels } from '../log-request.ts'

/** Says which level a line is of, or `undefined` for that of its stream. */
export type Detector = (line: string, stream: 'out' | 'err') => LogLevel | undefined

/** A longer line is not worth reading for its level. */
const LONGEST = 64 * 1024

/** What other programs call the levels. */
const NAMES: Readonly<Record<string, LogLevel>> = {
  verbose: 'debug',
  silly: 'trace',
  http: 'info',
  notice: 'info',
  information: 'info',
  warning: 'warn',
  err: 'error',
  alert: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
}

/** The level that a line of JSON says itself, as pino, bunyan, winston and others do. */
export const levelInJson: Detector = (line) => {
  if (line.charCodeAt(0) !== BRACE || line.length > LONGEST) return undefined
  const { level, severity } = parsed(line)
  return levelOf(level ?? severity)
}

const BRACE = 123

function parsed(line: string): { readonly level?: unknown; readonly severity?: unknown } {
  try {
    return JSON.parse(line) as object
  } catch {
    return {}
  }
}

function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === 'number') return nearest(value)
  if (typeof value !== 'string') return undefined
  const name = value.toLowerCase()
  if (Object.hasOwn(levels, name)) return name as LogLevel
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
}

// Levels of one's own lie between those that pino has.
function nearest(number: number): LogLevel | undefined {
  return (Object.entries(levels) as [LogLevel, number][]).filter(([, least]) => least <= number).at(-1)?.[0]
}
