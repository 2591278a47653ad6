import { BadJobError } from './errors.ts'
import type { Travelling } from './travelling.ts'

/** As much as one payload may be, in bytes: a queue is no place for files. */
export const LARGEST_PAYLOAD: number = 256 * 1024

/** A queued command, as plain data: what to start, and what to do about its end. Durations are milliseconds. */
export interface Job {
  readonly command: Travelling
  /** Attempts in all; 0 for as many as it takes. */
  readonly tries: number
  /** Before the second attempt, the third and so on; the last one repeats. */
  readonly backoff: readonly number[]
  /** When no further attempt is begun, in milliseconds since the epoch. */
  readonly retryUntil?: number
  /** Never beside another one of the same key; tried again so much later. */
  readonly overlap?: { readonly key: string; readonly again: number }
  readonly rate?: { readonly name: string; readonly limit: number; readonly window: number }
  /** Finds how far it is, in percent, in a line of its output: the first group of an expression. */
  readonly progress?: { readonly source: string; readonly flags: string }
}

/** A job of a chain, with where it goes when its turn comes. */
export interface Link {
  readonly job: Job
  readonly queue: string
  readonly delay?: number
  readonly priority?: number
}

/** What follows a job: the rest of its chain, and what is done when one of it fails. */
export interface Chain {
  readonly id: string
  readonly step: number
  readonly rest: readonly Link[]
  readonly caught?: Link
}

/** All that a payload says. */
export interface Parcel {
  readonly job: Job
  readonly chain?: Chain
  /** The batch that its followers are counted in as well. */
  readonly batch?: string
}

const VERSION = 1

/**
 * A payload, as text.
 *
 * @throws BadJobError when it is too large, or holds what is no data.
 */
export function pack(parcel: Parcel): string {
  const text = JSON.stringify({ version: VERSION, ...parcel }, refuseFunctions)
  const size = Buffer.byteLength(text)
  if (size <= LARGEST_PAYLOAD) return text
  throw new BadJobError(`Cannot queue a command of ${size} bytes: at most ${LARGEST_PAYLOAD} can wait in a queue`)
}

/**
 * What a payload says.
 *
 * @throws BadJobError when it is not ours, or of a newer version.
 */
export function unpack(text: string): Parcel {
  const parcel = parsed(text)
  if (parcel?.version !== VERSION) {
    const state = parcel?.version === undefined ? 'it is no job of ours' : `its version is ${parcel.version}`
    throw new BadJobError(`Cannot start a queued command: ${state}`)
  }
  const { job } = parcel
  if (typeof job?.command === 'object' && Number.isInteger(job.tries) && Array.isArray(job.backoff)) return parcel
  throw new BadJobError('Cannot start a queued command: its payload is incomplete')
}

function refuseFunctions(key: string, value: unknown): unknown {
  if (typeof value !== 'function' && typeof value !== 'symbol' && typeof value !== 'bigint') return value
  throw new BadJobError(`Cannot queue a command with a ${typeof value} in "${key}": only data can wait in a queue`)
}

function parsed(text: string): (Parcel & { readonly version?: unknown }) | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
