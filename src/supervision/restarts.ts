import type { Random } from '../contracts/random.ts'
import { ProcessStartError } from '../errors.ts'
import { delayBefore } from './backoff.ts'
import { type RestartPolicy, wantsRestart } from './policy.ts'
import { RestartWindow } from './restart-window.ts'
import type { Cause, Rule } from './supervision-events.ts'

/** How an incarnation came to its end. */
export interface End {
  readonly cause: Cause
  /** In words. */
  readonly reason: string
  /** What kept it from starting. */
  readonly error?: unknown
  /** How long it had been ready, in milliseconds; `undefined` when it never was. */
  readonly healthy: number | undefined
}

/** What is to become of a slot whose incarnation has ended. */
export type Decision =
  | { readonly event: 'retry'; readonly cause: Cause; readonly delay: number; readonly attempt: number }
  | { readonly event: 'finish' }
  | { readonly event: 'giveUp'; readonly rule: Rule; readonly reason: string }

/** What a machine may refuse now and grant later. */
const TRANSIENT = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'EBUSY', 'ETXTBSY']

/** The restarts of one slot: decides about each, by its policy and by those that there were. */
export class Restarts {
  readonly #window = new RestartWindow()
  #attempt = 0
  #total = 0

  /** As many there have been in all. */
  get total(): number {
    return this.#total
  }

  /** One is being made. */
  record(now: number): void {
    this.#window.record(now)
    this.#total++
  }

  /** Decides what comes after an end. `wanted` by somebody, it is started again whatever it ended of, within the limits. */
  decide(end: End, policy: RestartPolicy, at: { now: number; random: Random; wanted: boolean }): Decision {
    const { cause, reason, error, healthy } = end
    if (healthy !== undefined && healthy >= policy.healthyAfter) this.#attempt = 0
    if (cause === 'startFailed' && this.#isHopeless(error)) return { event: 'giveUp', rule: 'start', reason }
    if (!at.wanted && !wantsRestart(cause, policy)) return this.#leave(end)
    const { maxRestarts, window } = policy
    if (this.#window.isFull(at.now, maxRestarts, window)) {
      const limit = `${maxRestarts} restarts within ${window} ms`
      return { event: 'giveUp', rule: 'maxRestarts', reason: `${reason}, after ${limit}` }
    }
    const attempt = ++this.#attempt
    return { event: 'retry', cause, attempt, delay: delayBefore(attempt, policy.backoff, at.random) }
  }

  /** Milliseconds until one is allowed again. */
  untilRoom(now: number, { maxRestarts, window }: RestartPolicy): number {
    return this.#window.untilRoom(now, maxRestarts, window)
  }

  // What could never be started will not be there the next time; what ran before may be being replaced at the moment.
  #isHopeless(error: unknown): boolean {
    if (!(error instanceof ProcessStartError)) return true
    return this.#total === 0 && !TRANSIENT.includes(error.errno)
  }

  // One that was never ready has not done what it was there for, whatever it ended of.
  #leave({ cause, reason, healthy }: End): Decision {
    if (cause === 'startFailed') return { event: 'giveUp', rule: 'start', reason }
    return healthy === undefined ? { event: 'giveUp', rule: 'readiness', reason } : { event: 'finish' }
  }
}
