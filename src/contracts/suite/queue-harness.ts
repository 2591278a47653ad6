import assert from 'node:assert/strict'
import type { NewJob, QueueStore, Reserved } from '../queue-store.ts'
import type { ContractOptions } from './harness.ts'

/** A store that is to be proved, and what a case needs beside it. */
export interface QueueStage {
  readonly store: QueueStore
  /** The same store as somebody else sees it: another connection, where it has connections. */
  readonly other: QueueStore
  /** Lets so many milliseconds pass on the clock that the store lives by. */
  pass(ms: number): Promise<void>
  /** Takes away what the case left behind. */
  close(): Promise<void>
}

/** What the suite needs of a test runner and of the store that is to be proved. */
export interface QueueContractOptions extends Pick<ContractOptions, 'test' | 'describe'> {
  /** Makes an empty store for each case. */
  readonly createStore: () => QueueStage | Promise<QueueStage>
  /** Milliseconds that are long enough to hold a lease for, and short enough to wait for its end: 200 unless given. */
  readonly short?: number
}

export type QueueFact = (title: string, body: (stage: QueueStage & { readonly short: number }) => Promise<void>) => void

export const LONG = 60_000
/** How long leases and delays are that run out in a case, unless the store needs more. */
export const SHORT = 200

/** A job with little to it. */
export function job(payload: string, change: Partial<NewJob> = {}): NewJob {
  return { queue: 'a', payload, ...change }
}

/** The next job, which there must be. */
export async function next(
  store: QueueStore,
  lease: number = LONG,
  queues: readonly string[] = ['a'],
): Promise<Reserved> {
  const reserved = await store.reserve(queues, lease)
  assert(reserved, 'there was to be a job')
  return reserved
}

/** Takes everything that is due and gives back the payloads, in order. */
export async function drained(store: QueueStore, queues: readonly string[] = ['a']): Promise<readonly string[]> {
  const payloads: string[] = []
  for (;;) {
    const reserved = await store.reserve(queues, LONG)
    if (!reserved) return payloads
    payloads.push(reserved.job.payload)
    await done(store, reserved)
  }
}

/** Ends a job well. */
export function done(store: QueueStore, { job: { id }, token }: Reserved, ...followers: NewJob[]): Promise<boolean> {
  return store.finish(id, token, { state: 'done', result: 'well', next: followers })
}

/** Ends a job badly. */
export function failed(store: QueueStore, { job: { id }, token }: Reserved): Promise<boolean> {
  return store.finish(id, token, { state: 'failed', result: 'badly' })
}
