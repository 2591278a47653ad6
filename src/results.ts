import type { Finished } from './contracts/driver.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { StreamLog } from './output-log.ts'
import { type Ended, ProcessResult } from './process-result.ts'
import type { Settings } from './settings.ts'
import { shown } from './shown.ts'

/** The result of a command that never started, with what kept it from that. */
export function notStarted(
  command: string,
  outcome: Outcome,
  redact: readonly (string | RegExp)[] = [],
  cause?: Error,
): ProcessResult {
  return new ProcessResult(command, 0, { ...unsaid, outcome, redact, exit: undefined, cause })
}

/** The result of a process that was over at once; `undefined` when not all of its output is to be kept. */
export function finishedResult(finished: Finished, command: string, settings: Settings): ProcessResult | undefined {
  const { out, err } = finished
  const { encoding, redact, quiet, output } = settings
  if (quiet.length > 0 || Math.max(out.length, err.length) > output.limit) return undefined
  const end = endOf(finished)
  const usual = encoding === end.encoding && redact.length === 0
  return new ProcessResult(command, 0, usual ? end : { ...end, encoding, redact })
}

const ends = new WeakMap<Finished, Ended>()

function endOf(finished: Finished): Ended {
  const known = ends.get(finished)
  if (known) return known
  const { exit, out, err } = finished
  const end = { ...unsaid, outcome: outcomeOf(exit), exit, out: logOf(out), err: logOf(err) }
  ends.set(finished, end)
  return end
}

/**
 * A result made by hand, to answer with: text as it is, or lines.
 *
 * @throws TypeError for output that is neither.
 */
export function makeResult(output: Text, errorOutput: Text, code: number): ProcessResult {
  const [out, err] = [logOf(bytesOf(output)), logOf(bytesOf(errorOutput))]
  const exit = { code, signal: null }
  return new ProcessResult('', 0, { ...unsaid, outcome: { kind: 'exited', code }, exit, out, err })
}

type Text = string | readonly string[]

const everything = { limit: Number.POSITIVE_INFINITY, onOverflow: 'truncate', keep: 'head' } as const
const unsaid = {
  out: undefined,
  err: undefined,
  encoding: 'utf8',
  incomplete: false,
  survivors: [],
} as const

function bytesOf(text: Text): Uint8Array {
  if (typeof text !== 'string' && !isLines(text))
    throw new TypeError(`Cannot make a result of the output ${shown(text)}: expected text or lines`)
  return Buffer.from(typeof text === 'string' ? text : text.map((line) => `${line}\n`).join(''))
}

function isLines(text: unknown): boolean {
  return Array.isArray(text) && text.every((line) => typeof line === 'string')
}

function logOf(bytes: Uint8Array): StreamLog {
  const log = new StreamLog(everything)
  log.add(bytes)
  return log
}
