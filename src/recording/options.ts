import { type Duration, toMilliseconds } from '../duration.ts'
import { type Matcher, matcherFor, type Pattern } from '../matching.ts'
import { checkSecret, type Secret } from '../secrets.ts'
import { shown } from '../shown.ts'
import { checkTolerance, type Tolerance } from './comparison.ts'
import type { Telling } from './identity.ts'
import type { Mode } from './mode.ts'
import { Symbols, type SymbolValues } from './symbols.ts'

/** How a recording is played. */
export interface ReplayOptions {
  /** What tells a command from another one besides its text and its input: the folder, variables by name. */
  readonly match?: Telling
  /** What must not get into the file, besides tokens of well-known forms and the values of variables named like secrets. */
  readonly redact?: readonly Secret[]
  /** Paths, or other texts, that differ from machine to machine, by the name that stands for them in the file. */
  readonly symbols?: SymbolValues
  /** What becomes of runs that nobody asked for: a warning unless told otherwise. */
  readonly unused?: 'ignore' | 'warn' | 'fail'
  /** How old it may be. It is dated then when it is made. */
  readonly expires?: Duration
  /** What becomes of one that is older: a warning unless told otherwise. It is never recorded again by itself. */
  readonly whenExpired?: 'warn' | 'fail'
  /** The wall clock at the start of a replay. */
  readonly now?: Date
  /** Draws how output is cut in a replay. */
  readonly seed?: number
}

/** How a recording is made and played. */
export interface RecordingOptions extends ReplayOptions {
  /** Plays what there is, unless told otherwise; records where there is no file yet. */
  readonly mode?: Mode
  /** Commands whose last run answers for ever, however often they run. */
  readonly repeats?: readonly Pattern[]
  /** What may differ between two runs that are the same. */
  readonly tolerance?: Tolerance
  /** Times are cut down to multiples of this: a second unless told otherwise. */
  readonly round?: Duration
}

/** Options, checked and made ready. */
export interface Settled {
  readonly telling: Telling
  readonly redact: readonly Secret[]
  readonly symbols: Symbols
  readonly unused: 'ignore' | 'warn' | 'fail'
  readonly expires: number | undefined
  readonly whenExpired: 'warn' | 'fail'
  readonly repeats: readonly Matcher[]
  readonly tolerance: Tolerance
  readonly unit: number
  readonly playing: { readonly now?: Date; readonly seed?: number }
}

const KNOWN = [
  'mode',
  'match',
  'redact',
  'symbols',
  'unused',
  'expires',
  'whenExpired',
  'now',
  'seed',
  'repeats',
  'tolerance',
  'round',
]

/** @throws TypeError, BadRuleError for an option that is unknown or means nothing. */
export function settle(options: RecordingOptions): Settled {
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name))
  if (unknown !== undefined)
    throw new TypeError(`Cannot use "${unknown}" as an option of a recording: known are ${KNOWN.join(', ')}`)
  const { match = {}, redact = [], symbols, unused = 'warn', expires, whenExpired = 'warn', now, seed } = options
  const { repeats = [], tolerance = {}, round = 1000 } = options
  checkChoice('unused', unused, ['ignore', 'warn', 'fail'])
  checkChoice('whenExpired', whenExpired, ['warn', 'fail'])
  checkTolerance(tolerance)
  redact.forEach(checkSecret)
  return {
    telling: match,
    redact,
    symbols: new Symbols(symbols),
    unused,
    expires: expires === undefined ? undefined : toMilliseconds(expires),
    whenExpired,
    repeats: repeats.map(matcherFor),
    tolerance,
    unit: Math.max(1, toMilliseconds(round)),
    playing: { ...(now && { now }), ...(seed !== undefined && { seed }) },
  }
}

function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (!choices.includes(value as string))
    throw new TypeError(`Cannot use ${shown(value)} as ${name}: expected one of ${choices.join(', ')}`)
}
