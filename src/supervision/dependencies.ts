import type { Member } from './member.ts'
import type { Slot } from './slot.ts'
import type { Condition } from './slot-options.ts'

/** How far somebody is with what is expected of them: there, on the way, or never to be there. */
export type Standing = 'met' | 'pending' | 'failed'

/** Somebody on whom a slot depends. */
export interface Dependency {
  readonly on: Slot
  readonly condition: Condition
  readonly standing: Standing
}

/** On whom a slot depends, and how far each of them is. */
export function dependenciesOf(slot: Slot, members: ReadonlyMap<string, Member>): readonly Dependency[] {
  return [...slot.spec.after].flatMap(([name, condition]) =>
    (members.get(name)?.slots ?? []).map((on) => ({ on, condition, standing: standingOf(on, condition) })),
  )
}

/** Who is to blame for a slot that will not be started, in words. */
export function whyFailed(dependencies: readonly Dependency[]): string {
  const failed = dependencies.find(({ standing }) => standing === 'failed')
  if (!failed) return 'what it comes after has failed'
  const { on, condition } = failed
  return `"${on.name}" is ${on.state}${on.state === 'done' ? `, not ${condition}` : ''}`
}

/** Those that come after each slot. */
export function laterThan(members: ReadonlyMap<string, Member>): ReadonlyMap<Slot, readonly Slot[]> {
  const later = new Map<Slot, Slot[]>()
  for (const { after, slots } of members.values()) {
    for (const name of after.keys()) {
      for (const first of members.get(name)?.slots ?? []) later.set(first, [...(later.get(first) ?? []), ...slots])
    }
  }
  return later
}

/** Whether a slot is what another one needs it to be, at this moment. */
function standingOf(slot: Slot, condition: Condition): Standing {
  if (isMet(slot, condition)) return 'met'
  return isHopeless(slot) ? 'failed' : 'pending'
}

function isMet(slot: Slot, condition: Condition): boolean {
  switch (condition) {
    case 'started':
      return slot.state === 'running' || slot.state === 'ready'
    case 'ready':
      return slot.state === 'ready'
    case 'done':
      return slot.state === 'done'
    case 'succeeded':
      return slot.state === 'done' && slot.succeeded
  }
}

// What is down for now may come up, or be started by somebody.
function isHopeless(slot: Slot): boolean {
  if (slot.state === 'failed') return !slot.rests
  return slot.state === 'done' || slot.state === 'skipped' || slot.state === 'stuck'
}
