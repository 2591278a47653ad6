import type { Host } from '../host.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import { currentEpisode } from './callbacks.ts'
import { OVER, untilUp, untilUpAgain } from './coming-up.ts'
import { dependenciesOf, laterThan, whyFailed } from './dependencies.ts'
import { GroupStartError, SlotRefusedError } from './errors.ts'
import { Ground } from './ground.ts'
import type { Member } from './member.ts'
import { inOrder } from './order.ts'
import type { Slot } from './slot.ts'
import type { SlotOwner } from './slot-owner.ts'
import type { SlotState } from './slot-states.ts'
import { companionsOf, Regrouping, type Strategy } from './strategy.ts'
import type { SlotNews, Trouble } from './supervision-events.ts'
import { Waiters } from './waiters.ts'

/** A slot of which something could not be ended. */
export interface Stuck {
  readonly slot: string
  readonly pids: readonly number[]
  readonly reason: string
}

/** What became of a group that was stopped. */
export interface StopReport {
  /** The slots that are down, in the order in which they were defined. */
  readonly stopped: readonly string[]
  readonly stuck: readonly Stuck[]
}

/** What a supervisor does not decide itself. */
export interface SupervisorOptions {
  readonly host: Host
  readonly name: () => string
  readonly strategy: () => Strategy
  readonly say: (slot: Slot, news: SlotNews) => void
  /** Calls back those who want to know that something is wrong. */
  readonly trouble: (slot: Slot, trouble: Trouble) => void
}

/** While a group is stopped, these are ended when those that come after them are over, and all others at once. */
const AT_WORK: readonly SlotState[] = ['running', 'ready']

/** Keeps the slots of one group in order: who may start, who goes with whom, who is stopped before whom. */
export class Supervisor implements SlotOwner {
  readonly members: Map<string, Member> = new Map()
  readonly waiters: Waiters = new Waiters()
  readonly #options: SupervisorOptions
  #ground: Ground | undefined
  #phase: 'down' | 'up' | 'closing' = 'down'
  #told = new Set<Slot>()
  #later: ReadonlyMap<Slot, readonly Slot[]> = new Map()
  #regroupings: Regrouping[] = []
  #looking = false
  #lookAgain = false

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  get phase(): 'down' | 'up' | 'closing' {
    return this.#phase
  }

  get closing(): boolean {
    return this.#phase === 'closing'
  }

  get ground(): Ground {
    this.#ground ??= new Ground(this.#options.host)
    return this.#ground
  }

  /** All slots, in the order in which they were defined. */
  get slots(): readonly Slot[] {
    return [...this.members.values()].flatMap(({ slots }) => slots)
  }

  /** Whether nothing is going to happen any more unless somebody asks for it. */
  get over(): boolean {
    return this.slots.every((slot) => OVER.includes(slot.state) && !slot.rests)
  }

