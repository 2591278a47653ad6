import { commandText } from '../command.ts'
import { bytesOf } from '../contracts/scenario.ts'
import { signalNumber } from '../contracts/signals.ts'
import { BadRecordingError, type Place } from './errors.ts'
import { eventsOf, type Sighting } from './events.ts'
import type { RecordedRun, RunEvent } from './run.ts'
import type { Scrubber } from './scrubber.ts'

const TERMINAL = { cols: 80, rows: 24 }

/**
 * A run as an asciicast, version 3 (https://docs.asciinema.org/manual/asciicast/v3/). That holds one stream of text: what was
 * written to stderr is part of it, and signals, the end of the input and the folder are lost.
 */
export function toAsciicast(run: RecordedRun, expand: (text: string) => string): string {
  const header = { version: 3, term: TERMINAL, command: expand(commandText(run.run)) }
  let waited = 0
  const events = run.events.flatMap((event) => {
    waited += event[0]
    const shown = shownAs(event, expand)
    if (!shown) return []
    const interval = waited / 1000
    waited = 0
    return [[interval, ...shown]]
  })
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join('')
}

function shownAs(event: RunEvent, expand: (text: string) => string): readonly [code: string, data: string] | undefined {
  const [, code, data] = event
  if (code === 'exit') return ['x', String(typeof data === 'number' ? data : 128 + signalNumber(data))]
  if (code === 'fail') return ['x', '127']
  if (code === 'eof' || code === 'signal') return undefined
  const text = typeof data === 'string' ? expand(data) : Buffer.from(bytesOf(data)).toString()
  return code === 'in' ? ['i', text] : ['o', text.replaceAll('\n', '\r\n')]
}

/**
 * A run from an asciicast, version 3, as that of `command`. What a terminal alone has, such as its size, is left out.
 *
 * @throws BadRecordingError that names the line.
 */
export function fromAsciicast(text: string, file: string, run: RecordedRun['run'], scrubber: Scrubber): RecordedRun {
  const lines = text.split('\n').map((line, index) => ({ line, place: { file, line: index + 1 } }))
  const [header, ...rest] = lines.filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
  if (!header) throw new BadRecordingError({ file, line: 1 }, 'an asciicast begins with its header')
  checkHeader(parse(header.line, header.place), header.place)
  let at = 0
  const sightings = rest.flatMap(({ line, place }) => {
    const [interval, code, data] = checkEvent(parse(line, place), place)
    at += interval * 1000
    return sighting(Math.round(at), code, data, place)
  })
  const ended = sightings.some(({ code }) => code === 'exit')
  const all: Sighting[] = ended ? sightings : [...sightings, { at: Math.round(at), code: 'exit', data: 0 }]
  const events = eventsOf(all, { unit: 1, scrub: (chunks) => scrubber.stream(chunks) })
  const stdin = scrubber.digest(all.flatMap((seen) => (seen.code === 'in' ? [seen.bytes] : [])))
  return { run: scrubber.line(run), cwd: scrubber.text(process.cwd()), ...(stdin !== undefined && { stdin }), events }
}

function sighting(at: number, code: string, data: string, place: Place): Sighting[] {
  if (code === 'o') return [{ at, code: 'out', bytes: Buffer.from(data.replaceAll('\r\n', '\n')) }]
  if (code === 'i') return [{ at, code: 'in', bytes: Buffer.from(data.replaceAll('\r', '\n')) }]
  if (code !== 'x') return []
  const status = Number(data)
  if (!Number.isInteger(status) || status < 0 || status > 255)
    throw new BadRecordingError({ ...place, field: 'data' }, 'expected an exit status')
  return [{ at, code: 'exit', data: status }]
}

function parse(line: string, place: Place): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new BadRecordingError(place, `not JSON: ${(cause as Error).message}`, { cause })
  }
}

function checkHeader(header: unknown, place: Place): void {
  const { version } = (typeof header === 'object' && header !== null ? header : {}) as { readonly version?: unknown }
  if (version !== 3) throw new BadRecordingError({ ...place, field: 'version' }, 'expected 3')
}

function checkEvent(event: unknown, place: Place): [interval: number, code: string, data: string] {
  const [interval, code, data] = Array.isArray(event) ? event : []
  if (typeof interval === 'number' && interval >= 0 && typeof code === 'string' && typeof data === 'string')
    return [interval, code, data]
  throw new BadRecordingError(place, 'expected an interval, a code and text')
}
