import type { Timer } from '../contracts/clock.ts'
import type { Ground } from './ground.ts'
import type { RestartPolicy } from './policy.ts'
import { type Decision, type End, Restarts } from './restarts.ts'

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

  /** What was decided about its latest end. */
  get decision(): Decision {
    return this.#decision
  }

  /** How often it came back. */
  get total(): number {
    return this.#restarts.total
  }

  /** Whether it waits for its moment. */
  get waits(): boolean {
    return this.#timer !== undefined
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
    if (room !== Number.POSITIVE_INFINITY) this.#wait(Math.max(policy.cooldown, room), then)
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
