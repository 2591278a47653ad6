import { isUtf8 } from 'node:buffer'
import type { LogFormat, LogLevel } from '../contracts/log-request.ts'
import { levels } from '../log-request.ts'

/** Where a record comes from: a process, and its streams or what became of it. */
export interface RecordSource {
  readonly name: string
  readonly pid: number | undefined
  readonly stream: 'out' | 'err' | 'event'
}

/** What a record says. */
export interface LogRecord {
  readonly level: LogLevel
  /** Milliseconds since the epoch. */
  readonly time: number
  /** Counts the records of one stream: where one is missing, it was dropped. */
  readonly seq: number
  readonly text: string
  /** Its line goes on in the next record of the same stream. */
  readonly split?: boolean
  /** Its text stands for bytes that are not UTF-8: one character for each. */
  readonly binary?: boolean
  /** More to say of an event. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** Makes lines of the records of one source. */
export interface RecordPrinter {
  /** Whether binary text is printed as it is, one character for each byte, so that the line is to be written as latin1. */
  readonly keepsBytes: boolean
  /** A record as a line, its end included. */
  print(record: LogRecord): string
}

/** What prints the records of a source. */
export function printerFor(format: LogFormat, source: RecordSource): RecordPrinter {
  return format === 'json' ? jsonPrinter(source) : textPrinter(source)
}

// Most lines of a busy moment share its millisecond.
let lastTime = Number.NaN
let lastDate = ''

function dateOf(time: number): string {
  if (time !== lastTime) {
    lastTime = time
    lastDate = new Date(time).toISOString()
  }
  return lastDate
}

function textPrinter({ name, pid, stream }: RecordSource): RecordPrinter {
  const source = ` ${escaped(name)}${pid === undefined ? '' : `[${pid}]`} ${stream}#`
  const binarySource = Buffer.from(source).toString('latin1')
  const shown = stream === 'event' ? escaped : withoutReturn
  const print = ({ level, time, seq, text, split, binary }: LogRecord): string =>
    `${dateOf(time)} ${PADDED[level]}${binary ? binarySource : source}${seq}${split ? '+' : ':'} ${split ? text : shown(text)}\n`
  return { keepsBytes: true, print }
}

const PADDED: Readonly<Record<LogLevel, string>> = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
  fatal: 'FATAL',
}

function jsonPrinter({ name, pid, stream }: RecordSource): RecordPrinter {
  const source = `,${pid === undefined ? '' : `"pid":${pid},`}"name":${JSON.stringify(name)},"stream":"${stream}","seq":`
  const print = ({ level, time, seq, text, split, binary, fields }: LogRecord): string => {
    const message = binary ? bytesAsJson(text) : JSON.stringify(split ? text : withoutReturn(text))
    const more = `${split ? ',"split":true' : ''}${fields ? `,${JSON.stringify(fields).slice(1, -1)}` : ''}`
    return `{"level":${levels[level]},"time":${time}${source}${seq},"msg":${message}${more}}\n`
  }
  return { keepsBytes: false, print }
}

// The text is for reading; where it is not all that there is, the bytes are there, too.
function bytesAsJson(text: string): string {
  const bytes = Buffer.from(text, 'latin1')
  const message = JSON.stringify(bytes.toString('utf8'))
  return isUtf8(bytes) ? message : `${message},"base64":"${bytes.toString('base64')}"`
}

/** Names and commands as one line that says what it seems to say; what processes write stays as it is. */
function escaped(text: string): string {
  return text.replace(CONTROL, (character) => NAMED[character] ?? `\\u${hex(character)}`)
}

const CONTROL = /[\p{Cc}\u2028\u2029]/gu
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0')
}

const RETURN = 13

function withoutReturn(text: string): string {
  return text.charCodeAt(text.length - 1) === RETURN ? text.slice(0, -1) : text
}
