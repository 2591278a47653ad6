import { Comeback } from './comeback.ts'
import { SlotRefusedError } from './errors.ts'
import type { Ground } from './ground.ts'
import type { Incarnation, Occupant } from './occupant.ts'
import { isSuccess } from './policy.ts'
import type { SlotSpec } from './slot-options.ts'
import type { SlotAction, SlotEvent, SlotState } from './slot-states.ts'
import { transition } from './slot-table.ts'
import type { Cause, SlotNews, Trouble } from './supervision-events.ts'
import { type Landlord, type Sighting, Tenancy } from './tenancy.ts'

/** What a slot needs of the group that it is part of. */
export interface SlotOwner {
  readonly ground: Ground
  /** Whether nothing of it is to be started any more. */
  readonly closing: boolean
  /** Whom a slot still has to wait for before it may be started. */
  blockersOf(slot: Slot): readonly string[]
  /** Why a slot will not be started, in words. */
  whySkipped(slot: Slot): string
  /** A slot is in another state. */
  changed(slot: Slot): void
  say(slot: Slot, news: SlotNews): void
  /** Something is wrong with what lives in a slot. */
  trouble(slot: Slot, trouble: Trouble): void
}

/** Something that happened, and waits for its turn. */
interface Letter extends Sighting {
  readonly answer?: (refusal?: SlotRefusedError) => void
}

/** States in which what ends does so because it was told to. */
const ENDING: readonly SlotState[] = ['settling', 'stopping', 'restarting']

/**
 * The place of one supervised process, or group: does what the table of its states says. What happens to it is taken one by
 * one, so whoever hears of something may ask for the next thing at once.
 */
export class Slot implements Landlord {
  readonly name: string
  readonly occupant: Occupant
  readonly tenancy: Tenancy
  /** How it is looked after, from the next start or end on. */
  spec: SlotSpec
  readonly #owner: SlotOwner
  readonly #comeback = new Comeback(() => this.ground)
  readonly #letters: Letter[] = []
  #taking = false
  #state: SlotState = 'idle'
  /** What led to the end that is being dealt with. */
  #end: Sighting = { event: 'exited' }
  /** How long it had been ready by then, in milliseconds. */
  #healthy: number | undefined
  /** Why it is being ended to be started again. */
  #asked: Cause = 'command'

  constructor(name: string, occupant: Occupant, spec: SlotSpec, owner: SlotOwner) {
    this.name = name
    this.occupant = occupant
    this.spec = spec
    this.#owner = owner
    this.tenancy = new Tenancy(this)
  }

  get state(): SlotState {
    return this.#state
  }

  get ground(): Ground {
    return this.#owner.ground
  }

  /** Whether a process of it runs. */
  get running(): boolean {
    return this.tenancy.current?.running ?? false
  }

