import { createHash } from 'node:crypto'

/** What an observer sees at one moment, up to time. */
export interface Moment {
  readonly out: string
  readonly err: string
  /** Of each process that the caller started: that it runs, or how it ended. */
  readonly exits: readonly string[]
  /** The states of all that still executes in their groups, in no order. */
  readonly states: readonly string[]
  /** What the caller's acts have answered so far. */
  readonly answers: readonly string[]
  /** What the caller was told in the end: the result, and the error if there was one. */
  readonly ending: unknown
}

/** What an observer saw of one case: a moment after each time that things had come to rest. */
export type Trace = readonly Moment[]

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

const LONG = 400

/** A text, or what identifies it where it is too long to read. */
export function brief(text: string): string {
  if (text.length <= LONG) return text
  return `${text.length} characters, sha1 ${createHash('sha1').update(text).digest('hex')}`
}

/** The first moment at which two traces differ, and what is different in it. */
export function difference(real: Trace, rehearsed: Trace): string {
  const index = real.findIndex((moment, at) => !isSame(moment, rehearsed[at]))
  if (index < 0) return 'no difference'
  const [left, right] = [real[index], rehearsed[index]]
  const keys = ['out', 'err', 'exits', 'states', 'answers', 'ending'] as const
  const lines = keys
    .filter((key) => !isSame(left?.[key], right?.[key]))
    .map((key) => {
      return `  ${key}: real ${JSON.stringify(left?.[key])}, rehearsed ${JSON.stringify(right?.[key])}`
    })
  return [`at moment ${index}:`, ...lines].join('\n')
}