  /** Begins to work, in the present world unless told otherwise. */
  open(ground?: Ground): void {
    if (this.#phase === 'down' || this.over) this.#ground = ground ?? new Ground(this.#options.host)
    this.#phase = 'up'
  }

  /**
   * Starts what is not up, and waits until all of it has been ready. When something does not come up, all is stopped again.
   *
   * @throws BadGroupError, GroupStartError
   */
  async start(): Promise<void> {
    inOrder(this.members)
    this.open()
    const fresh = this.slots.every(({ state }) => OVER.includes(state))
    // One that is being stopped in a group that is up has been scaled away.
    const slots = this.slots.filter(({ state }) => state !== 'stopping')
    for (const slot of slots) if (fresh || slot.state !== 'done') void slot.ask('start')
    const unstarted = await untilUp(slots, this.waiters)
    if (unstarted.length === 0) return
    await this.close()
    throw new GroupStartError(this.#options.name(), unstarted)
  }

  /** Stops everything, those first that come after others. Nothing is started from here on. */
  close(): Promise<StopReport> {
    if (this.#phase !== 'closing') {
      this.#phase = 'closing'
      this.#told = new Set()
      this.#later = laterThan(this.members)
      this.#look()
    }
    return this.waiters.until(() => this.#closed())
  }

  /** Resolves when one of its slots was given up for good, or all are over: with whether that was a success. */
  untilOver(): Promise<boolean> {
    return this.waiters.until(() => {
      const slots = this.slots
      if (slots.some((slot) => slot.state === 'failed' && !slot.rests)) return false
      return this.over ? slots.every(({ state }) => state === 'done' || state === 'idle') : undefined
    })
  }

  restart(slot: Slot): Promise<InvokedProcess> {
    return this.ground.clock.drive(this.#restart(slot), () => `"${slot.name}" to restart: it is ${slot.state}`)
  }

  /** Whom a slot still has to wait for. */
  blockersOf(slot: Slot): readonly string[] {
    const regrouping = this.#regroupings.find((one) => one.has(slot) && !one.over)
    if (regrouping) return regrouping.late.filter((name) => name !== slot.name)
    return dependenciesOf(slot, this.members)
      .filter(({ standing }) => standing === 'pending')
      .map(({ on }) => on.name)
  }

  whySkipped(slot: Slot): string {
    return whyFailed(dependenciesOf(slot, this.members))
  }

  changed(slot: Slot): void {
    if (slot.state === 'backoff' && this.#phase === 'up') this.#regroup(slot)
    this.#look()
  }

  say(slot: Slot, news: SlotNews): void {
    this.#options.say(slot, news)
  }

  trouble(slot: Slot, trouble: Trouble): void {
    this.say(slot, trouble)
    this.#options.trouble(slot, trouble)
    const { restart } = slot.spec.policy
    if (trouble.type !== 'crash' && restart !== 'never') slot.replace(trouble)
  }

  // Whoever was told that something is wrong wants just that put right; anybody else wants another process.
  async #restart(slot: Slot): Promise<InvokedProcess> {
    const episode = currentEpisode()
    if (episode?.slot === slot) slot.again(episode.number, episode.trouble)
    else await this.askToRestart([slot])
    await untilUpAgain([slot], this.waiters)
    return slot.tenancy.current?.process as InvokedProcess
  }

  /** @throws SlotRefusedError when nothing is to be started now. */
  async askToRestart(slots: readonly Slot[]): Promise<void> {
    if (this.#phase === 'up') await Promise.all(slots.map((slot) => slot.ask('restart')))
    else {
      const why = this.#phase === 'down' ? 'the group is not up' : 'the group is being stopped'
      throw new SlotRefusedError(`Cannot restart "${slots[0]?.name}": ${why}`)
    }
  }

  // What happens while it looks is looked at when it is done.
  #look(): void {
    this.#lookAgain = true
    if (this.#looking) return
    this.#looking = true
    while (this.#lookAgain) {
      this.#lookAgain = false
      if (this.#phase === 'closing') this.#stopWhoMay()
      else if (this.#phase === 'up') this.#startWhoMay()
    }
    this.#looking = false
    this.waiters.look()
  }

  #startWhoMay(): void {
    this.#regroupings = this.#regroupings.filter(({ over }) => !over)
    for (const slot of this.slots) {
      if (slot.state !== 'waiting' && slot.state !== 'skipped') continue
      if (this.#regroupings.some((one) => one.has(slot))) continue
      const standings = dependenciesOf(slot, this.members).map(({ standing }) => standing)
      if (standings.includes('failed')) slot.tell('dependencyFailed')
      else if (!standings.includes('pending')) slot.tell('dependenciesMet')
    }
  }

  #stopWhoMay(): void {
    for (const slot of [...this.slots].reverse()) {
      if (this.#told.has(slot) || (AT_WORK.includes(slot.state) && !this.#isLast(slot))) continue
      this.#told.add(slot)
      void slot.ask('stop')
    }
  }

  #closed(): StopReport | undefined {
    const { slots } = this
    if (this.#phase === 'closing' && !slots.every(({ state }) => state === 'idle' || state === 'stuck'))
      return undefined
    this.#phase = 'down'
    this.#regroupings = []
    const stuck = slots.filter(({ state }) => state === 'stuck')
    return {
      stopped: slots.filter(({ state }) => state === 'idle').map(({ name }) => name),
      stuck: stuck.map((slot) => ({ slot: slot.name, pids: slot.tenancy.survivors, reason: slot.reason ?? '' })),
    }
  }

  /** Whether all that come after a slot are over. */
  #isLast(slot: Slot): boolean {
    return (this.#later.get(slot) ?? []).every(({ state }) => OVER.includes(state))
  }

  #regroup(slot: Slot): void {
    const order = inOrder(this.members).flatMap(({ slots }) => slots)
    const companions = companionsOf(slot, order, this.#options.strategy())
    if (companions.length === 0 || this.#regroupings.some((one) => one.has(slot))) return
    const regrouping = new Regrouping(slot, companions)
    this.#regroupings.push(regrouping)
    regrouping.begin()
  }
}
