import type { Occupant } from './occupant.ts'
import { Slot } from './slot.ts'
import type { Condition, SlotSpec } from './slot-options.ts'
import type { SlotOwner } from './slot-owner.ts'

/** One name in a group, and the slots behind it: one, or as many as it has instances. */
export class Member {
  readonly name: string
  #spec: SlotSpec
  readonly slots: Slot[] = []
  readonly #owner: SlotOwner
  readonly #occupantOf: (instance: number) => Occupant

  constructor(name: string, spec: SlotSpec, occupantOf: (instance: number) => Occupant, owner: SlotOwner) {
    this.name = name
    this.#spec = spec
    this.#owner = owner
    this.#occupantOf = occupantOf
    for (let count = 0; count < spec.instances; count++) this.addSlot()
  }

  /** Who it comes after, and what they must be. */
  get after(): ReadonlyMap<string, Condition> {
    return this.#spec.after
  }

  /** Looks after all of them in another way from now on, and after those that are added. */
  respecify(change: (spec: SlotSpec) => Partial<SlotSpec>): void {
    this.#spec = { ...this.#spec, ...change(this.#spec) }
    for (const slot of this.slots) slot.respecify(change(slot.spec))
  }

  /** One more instance: `web`, then `web#2`. */
  addSlot(): Slot {
    const number = this.slots.length + 1
    const name = number === 1 ? this.name : `${this.name}#${number}`
    const slot = new Slot(name, this.#occupantOf(number), this.#spec, this.#owner)
    this.slots.push(slot)
    return slot
  }
}
