import { endOf, type RecordedRun } from './run.ts'

/** What may differ between two runs that count as the same. */
export interface Tolerance {
  /** Lines of output that are not looked at: those that one of these finds something in. */
  readonly lines?: readonly RegExp[]
  /** Parts of lines that are not looked at, such as dates and hashes. */
  readonly patterns?: readonly RegExp[]
}

/** @throws TypeError for what is no tolerance. */
export function checkTolerance({ lines = [], patterns = [], ...others }: Tolerance): void {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new TypeError(`Cannot tolerate "${unknown}": known are lines and patterns`)
  const wrong = [...lines, ...patterns].find((pattern) => !(pattern instanceof RegExp))
  if (wrong !== undefined) throw new TypeError(`Cannot tolerate ${JSON.stringify(wrong)}: expected a RegExp`)
}

/** In what a run differs from what was recorded of it, one sentence each. When things happened is not looked at. */
export function differencesOf(was: RecordedRun, is: RecordedRun, tolerance: Tolerance): readonly string[] {
  const ends = [endText(was), endText(is)]
  return [
    ...(ends[0] === ends[1] ? [] : [`it ${ends[1]}, and then it ${ends[0]}`]),
    ...(['out', 'err'] as const).flatMap((code) =>
      streamDiffers(code, linesOf(was, code, tolerance), linesOf(is, code, tolerance)),
    ),
  ]
}

function endText(run: RecordedRun): string {
  const [, code, data] = endOf(run) ?? []
  if (code === 'fail') return `did not start (${typeof data === 'object' ? JSON.stringify(data) : data})`
  return typeof data === 'number' ? `exits with ${data}` : `dies of ${data}`
}

const NAMES = { out: 'stdout', err: 'stderr' }
/** Lines that are named, of those that differ. */
const NAMED = 3

function streamDiffers(code: 'out' | 'err', was: readonly string[], is: readonly string[]): string[] {
  const places = Array.from({ length: Math.max(was.length, is.length) }, (_, index) => index)
  const wrong = places.filter((index) => was[index] !== is[index])
  const named = wrong
    .slice(0, NAMED)
    .map((index) => `${NAMES[code]}, line ${index + 1}: ${shown(is[index])} instead of ${shown(was[index])}`)
  const more = wrong.length - named.length
  return more > 0 ? [...named, `${NAMES[code]}: ${more} more lines differ`] : named
}

function linesOf({ events }: RecordedRun, stream: 'out' | 'err', { lines = [], patterns = [] }: Tolerance): string[] {
  const pieces = events.map(([, code, data]) =>
    code === stream ? (typeof data === 'string' ? data : `${data.base64}\n`) : '',
  )
  const kept = pieces
    .join('')
    .split(/(?<=\n)/)
    .filter((line) => line !== '' && !lines.some((pattern) => line.search(pattern) >= 0))
  return kept.map((line) => patterns.reduce((text, pattern) => text.replaceAll(everywhere(pattern), '…'), line))
}

function everywhere(pattern: RegExp): RegExp {
  return pattern.global ? pattern : new RegExp(pattern, `${pattern.flags}g`)
}

function shown(line: string | undefined): string {
  return line === undefined ? 'nothing' : JSON.stringify(line)
}
