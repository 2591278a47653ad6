/** How much a line of a log matters. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** How a log looks: lines to read, or one JSON object a line in the form of pino's. */
export type LogFormat = 'text' | 'json'

/** How one command asks to be logged, whatever is said of all the others. */
export interface LogRequest {
  /** Its own file instead of the log of all. */
  readonly file?: string
  /** The least that is logged of it. */
  readonly level?: LogLevel
  readonly format?: LogFormat
}
