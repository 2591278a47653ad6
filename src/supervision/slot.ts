import type { InvokedProcess } from '../invoked-process.ts'
import { Comeback } from './comeback.ts'
import { SlotRefusedError } from './errors.ts'
import type { Ground } from './ground.ts'
import { Mailbox } from './mailbox.ts'
import type { Incarnation, Occupant } from './occupant.ts'
import { isSuccess } from './policy.ts'
import type { SlotSpec } from './slot-options.ts'
import type { SlotOwner } from './slot-owner.ts'
import type { SlotAction, SlotEvent, SlotState } from './slot-states.ts'
import { transition } from './slot-table.ts'
import type { Cause, SlotNews, Trouble } from './supervision-events.ts'
import { type Landlord, type Sighting, Tenancy } from './tenancy.ts'
import { troubleInWords } from './words.ts'

/** Something that happened, and waits for its turn. */
interface Letter extends Sighting {
  readonly answer?: (refusal?: SlotRefusedError) => void
}

/** States in which what ends does so because it was told to. */
const ENDING: readonly SlotState[] = ['settling', 'stopping', 'restarting', 'stuck']

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
  readonly #mailbox: Mailbox<Letter>
  #state: SlotState = 'idle'
  /** What led to the end that is being dealt with. */
  #end: Sighting = { event: 'exited' }
  /** How long it had been ready by then, in milliseconds. */
  #healthy: number | undefined
  /** Somebody wants it to be started again, whatever its policy says of the end that it came to. */
  #wanted = false
  /** Why it is being ended to be started again. */
  #asked: Cause = 'command'

  constructor(name: string, occupant: Occupant, spec: SlotSpec, owner: SlotOwner) {
    this.name = name
    this.occupant = occupant
    this.spec = spec
    this.#owner = owner
    this.tenancy = new Tenancy(this)
    this.#mailbox = new Mailbox(
      (letter) => this.#take(letter),
      (act) => this.ground.within(act),
    )
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
    if (this.#state === 'failed') return this.#comeback.reason
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
      this.#mailbox.post({ event, cause, answer: (refusal) => (refusal ? reject(refusal) : resolve()) })
    })
  }

  /** What it depends on has changed. */
  tell(event: 'dependenciesMet' | 'dependencyFailed'): void {
    this.#mailbox.post({ event })
  }

  /** Takes over what runs already. */
  adopt(incarnation: Incarnation): void {
    this.tenancy.adopt(incarnation)
    this.#mailbox.post({ event: 'adopt' })
  }

  /** What lives in it is not well, and is to be started again for that. */
  replace(trouble: Trouble): void {
    this.#mailbox.post({
      event: 'unhealthy',
      of: this.tenancy.number,
      cause: trouble.type,
      reason: troubleInWords(trouble),
    })
  }

  /**
   * Starts it again for what an incarnation did, because somebody who was told of that wants it: within the limits of its
   * policy, and not if that has been done already.
   */
  again(number: number, trouble: Trouble): void {
    if (number !== this.tenancy.number) return
    this.#wanted = true
    this.replace(trouble)
    if (this.#state === 'done') this.#mailbox.post({ event: this.#verdict() })
  }

  /** Looks after it in another way from now on. */
  respecify(change: Partial<SlotSpec>): void {
    this.spec = { ...this.spec, ...change }
    if (this.#state === 'ready') this.ground.within(() => this.tenancy.guard())
  }

  restart(): Promise<InvokedProcess> {
    return this.#owner.restart(this)
  }

  report(sighting: Sighting): void {
    this.#mailbox.post(sighting)
  }

  say(news: SlotNews): void {
    this.#owner.say(this, news)
  }

  trouble(trouble: Trouble): void {
    this.#owner.trouble(this, trouble)
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
    guard: () => this.tenancy.guard(),
    unwatch: () => this.tenancy.unwatch(),
    end: () => void this.tenancy.end(),
    decide: () => this.#decide(),
    delay: () => this.#comeback.delay(() => this.#mailbox.post({ event: 'backoffOver' })),
    cool: () => this.#comeback.cool(this.spec.policy, () => this.#mailbox.post({ event: 'cooldownOver' })),
    calm: () => this.#comeback.forget(),
    sayStarting: () => this.#sayStarting(),
    sayReady: () => this.#sayReady(),
    sayStopping: () => this.say({ type: 'stopping', because: this.#because }),
    sayStopped: () => this.say({ type: 'stopped' }),
    sayRestarting: () => this.say(this.#comeback.news),
    sayDone: () => this.say({ type: 'done' }),
    sayFailed: () => this.say(this.#comeback.news),
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
    this.#mailbox.postNext({ event: this.#verdict() })
  }

  #verdict(): SlotEvent {
    const { cause = 'exit', reason = '', error } = this.#end
    const end = { cause, reason, error, healthy: this.#healthy }
    return this.#comeback.decide(end, this.spec.policy, this.#wanted).event
  }

  #sayStarting(): void {
    this.tenancy.next()
    this.#wanted = false
    this.say({ type: 'starting' })
  }

  #sayReady(): void {
    this.tenancy.becomeReady()
    this.say({ type: 'ready' })
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
