import { createHash } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import type { Case } from './case.ts'

/** What the caller can tell at one moment, up to time, without looking around. */
export interface Told {
  readonly out: string
  readonly err: string
  /** Of each process that the caller started: that it runs, or how it ended. */
  readonly exits: readonly string[]
  /** What the caller's acts have answered so far. */
  readonly answers: readonly string[]
  /** What the caller was told in the end: the result, and the error if there was one. */
  readonly ending: unknown
}

/** What an observer sees at one moment, up to time. */
export interface Moment extends Told {
  /** The states of all that still executes in the groups of what was started, in no order. */
  readonly states: readonly string[]
}

/** What an observer saw of one case: a moment after each time that things had come to rest. */
export type Trace = readonly Moment[]

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

const LONG = 400

/** What a child says begins with its name and ends with a semicolon, see `marked`. */
const CHILD = /(c\d+-)[^;]*;/g

/**
 * What each process wrote to a stream: a machine promises no order between two of them. Where a text is too long to read,
 * what identifies it.
 */
export function brief(text: string): string {
  const children: Record<string, string> = {}
  const own = text.replaceAll(CHILD, (token, name: string) => {
    children[name] = (children[name] ?? '') + token
    return ''
  })
  const theirs = Object.keys(children).sort()
  return [short(own), ...theirs.map((name) => short(children[name] as string))].join(' | ')
}

function short(text: string): string {
  if (text.length <= LONG) return text
  return `${text.length} characters, sha1 ${createHash('sha1').update(text).digest('hex')}`
}

/**
 * The same, without how much of a long text there is unless every process came to an end of its own, and none by what it
 * does about a signal: how much is on its way at any moment is for the machine to say.
 */
export function completely(told: Told, { stages }: Case): Told {
  const cutShort = /"do":\[[^\]]*"(exit|die)"/.test(JSON.stringify(stages))
  if (!cutShort && told.exits.every((exit) => /^\d+$/.test(exit))) return told
  return JSON.parse(JSON.stringify(told).replaceAll(/\d+ characters, sha1 \w+/g, 'many characters')) as Told
}

/** What a process says, of which `brief` is asked more often than there is more of it. */
export class Growing {
  readonly #decoder = new StringDecoder()
  readonly #most: number
  #text = ''
  #brief: string | undefined = ''

  /** Shows no more than so many characters. */
  constructor(most: number = Number.POSITIVE_INFINITY) {
    this.#most = most
  }

  /** How many pieces there were. */
  pieces = 0

  add(piece: Uint8Array | string): void {
    this.pieces++
    this.#text += typeof piece === 'string' ? piece : this.#decoder.write(piece as Buffer)
    this.#brief = undefined
  }

  get brief(): string {
    this.#brief ??= brief(this.#text.slice(0, this.#most))
    return this.#brief
  }
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
