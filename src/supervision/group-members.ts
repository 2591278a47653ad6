import { type Signal, toSignal } from '../contracts/signals.ts'
import { ProcessStartError } from '../errors.ts'
import { type Host, sharedHost } from '../host.ts'
import { refuseUnknown } from '../known-options.ts'
import { PendingProcess } from '../pending-process.ts'
import type { ProcessResult } from '../process-result.ts'
import { Announcer, type SupervisionListener } from './announcer.ts'
import { definitionOf, type Membership } from './definition.ts'
import { BadGroupError, unknownMember } from './errors.ts'
import { GroupOccupant } from './group-occupant.ts'
import { Ledger } from './ledger.ts'
import { Member } from './member.ts'
import type { Occupant } from './occupant.ts'
import { ProcessOccupant } from './process-occupant.ts'
import type { Slot } from './slot.ts'
import {
  type Care,
  type CareOptions,
  careOf,
  careOptions,
  defaultCare,
  type SlotOptions,
  type SlotSpec,
  specOf,
} from './slot-options.ts'
import { type SlotStatus, statusOf } from './status.ts'
import { checkedStrategy, type Strategy } from './strategy.ts'
import type { SlotNews, SupervisionEvent } from './supervision-events.ts'
import { type StopReport, Supervisor } from './supervisor.ts'

/** How a group is looked after: what its members are like unless they say otherwise, and who goes with whom. */
export interface GroupOptions extends CareOptions {
  /** What it is called in events and messages; `group` unless given. */
  readonly name?: string
  /** `one-for-one` unless given. */
  readonly strategy?: Strategy
  /**
   * A file of its own in which it is kept who runs. Should this program be killed, the next group that is started with the same
   * file ends first whom it left behind. What is in a group within is kept there as well.
   */
  readonly ledger?: string
}

/** What is inside of a group, for those who look after it in its place. */
export let insideOf: (group: GroupMembers) => Inside

interface Inside {
  readonly supervisor: Supervisor
  readonly announcer: Announcer
  /** Whether a slot is part of it, or of a group within. */
  readonly has: (slot: Slot) => boolean
  /** Looks after all that is in it in another way. */
  readonly respecify: (change: (spec: SlotSpec) => Partial<SlotSpec>) => void
  readonly setStrategy: (strategy: Strategy) => void
}

/** What a group is made of: its members, what is to be seen of them, and who hears of it. */
export abstract class GroupMembers {
  protected readonly host: Host
  protected readonly supervisor: Supervisor
  readonly #care: Care
  readonly #announcer = new Announcer()
  #name: string
  #parent: GroupMembers | undefined
  #strategy: Strategy
  readonly #ledger: Ledger | undefined

  static {
    insideOf = (group) => ({
      supervisor: group.supervisor,
      announcer: group.#announcer,
      has: (slot) => group.#has(slot),
      respecify: (change) => group.#respecify(change),
      setStrategy: (strategy) => {
        group.#strategy = checkedStrategy(strategy)
      },
    })
  }

  constructor(options: GroupOptions = {}, host: Host = sharedHost()) {
    refuseUnknown(options, { name: true, strategy: true, ledger: true, ...careOptions }, 'make a group')
    const { name = 'group', strategy = 'one-for-one', ledger, ...care } = options
    this.host = host
    this.#name = name
    this.#care = careOf(care, defaultCare)
    this.#strategy = checkedStrategy(strategy)
    const tell = (event: SupervisionEvent): void => this.#announcer.tell(Object.freeze(event))
    this.#ledger = ledger === undefined ? undefined : new Ledger(ledger, tell)
    this.supervisor = new Supervisor({
      host,
      name: () => this.path,
      strategy: () => this.#strategy,
      say: (slot, news) => this.#say(slot, news),
      trouble: (slot, trouble) => this.#announcer.trouble(slot, trouble),
    })
  }

  /** Starts what is not up. */
  abstract start(): Promise<void>
  /** Stops everything. */
  abstract stop(): Promise<StopReport>

  /** What it is called: by its own options, or by the group that it is part of. */
  get name(): string {
    return this.#name
  }

  /** Its name, after those of the groups that it is part of, with slashes between. */
  get path(): string {
    return this.#parent ? `${this.#parent.path}/${this.#name}` : this.#name
  }

  /** The group that it is part of. */
  get parent(): GroupMembers | undefined {
    return this.#parent
  }