  get ending(): boolean {
    return ENDING.includes(this.#state) || this.#owner.closing
  }

  /** How often it came back by itself. */
  get restarts(): number {
    return this.#comeback.total
  }

  /** Whether it ended with success. */
  get succeeded(): boolean {
    const { outcome } = this.tenancy
    return outcome !== undefined && isSuccess(outcome, this.spec.policy)
  }

  /** Whether it was given up for now, and will be tried again by itself. */
  get rests(): boolean {
    return this.#state === 'failed' && this.#comeback.waits
  }

  /** Why it is not at work, in words, where there is something to say. */
  get reason(): string | undefined {
    const { decision } = this.#comeback
    if (this.#state === 'failed') return decision.event === 'giveUp' ? decision.reason : undefined
    if (this.#state === 'stuck') return `cannot end ${this.tenancy.survivors.join(', ')}`
    if (this.#state === 'skipped') return this.#owner.whySkipped(this)
    return ['settling', 'backoff', 'done'].includes(this.#state) ? this.#end.reason : undefined
  }

  /**
   * Asks for something. Resolves when note has been taken of it.
   *
   * @throws SlotRefusedError where it makes no sense.
   */
  ask(event: 'start' | 'stop' | 'restart', cause: Cause = 'command'): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#post({ event, cause, answer: (refusal) => (refusal ? reject(refusal) : resolve()) })
    })
  }

  /** What it depends on has changed. */
  tell(event: 'dependenciesMet' | 'dependencyFailed'): void {
    this.#post({ event })
  }

  /** Takes over what runs already. */
  adopt(incarnation: Incarnation): void {
    this.tenancy.adopt(incarnation)
    this.#post({ event: 'adopt' })
  }

  report(sighting: Sighting): void {
    this.#post(sighting)
  }

  say(news: SlotNews): void {
    this.#owner.say(this, news)
  }

  trouble(trouble: Trouble): void {
    this.#owner.trouble(this, trouble)
  }

  #post(letter: Letter): void {
    this.#letters.push(letter)
    if (this.#taking) return
    this.#taking = true
    this.ground.within(() => {
      for (let next = this.#letters.shift(); next; next = this.#letters.shift()) this.#take(next)
    })
    this.#taking = false
  }

  #take(letter: Letter): void {
    if (letter.of !== undefined && letter.of !== this.tenancy.number) return
    const cell = transition(this.#state, letter.event)
    letter.answer?.(cell === 'refused' ? refusal(this, letter.event) : undefined)
    if (typeof cell === 'string') return
    if (cell.to === 'settling' && this.#state !== 'settling') this.#comeToEnd(letter)
    if (cell.to === 'restarting') this.#asked = letter.cause ?? 'command'
    this.#state = cell.to
    for (const action of cell.do) this.#acts[action]()
    this.#owner.changed(this)
  }

  readonly #acts: Readonly<Record<SlotAction, () => void>> = {
    await: () => this.#await(),
    spawn: () => this.#spawn(),
    watch: () => this.tenancy.watch(),
    unwatch: () => this.tenancy.unwatch(),
    end: () => void this.tenancy.end(),
    decide: () => this.#decide(),
    delay: () => this.#comeback.delay(() => this.#post({ event: 'backoffOver' })),
    cool: () => this.#comeback.cool(this.spec.policy, () => this.#post({ event: 'cooldownOver' })),
    calm: () => this.#comeback.forget(),
    sayStarting: () => this.#sayStarting(),
    sayReady: () => this.#sayReady(),
    sayStopping: () => this.say({ type: 'stopping', because: this.#because }),
    sayStopped: () => this.say({ type: 'stopped' }),
    sayRestarting: () => this.#sayRestarting(),
    sayDone: () => this.say({ type: 'done' }),
    sayFailed: () => this.#sayFailed(),
    sayStuck: () => this.say({ type: 'stuck', survivors: this.tenancy.survivors }),
    saySkipped: () => this.say({ type: 'skipped', because: this.#owner.whySkipped(this) }),
  }

  #comeToEnd(end: Sighting): void {
    this.#end = end
    this.#healthy = this.tenancy.healthy
  }

  #await(): void {
    const on = this.#owner.blockersOf(this)
    if (on.length > 0) this.say({ type: 'waiting', on })
  }

  #spawn(): void {
    this.#comeback.started()
    void this.tenancy.spawn()
  }

  // Done in one go: whatever else has been asked for by now comes after it.
  #decide(): void {
    const { cause = 'exit', reason = '', error } = this.#end
    const end = { cause, reason, error, healthy: this.#healthy }
    const { event } = this.#comeback.decide(end, this.spec.policy, false)
    this.#letters.unshift({ event })
  }

  #sayStarting(): void {
    this.tenancy.next()
    this.say({ type: 'starting' })
  }

  #sayReady(): void {
    this.tenancy.becomeReady()
    this.say({ type: 'ready' })
  }

  #sayRestarting(): void {
    const { decision } = this.#comeback
    if (decision.event === 'retry') {
      const { cause, delay, attempt } = decision
      this.say({ type: 'restarting', cause, delay, attempt })
    } else this.say({ type: 'restarting', cause: 'cooldown', delay: 0, attempt: 1 })
  }

  #sayFailed(): void {
    const { decision } = this.#comeback
    if (decision.event === 'giveUp') this.say({ type: 'failed', rule: decision.rule, reason: decision.reason })
  }

  get #because(): 'stop' | Cause {
    if (this.#state === 'settling') return this.#end.cause ?? 'crash'
    return this.#state === 'restarting' ? this.#asked : 'stop'
  }
}

function refusal(slot: Slot, event: SlotEvent): SlotRefusedError {
  const state = slot.state === 'stopping' ? 'it is being stopped' : `it is ${slot.state}`
  return new SlotRefusedError(`Cannot ${event} "${slot.name}": ${state}`)
}
