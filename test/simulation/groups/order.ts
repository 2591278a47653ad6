import type { Invariant, SimulatedWorld } from '../../../src/index.ts'
import type { Condition } from '../../../src/supervision/slot-options.ts'
import { type Histories, memberOf, type SlotHistory } from './history.ts'
import { succeeded } from './restarts.ts'
import { subjectOf } from './system.ts'
import { watching } from './watching.ts'

/** I12 to I14: who comes after whom, and who goes with whom. */
export const order: readonly Invariant[] = [
  watching('I12 a slot is started when all that it depends on is as it needs it', ({ world, histories }) => ({
    onNews({ slot, news }) {
      if (news.type !== 'starting') return true
      for (const [name, condition] of Object.entries(slot.plan.after)) {
        const unmet = present(world, histories, slot.path, name).find((on) => !meets(on, condition))
        if (unmet) return `${slot.name} is started while ${unmet.name} is ${unmet.standing}, not ${condition}`
      }
      return true
    },
  })),

  watching('I12 a slot is stopped when nothing that depends on it runs any more', ({ world, histories }) => ({
    onNews({ slot, news, before }) {
      if (news.type !== 'stopping' || news.because !== 'stop' || !['up', 'ready'].includes(before)) return true
      if (subjectOf(world).asked.some(({ what, slot: about }) => what === 'scale' && about === memberOf(slot.name)))
        return true
      const later = histories.all.filter(({ path, plan }) => path === slot.path && memberOf(slot.name) in plan.after)
      const running = later.find((one) => one.standing !== 'stuck' && histories.lives(one))
      return !running || `${slot.name} is stopped while ${running.name}, which comes after it, still runs`
    },
  })),

  watching('I13 nobody waits for what will never be', ({ world, histories }) => ({
    onRecovered() {
      for (const slot of histories.all) {
        if (slot.standing !== 'waiting' || !isUp(world, slot.path)) continue
        for (const [name, condition] of Object.entries(slot.plan.after)) {
          const lost = present(world, histories, slot.path, name).find((on) => isLost(on, condition))
          if (lost) return `${slot.name} waits for ${lost.name} to be ${condition}, but that is ${lost.standing}`
        }
      }
      return true
    },
  })),

  watching(
    'I14 those that are started again together are all down before the first comes up',
    ({ world, histories }) => {
      let together: Set<SlotHistory>[] = []
      return {
        onNews({ slot, news }) {
          if (subjectOf(world).wantsDown) together = []
          if (news.type === 'restarting' && news.cause !== 'cooldown') {
            const companions = companionsOf(histories, slot)
            if (companions.length > 0 && !together.some((set) => set.has(slot)))
              together.push(new Set([slot, ...companions]))
          }
          if (news.type !== 'starting') return true
          const set = together.find((one) => one.has(slot))
          if (!set) return true
          together = together.filter((one) => one !== set)
          const up = [...set].find((one) => one.standing !== 'stuck' && histories.lives(one))
          return !up || `${slot.name} is started while ${up.name}, which goes with it, is not down`
        },
      }
    },
  ),
]

const UP = ['starting', 'up', 'ready']

function companionsOf(histories: Histories, slot: SlotHistory): readonly SlotHistory[] {
  const { strategy, slots } = slot.group
  if (strategy === 'one-for-one') return []
  const place = (one: SlotHistory): number => slots.findIndex(({ name }) => name === memberOf(one.name))
  const others = histories.all.filter((one) => one !== slot && one.path === slot.path && UP.includes(one.standing))
  return strategy === 'one-for-all' ? others : others.filter((one) => place(one) > place(slot))
}

/** The slots that a member has now: one that was scaled down leaves a history, but no slot. */
function present(world: SimulatedWorld, histories: Histories, path: string, member: string): readonly SlotHistory[] {
  const names =
    subjectOf(world)
      .groups.get(path)
      ?.status()
      .map(({ name }) => name) ?? []
  return histories.of(path, member).filter(({ name }) => names.includes(name))
}

function meets(slot: SlotHistory, condition: Condition): boolean {
  if (condition === 'started') return slot.standing === 'up' || slot.standing === 'ready'
  if (condition === 'ready') return slot.standing === 'ready'
  if (slot.standing !== 'done') return false
  if (condition === 'done') return true
  const exit = slot.events.findLast(({ type }) => type === 'exited')
  return exit?.type === 'exited' && succeeded(slot, exit.outcome)
}

function isLost(slot: SlotHistory, condition: Condition): boolean {
  if (slot.standing === 'failed') return slot.plan.cooldown === undefined
  if (slot.standing === 'skipped' || slot.standing === 'stuck') return true
  return slot.standing === 'done' && !meets(slot, condition)
}

function isUp(world: SimulatedWorld, path: string): boolean {
  const { wantsDown, groups } = subjectOf(world)
  return (
    !wantsDown &&
    (groups
      .get(path)
      ?.status()
      .some(({ state }) => state !== 'idle') ??
      false)
  )
}
