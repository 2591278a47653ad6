import type { LogFormat, LogLevel, LogRequest } from './contracts/log-request.ts'
import { BadLoggingError } from './log-errors.ts'
import { shown } from './shown.ts'

/** The levels of a log, with the numbers that pino gives them. */
export const levels: Readonly<Record<LogLevel, number>> = Object.freeze({
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
})

/**
 * How a command asks to be logged, from any of the forms in which that is said: `false` for not at all.
 *
 * @throws BadLoggingError that names what means nothing.
 */
export function logRequest(request: boolean | string | LogRequest): LogRequest | false {
  if (request === false) return false
  const { file, level, format, ...others } = typeof request === 'object' ? request : fileOnly(request)
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw new BadLoggingError(`Cannot log with the option "${unknown}": known are file, level, format`)
  return Object.freeze({
    ...(file !== undefined && { file: checkFile(file) }),
    ...(level !== undefined && { level: checkLevel(level) }),
    ...(format !== undefined && { format: checkFormat(format) }),
  })
}

/** @throws BadLoggingError for what is no level. */
export function checkLevel(level: unknown): LogLevel {
  if (typeof level === 'string' && Object.hasOwn(levels, level)) return level as LogLevel
  throw new BadLoggingError(`Cannot log at the level ${shown(level)}: known are ${Object.keys(levels).join(', ')}`)
}

/** @throws BadLoggingError for what is no format. */
export function checkFormat(format: unknown): LogFormat {
  if (format === 'text' || format === 'json') return format
  throw new BadLoggingError(`Cannot log in the format ${shown(format)}: known are text, json`)
}

/** @throws BadLoggingError for what cannot be the path of a file. */
export function checkFile(path: unknown): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path
  throw new BadLoggingError(`Cannot log to ${shown(path)}: expected the path of a file`)
}

function fileOnly(request: true | string): LogRequest {
  return request === true ? {} : { file: request }
}
