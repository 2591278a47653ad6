import type { SimulatedWorld, SimulationEvent } from '../../../src/index.ts'
import type { SupervisionEvent } from '../../../src/supervision/supervision-events.ts'
import type { GroupPlan, SlotPlan } from './plan.ts'
import { slotsOf, subjectOf } from './system.ts'

/** How far a slot is, as far as its group has said. */
export type Standing =
  | 'down'
  | 'waiting'
  | 'starting'
  | 'up'
  | 'ready'
  | 'ending'
  | 'backoff'
  | 'done'
  | 'failed'
  | 'stuck'
  | 'skipped'

/** What is known of one slot by what its group has said of it. */
export interface SlotHistory {
  readonly path: string
  readonly name: string
  readonly plan: SlotPlan
  readonly group: GroupPlan
  readonly events: SupervisionEvent[]
  standing: Standing
}

/** Something that was said of a slot, and where it stood before. */
export interface Told {
  readonly slot: SlotHistory
  readonly news: SupervisionEvent
  readonly before: Standing
}

/** Keeps the history of every slot of a run. A nested group has none: its slots do. */
export class Histories {
  readonly #world: SimulatedWorld
  readonly #slots = new Map<string, SlotHistory>()
  #latest: { readonly event: SimulationEvent; readonly told: Told | undefined } | undefined

  constructor(world: SimulatedWorld) {
    this.#world = world
  }

  /** Takes an event in, and gives back the slot that it is about, where that has a process. */
  take(event: SimulationEvent): Told | undefined {
    if (this.#latest?.event !== event) this.#latest = { event, told: this.#take(event) }
    return this.#latest.told
  }

  #take(event: SimulationEvent): Told | undefined {
    if (event.type !== 'supervised') return undefined
    const news = event.event
    const slot = this.#slotOf(news)
    if (!slot) return undefined
    slot.events.push(news)
    const before = slot.standing
    slot.standing = STANDINGS[news.type] ?? before
    return { slot, news, before }
  }

  get all(): readonly SlotHistory[] {
    return [...this.#slots.values()]
  }

  /** The slots of one member. */
  of(path: string, member: string): readonly SlotHistory[] {
    return this.all.filter((slot) => slot.path === path && memberOf(slot.name) === member)
  }

  /** Whether a process of a slot is alive. */
  lives(slot: SlotHistory): boolean {
    return this.#world.runs(commandOf(slot))
  }

  #slotOf({ group: path, slot: name, incarnation, type }: SupervisionEvent): SlotHistory | undefined {
    const key = `${path}/${name}`
    const known = this.#slots.get(key)
    // One that was scaled away and is there again begins anew.
    const last = known?.events.at(-1)?.incarnation ?? 0
    if (known && (type === 'starting' ? incarnation > last : incarnation >= last)) return known
    const plan = slotsOf(subjectOf(this.#world).plan).find(
      (one) => one.path === path && one.slot.name === memberOf(name),
    )
    if (!plan) return undefined
    const slot: SlotHistory = { path, name, plan: plan.slot, group: plan.of, events: [], standing: 'down' }
    this.#slots.set(key, slot)
    return slot
  }
}

const STANDINGS: Partial<Record<SupervisionEvent['type'], Standing>> = {
  waiting: 'waiting',
  starting: 'starting',
  started: 'up',
  ready: 'ready',
  startFailed: 'ending',
  exited: 'ending',
  stopping: 'ending',
  restarting: 'backoff',
  stopped: 'down',
  done: 'done',
  failed: 'failed',
  stuck: 'stuck',
  skipped: 'skipped',
}

/** The command of a slot, as text. */
export function commandOf({ plan, name }: SlotHistory): string {
  return `${plan.program} ${name.replace('#', '-')}`
}

/** The member that a slot belongs to: `web` for `web#2`. */
export function memberOf(slot: string): string {
  return slot.split('#')[0] as string
}

const known = new WeakMap<SimulatedWorld, Histories>()

/** The histories of a run, kept once for all who look at them. */
export function historiesOf(world: SimulatedWorld): Histories {
  let histories = known.get(world)
  if (!histories) {
    histories = new Histories(world)
    known.set(world, histories)
  }
  return histories
}
