import type { InvokedProcess } from '../invoked-process.ts'
import type { Outcome } from '../outcome.ts'
import type { Ground } from './ground.ts'
import type { Incarnation, Occupant } from './occupant.ts'
import { isSuccess } from './policy.ts'
import { traceOf } from './readiness.ts'
import type { SlotSpec } from './slot-options.ts'
import type { SlotEvent } from './slot-states.ts'
import type { Cause, SlotNews, Trouble } from './supervision-events.ts'
import { Watch } from './watch.ts'
import { errorInWords, outcomeInWords } from './words.ts'

/** What is seen of an incarnation. */
export interface Sighting {
  readonly event: SlotEvent
  /** Which incarnation it is about: nothing is done about one that has been replaced. */
  readonly of?: number
  /** Why, and in words, where it leads to an end. */
  readonly cause?: Cause
  readonly reason?: string
  readonly error?: unknown
}

/** The slot in which somebody lives. */
export interface Landlord {
  readonly occupant: Occupant
  readonly spec: SlotSpec
  readonly ground: Ground
  /** Whether what lives in it is being ended, and not by itself. */
  readonly ending: boolean
  /** Restarts what lives in it, for whoever holds the process. */
  restart(): Promise<InvokedProcess>
  report(sighting: Sighting): void
  say(news: SlotNews): void
  trouble(trouble: Trouble): void
}

/** What lives in a slot: its incarnations, one after the other. Starts each, looks after it, ends it, and reports. */
export class Tenancy {
  readonly #landlord: Landlord
  #watch: Watch | undefined
  #readyAt: number | undefined
  /** What the file by which it shows that it is ready was like before it was started. */
  #before: string | undefined
  /** Which incarnation it is, from 1 on. */
  number = 0
  /** The latest that was started. */
  current: Incarnation | undefined
  /** Milliseconds on the monotonic clock. */
  startedAt: number | undefined
  /** How it ended, once it has. */
  outcome: Outcome | undefined
  /** What kept it from starting. */
  error: unknown
  survivors: readonly number[] = []

  constructor(landlord: Landlord) {
    this.#landlord = landlord
  }

  /** Another one is to come. */
  next(): void {
    this.number++
    this.outcome = undefined
    this.error = undefined
    this.#readyAt = undefined
    this.startedAt = undefined
  }

  /** Starts it. */
  async spawn(): Promise<void> {
    const of = this.number
    const { occupant, ground } = this.#landlord
    try {
      await this.#lookBefore()
      if (this.#landlord.ending) return this.#landlord.report({ event: 'startFailed', of })
      if (ground.over) throw new Error('its rehearsal is over')
      this.#begin(await occupant.spawn(), of)
      this.#landlord.report({ event: 'spawned', of })
    } catch (error) {
      this.error = error
      this.#landlord.say({ type: 'startFailed', error })
      this.#landlord.report({ event: 'startFailed', of, cause: 'startFailed', reason: errorInWords(error), error })
    }
  }

  /** Takes over one that runs already. */
  adopt(incarnation: Incarnation): void {
    this.next()
    this.#begin(incarnation, this.number)
  }

  /** It is ready from now on. */
  becomeReady(): void {
    this.#readyAt = this.#landlord.ground.clock.monotonic()
  }

  /** Waits until the one that was started is ready. */
  watch(): void {
    this.#watch = this.#newWatch()
    this.#watch.awaitReady(this.#before)
  }

  /** Looks out for what may go wrong with it from now on, and for nothing else. */
  guard(): void {
    this.unwatch()
    this.#watch = this.#newWatch()
    this.#watch.lookOut()
  }

  unwatch(): void {
    this.#watch?.stop()
    this.#watch = undefined
  }

  /** Ends it, with all that it started or has left behind. */
  async end(): Promise<void> {
    const of = this.number
    this.survivors = await this.#endCurrent()
    this.#landlord.report({ event: this.survivors.length > 0 ? 'survived' : 'gone', of })
  }

  /** How long it has been ready, in milliseconds. */
  get healthy(): number | undefined {
    return this.#readyAt === undefined ? undefined : this.#landlord.ground.clock.monotonic() - this.#readyAt
  }

  #newWatch(): Watch {
    const of = this.number
    const landlord = this.#landlord
    const { ground, spec } = landlord
    const { readyTimeout } = spec
    return new Watch(this.current as Incarnation, spec, ground, {
      becameReady: () => landlord.report({ event: 'becameReady', of }),
      readyTimedOut: () =>
        landlord.report({
          event: 'readyTimedOut',
          of,
          cause: 'readiness',
          reason: `not ready after ${readyTimeout} ms`,
        }),
      trouble: (trouble) => void (of === this.number && landlord.trouble(trouble)),
    })
  }

  // When it cannot be found out who survives, it may be the process itself.
  async #endCurrent(): Promise<readonly number[]> {
    try {
      return (await this.current?.end()) ?? []
    } catch {
      return this.current?.pid === undefined ? [] : [this.current.pid]
    }
  }

  async #lookBefore(): Promise<void> {
    const { ground, spec } = this.#landlord
    const { ready } = spec
    if (typeof ready === 'object' && 'file' in ready) this.#before = await traceOf(ready.file, ground)
  }

  #begin(incarnation: Incarnation, of: number): void {
    this.current = incarnation
    // A process that somebody holds is restarted by those who look after it.
    if (incarnation.process) incarnation.process.lineage.keeper = () => this.#landlord.restart()
    this.startedAt = this.#landlord.ground.clock.monotonic()
    this.#landlord.say({ type: 'started', pid: incarnation.pid })
    void incarnation.exited.then((outcome) => this.#exited(outcome, of))
  }

  #exited(outcome: Outcome, of: number): void {
    if (of !== this.number) return
    const landlord = this.#landlord
    const success = isSuccess(outcome, landlord.spec.policy)
    // Whoever holds the process and stops it wants it down.
    const stopped = this.current?.stopped === true
    const expected = success || stopped || landlord.ending
    this.outcome = outcome
    landlord.say({ type: 'exited', outcome, expected })
    if (stopped) landlord.report({ event: 'stop', of })
    else landlord.report({ event: 'exited', of, ...this.#whyEnded(outcome, success) })
    if (!expected) landlord.trouble({ type: 'crash', outcome })
  }
  // What shows that it is ready has yet to come: without it not even success is what was wanted of it.
  #whyEnded(outcome: Outcome, success: boolean): Pick<Sighting, 'cause' | 'reason'> {
    const reason = outcomeInWords(outcome)
    if (this.#readyAt !== undefined) return { cause: success ? 'exit' : 'crash', reason }
    return { cause: success ? 'readiness' : 'crash', reason: `ended before it was ready: ${reason}` }
  }
}
