import type { Scenario } from '../../src/contracts/scenario.ts'
import type { Signal } from '../../src/contracts/signals.ts'

/** One thing that a caller does with what it has started. */
export type Act =
  /** Writes to its stdin, `times` times over, without waiting until that is taken. */
  | { readonly write: string; readonly times?: number }
  /** Ends its input. */
  | { readonly end: 'in' }
  | { readonly signal: Signal; readonly to: 'process' | 'group'; readonly stage?: number }
  /** Lets time pass, in milliseconds. */
  | { readonly pause: number }
  /** The same, busy with something else: hears nothing until it has done what comes next. Only of a rehearsed caller who is slow. */
  | { readonly busy: number }
  /** Gives up reading a stream, holds it back, lets it flow again. Only of a handle. */
  | { readonly close: 'out' | 'err' }
  | { readonly hold: 'out' | 'err' }
  | { readonly resume: 'out' | 'err' }
  /** Stops it, as a limit would. Only of what was started through the whole API. */
  | { readonly stop: number; readonly escalation?: Signal }
  | { readonly waitFor: string }
  /** Aborts the signal that it was started with. Not of a handle, which has none. */
  | { readonly abort: true }
  /** Does what lets most programs end: ends the input and holds nothing back. */
  | { readonly leave: true }
  /** Kills all that is left. */
  | { readonly kill: true }

/** What a caller says before it starts something. */
export interface Choices {
  readonly timeout?: number
  readonly idleTimeout?: number
  readonly stopSignal?: Signal
  readonly most?: { readonly bytes: number; readonly onOverflow: 'kill' | 'truncate'; readonly keep: 'head' | 'tail' }
  /** The pieces of its input. */
  readonly input?: readonly string[]
  /** Of a pipeline: whether somebody listens, so that every byte goes through JavaScript. */
  readonly heard?: boolean
  readonly strict?: boolean
}

/**
 * One case: programs, how they are started, and what their caller does. The first of the moments is right after the start,
 * each of the others when everything has come to rest after the one before.
 */
export interface Case {
  /** At the driver itself; by `start`; by `run`, which is a pipeline where there are several stages. */
  readonly way: 'handle' | 'start' | 'run'
  readonly stages: readonly Scenario[]
  readonly choices: Choices
  readonly moments: readonly (readonly Act[])[]
}

/** How long something may take to obey, in every case. */
export const GRACE = 100
/** What a real child needs to begin, with room for a machine that is slow. */
const CHILD_START = 500
/** How late a pause of a real process may be over. */
const SLACK = 100

/**
 * How long a rehearsal lets things come to rest, in virtual milliseconds. Where a limit of the case goes by the clock it
 * is one that falls between two limits that can be drawn, with room for a machine that is slow; where none does, so long
 * that all that was to happen has.
 */
export function restOf({ choices }: Case): number {
  return choices.timeout === undefined && choices.idleTimeout === undefined ? 20_000 : 1000
}

/** Whether any program of a case has children. */
export function hasChildren({ stages }: Case): boolean {
  return JSON.stringify(stages).includes('"fork":')
}

/**
 * How long something may go on in a case that nobody sees, in milliseconds: children with groups of their own, and what is written
 * beyond a limit. All pauses together, and what it takes to start a real child.
 */
export function unseenTime({ stages, choices }: Case): number {
  const text = JSON.stringify(stages)
  const hasUnseen = text.includes('"detached":')
  if (!hasUnseen && choices.most === undefined) return 0
  const pauses = [...text.matchAll(/"wait":(\d+)/g)].reduce((sum, [, ms]) => sum + Number(ms), 0)
  return pauses === 0 && !hasUnseen ? 0 : pauses + (hasUnseen ? CHILD_START : SLACK)
}

/** Whether more is written than is on its way at once. */
export function isLarge(piece: Case): boolean {
  return JSON.stringify(piece).includes('"times":')
}