  /**
   * Adds a member: a program with an argument, or a name with its command. A second text that begins with a dash, or is a
   * number, is an argument; any other is a command for the shell. A command may be made for each instance, and be a group.
   *
   * @throws BadGroupError for a name that is taken, or is none.
   * @throws TypeError for an option that means nothing, and for a command that no system could start.
   * @example group.add('web-server', '--port=8080').add('worker', ['node', 'worker.js'], { instances: 3 })
   */
  add(program: string, argument?: string): this
  add(name: string, command: Membership | GroupMembers, options?: SlotOptions): this
  add(first: string, second?: Membership | GroupMembers, given?: SlotOptions): this {
    const { members } = this.supervisor
    const { name, what, options } = definitionOf(first, second, given, (taken) => members.has(taken))
    const spec = specOf(options, this.#care)
    const occupantOf = what instanceof GroupMembers ? this.#adopt(what, name, spec) : this.#processes(what, spec)
    members.set(name, new Member(name, spec, occupantOf, this.supervisor))
    return this
  }

  /** The last results of all that it started, as far as they have ended, and of what never started. */
  results(): readonly ProcessResult[] {
    return this.supervisor.slots.flatMap(({ tenancy, occupant }) => {
      if (tenancy.error instanceof ProcessStartError && tenancy.error.result) return [tenancy.error.result]
      return tenancy.current?.results() ?? occupant.unstarted()
    })
  }

  /**
   * Sends a signal to everything that runs, or to one member or instance.
   *
   * @throws an error with `code` `EPERM` when somebody may not be signalled; all others have been.
   */
  signal(signal: Signal | number, name?: string): this {
    const checked = toSignal(signal)
    const running = this.slots(name).filter((slot) => slot.running)
    const [refusal] = running.flatMap(({ tenancy }) => refused(() => tenancy.current?.signal(checked)))
    if (refusal) throw refusal.error
    return this
  }

  /** Whether anything of it runs, or of one member or instance. */
  isRunning(name?: string): boolean {
    return this.slots(name).some(({ running }) => running)
  }

  /** How it is with each slot. */
  status(): readonly SlotStatus[] {
    return this.supervisor.slots.map(statusOf)
  }

  /** Hears of all that happens in it, and in the groups that are part of it. Gives back what ends that. */
  onEvent(listener: SupervisionListener): () => void {
    return this.#announcer.add(listener)
  }

  /** Where it is kept who runs in it. */
  protected get ledger(): Ledger | undefined {
    return this.#ledger ?? this.#parent?.ledger
  }

  /** The slots of all members, of one, or one instance. */
  protected slots(name?: string): readonly Slot[] {
    const { slots, members } = this.supervisor
    if (name === undefined) return slots
    const found = members.get(name)?.slots ?? slots.filter((slot) => slot.name === name)
    if (found.length > 0 || members.has(name)) return found
    throw unknownMember(name)
  }

  #processes(what: Membership, spec: SlotSpec): (instance: number) => Occupant {
    return (instance) => {
      const command = typeof what === 'function' ? what(instance) : what
      const pending = command instanceof PendingProcess ? command : this.host.command(command)
      return new ProcessOccupant(pending, spec, this.#care)
    }
  }

  #adopt(child: GroupMembers, name: string, spec: SlotSpec): () => Occupant {
    const problem = child.#parent
      ? 'it is part of a group already'
      : this.#isWithin(child)
        ? 'it would contain itself'
        : ''
    if (problem) throw new BadGroupError(`Cannot add the group "${name}": ${problem}`)
    if (spec.instances !== 1) throw new BadGroupError(`Cannot add the group "${name}": a group has one instance`)
    child.#parent = this
    child.#name = name
    child.#announcer.parent = this.#announcer
    return () => new GroupOccupant(child, child.supervisor)
  }

  #isWithin(other: GroupMembers): boolean {
    return this === other || (this.#parent ? this.#parent.#isWithin(other) : false)
  }

  #has(slot: Slot): boolean {
    return this.supervisor.slots.some((own) => {
      const child = childOf(own)
      return own === slot || (child !== undefined && insideOf(child).has(slot))
    })
  }

  #respecify(change: (spec: SlotSpec) => Partial<SlotSpec>): void {
    for (const member of this.supervisor.members.values()) member.respecify(change)
    for (const slot of this.supervisor.slots) {
      const child = childOf(slot)
      if (child) insideOf(child).respecify(change)
    }
  }

  #say(slot: Slot, news: SlotNews): void {
    const { number: incarnation } = slot.tenancy
    const at = slot.ground.clock.monotonic()
    this.#announcer.tell(Object.freeze({ at, group: this.path, slot: slot.name, incarnation, ...news }))
    this.ledger?.hear(slot, this.path, news)
  }
}

/** The group that lives in a slot, where it is one. */
function childOf({ occupant }: Slot): GroupMembers | undefined {
  return occupant instanceof GroupOccupant ? occupant.group : undefined
}

// One that cannot be reached keeps no other from being.
function refused(act: () => void): readonly { readonly error: unknown }[] {
  try {
    act()
    return []
  } catch (error) {
    return [{ error }]
  }
}
