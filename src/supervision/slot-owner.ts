import type { InvokedProcess } from '../invoked-process.ts'
import type { Ground } from './ground.ts'
import type { Slot } from './slot.ts'
import type { SlotNews, Trouble } from './supervision-events.ts'

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
  /** Restarts a slot for whoever holds its process. */
  restart(slot: Slot): Promise<InvokedProcess>
  /** Something is wrong with what lives in a slot. */
  trouble(slot: Slot, trouble: Trouble): void
}
