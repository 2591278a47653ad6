import type { Outcome } from '../outcome.ts'
import type { Slot } from './slot.ts'
import type { SlotState } from './slot-states.ts'

/** One slot of a group, as it is now. */
export interface SlotStatus {
  readonly name: string
  readonly state: SlotState
  /** Of its process, while that runs. */
  readonly pid: number | undefined
  /** How often it was started. */
  readonly incarnation: number
  /** How often it came back by itself. */
  readonly restarts: number
  /** Milliseconds since its process was started, while that runs. */
  readonly uptime: number | undefined
  /** How it ended the last time, unless it runs. */
  readonly lastExit: Outcome | undefined
  /** Why it is not at work, in words, where there is something to say. */
  readonly reason: string | undefined
}

/** What there is to say of a slot. */
export function statusOf(slot: Slot): SlotStatus {
  const { name, state, running, restarts, reason, tenancy } = slot
  const { startedAt } = tenancy
  return {
    name,
    state,
    pid: running ? tenancy.current?.pid : undefined,
    incarnation: tenancy.number,
    restarts,
    uptime: running && startedAt !== undefined ? slot.ground.clock.monotonic() - startedAt : undefined,
    lastExit: tenancy.outcome,
    reason,
  }
}
