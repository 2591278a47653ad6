import type { Timer } from '../contracts/clock.ts'
import type { Ground } from './ground.ts'
import type { RestartPolicy } from './policy.ts'
import { type Decision, type End, Restarts } from './restarts.ts'
import type { SlotNews } from './supervision-events.ts'

/** How one slot comes back by itself: decides about it, waits for its moment, and counts it. */
export class Comeback {
  readonly #restarts = new Restarts()
  readonly #ground: () => Ground
  #timer: Timer | undefined
  #pending = false
  #decision: Decision = { event: 'finish' }

  constructor(ground: () => Ground) {
    this.#ground = ground
  }

  /** Why it was given up, if it was. */
  get reason(): string | undefined {
    return this.#decision.event === 'giveUp' ? this.#decision.reason : undefined
  }

  /** How often it came back. */
  get total(): number {
    return this.#restarts.total
  }

  /** Whether it waits for its moment. */
  get waits(): boolean {
    return this.#timer !== undefined
  }

  /** What there is to say of that. */
  get news(): SlotNews {
    const decision = this.#decision
    if (decision.event === 'giveUp') return { type: 'failed', rule: decision.rule, reason: decision.reason }
    if (decision.event === 'finish') return { type: 'done' }
    return { type: 'restarting', cause: decision.cause, delay: decision.delay, attempt: decision.attempt }
  }

  decide(end: End, policy: RestartPolicy, wanted: boolean): Decision {
    const { clock, random } = this.#ground()
    this.#decision = this.#restarts.decide(end, policy, { now: clock.monotonic(), random, wanted })
    return this.#decision
  }

  /** Waits as long as was decided. */
  delay(then: () => void): void {
    this.#wait(this.#decision.event === 'retry' ? this.#decision.delay : 0, then)
  }

  /** Waits until it may be tried again after having been given up, if it ever may. */
  cool(policy: RestartPolicy, then: () => void): void {
    if (policy.cooldown === undefined) return
    const room = this.#restarts.untilRoom(this.#ground().clock.monotonic(), policy)
    if (room === Number.POSITIVE_INFINITY) return
    this.#wait(Math.max(policy.cooldown, room), () => {
      this.#decision = { event: 'retry', cause: 'cooldown', delay: 0, attempt: 1 }
      then()
    })
  }

  /** Somebody else decides now. */
  forget(): void {
    if (this.#timer) this.#ground().clock.clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pending = false
  }

  /** It is being started, for whatever reason. */
  started(): void {
    if (this.#pending) this.#restarts.record(this.#ground().clock.monotonic())
    this.#pending = false
  }

  #wait(ms: number, then: () => void): void {
    this.#pending = true
    this.#timer = this.#ground().clock.setTimeout(() => {
      this.#timer = undefined
      then()
    }, ms)
  }
}
