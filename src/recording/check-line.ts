import { defaultAction, isSignal } from '../contracts/signals.ts'
import { BadRecordingError, type Place } from './errors.ts'
import { type RecordedRun, type RunEvent, UNREAD } from './run.ts'

/** The version that is written, and the newest that is read. */
export const VERSION = 1

export type HeaderLine = Omit<RecordedRun, 'events'>

/** One line of a recording, checked. */
export type Line =
  | { readonly first: { readonly recorded?: string } }
  | { readonly header: HeaderLine }
  | { readonly event: RunEvent }
  | { readonly end: true }

type Fields = Readonly<Record<string, unknown>>
/** What is wrong with a value, if anything is. */
type Check = (value: unknown) => string | undefined

/**
 * Reads one line.
 *
 * @throws BadRecordingError that names the line and the field.
 */
export function checkLine(text: string, place: Place): Line {
  const value = parse(text, place)
  if (Array.isArray(value)) return { event: checkEvent(value, place) }
  if (typeof value !== 'object' || value === null) throw new BadRecordingError(place, 'expected an object or an array')
  const fields = value as Fields
  if ('recording' in fields) return { first: checkFirst(fields, place) }
  if ('run' in fields) return { header: checkFields(fields, HEADER, place) as unknown as HeaderLine }
  if ('end' in fields) checkFields(fields, { end: { needed: true, check: (end) => is(end === true, 'true') } }, place)
  else throw new BadRecordingError(place, 'expected one of the fields "recording", "run" and "end"')
  return { end: true }
}

function parse(text: string, place: Place): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BadRecordingError(place, `not JSON: ${(cause as Error).message}`, { cause })
  }
}

function checkFirst(fields: Fields, place: Place): { readonly recorded?: string } {
  const { version } = fields
  if (typeof version === 'number' && version > VERSION)
    throw new BadRecordingError(
      { ...place, field: 'version' },
      `${version} is newer than ${VERSION}, the newest that is known`,
    )
  const { recorded } = checkFields(fields, FIRST, place)
  return typeof recorded === 'string' ? { recorded } : {}
}

type Shape = Readonly<Record<string, { readonly needed?: true; readonly check: Check }>>

const FIRST: Shape = {
  recording: { needed: true, check: (kind) => is(kind === 'rehearsal', '"rehearsal"') },
  version: { needed: true, check: (version) => is(version === VERSION, String(VERSION)) },
  recorded: {
    check: (day) =>
      is(isText(day) && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)), 'a day such as "2026-03-01"'),
  },
}

const HEADER: Shape = {
  run: {
    needed: true,
    check: (run) => is(isText(run) || (isTexts(run) && run.length > 0), 'text or an array of texts'),
  },
  cwd: { needed: true, check: (cwd) => is(isText(cwd), 'text') },
  env: { check: (env) => is(isTexts(env), 'an array of names') },
  told: { check: (told) => is(isDigests(told), 'digests by name') },
  stdin: { check: (stdin) => is(stdin === UNREAD || isDigest(stdin), `"sha256:…" or "${UNREAD}"`) },
  repeats: { check: (repeats) => is(repeats === true, 'true, or nothing') },
}

function checkFields(fields: Fields, shape: Shape, place: Place): Fields {
  for (const field of Object.keys(fields)) {
    if (!Object.hasOwn(shape, field)) throw new BadRecordingError({ ...place, field }, 'no such field')
  }
  for (const [field, { needed, check }] of Object.entries(shape)) {
    if (!(field in fields) && !needed) continue
    const problem = field in fields ? check(fields[field]) : 'is missing'
    if (problem) throw new BadRecordingError({ ...place, field }, problem)
  }
  return fields
}

const DATA: Readonly<Record<string, Check>> = {
  out: checkData,
  err: checkData,
  in: checkData,
  eof: (data) => is(data === undefined, 'nothing'),
  signal: (data) => is(isSignal(data), 'the name of a signal'),
  exit: (how) =>
    is(
      isExitCode(how) || (isSignal(how) && defaultAction(how) === 'die'),
      'a code from 0 to 255, or a signal that is died of',
    ),
  fail: (why) =>
    is(isText(why) || (isRecord(why) && isText(why.errno) && isText(why.detail)), 'an errno such as "ENOENT"'),
}

function checkEvent(event: readonly unknown[], place: Place): RunEvent {
  const [after, code, data] = event
  const refuse = (field: string, problem: string): never => {
    throw new BadRecordingError({ ...place, field }, problem)
  }
  if (typeof after !== 'number' || !(after >= 0 && after <= Number.MAX_SAFE_INTEGER))
    refuse('time', 'expected milliseconds from 0 on')
  const check = isText(code) && Object.hasOwn(DATA, code) ? DATA[code] : undefined
  const problem = check ? check(data) : refuse('code', `expected one of ${Object.keys(DATA).join(', ')}`)
  if (problem) refuse('data', problem)
  if (event.length > 3) refuse('data', 'an event has three parts at most')
  return event as unknown as RunEvent
}

function checkData(data: unknown): string | undefined {
  if (isText(data)) return undefined
  if (!isRecord(data) || !isText(data.base64)) return 'expected text, or {"base64":"…"}'
  return is(Buffer.from(data.base64, 'base64').toString('base64') === data.base64, 'whole base64')
}

function is(holds: boolean, expected: string): string | undefined {
  return holds ? undefined : `expected ${expected}`
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isDigest(value: unknown): boolean {
  return isText(value) && /^sha256:[0-9a-f]{64}$/.test(value)
}

function isDigests(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isDigest)
}

function isExitCode(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255
}
