import { NotRestartedError, type Unstarted } from './errors.ts'
import type { Slot } from './slot.ts'
import type { SlotState } from './slot-states.ts'
import type { Waiters } from './waiters.ts'

/** Where a slot is when nothing of it runs, or is about to. */
export const OVER: readonly SlotState[] = ['idle', 'done', 'failed', 'stuck', 'skipped']

/** Resolves when all slots have been ready or have done their work, or with those that did not come up. */
export function untilUp(slots: readonly Slot[], waiters: Waiters): Promise<readonly Unstarted[]> {
  const left = new Set(slots)
  const unstarted: Unstarted[] = []
  return waiters.until(() => {
    for (const slot of left) {
      const { state } = slot
      const isUp = state === 'ready' || state === 'done'
      if (!isUp && !OVER.includes(state)) continue
      left.delete(slot)
      if (!isUp) unstarted.push(whyNot(slot))
    }
    return left.size === 0 || unstarted.length > 0 ? unstarted : undefined
  })
}

/**
 * Resolves when slots are up again.
 *
 * @throws NotRestartedError when one of them does not come up.
 */
export function untilUpAgain(slots: readonly Slot[], waiters: Waiters): Promise<true> {
  return waiters.until(() => {
    const lost = slots.find(({ state, rests }) => OVER.includes(state) && !rests && state !== 'done')
    if (lost) throw new NotRestartedError(`Cannot restart "${lost.name}": ${whyNot(lost).reason}`)
    return slots.every(({ state }) => state === 'ready' || state === 'done') || undefined
  })
}

function whyNot(slot: Slot): Unstarted {
  const { name, state, reason, tenancy } = slot
  const how = state === 'idle' ? 'was stopped' : state
  const why = { slot: name, reason: reason === undefined ? how : `${how}: ${reason}` }
  return tenancy.error === undefined ? why : { ...why, error: tenancy.error }
}
