import type { Invariant, SimulatedProcess, SimulatedWorld } from '../../../src/index.ts'
import { commandOf, type SlotHistory } from './history.ts'
import { slotsOf, subjectOf } from './system.ts'
import { watching } from './watching.ts'

/** How often memory and processor time are looked at, and how many looks in a row have to be over a limit. */
const EVERY = 1000
const SAMPLES = 3
/** How long it may take to see that something hangs: the limit, a stall, and a zombie whose end is told late. */
const SLACK = 40_000

/** I18 to I20: hangs and limits, as far as a group acts on them. */
export const health: readonly Invariant[] = [
  watching('I20 who is said to hang has been silent, whatever has stalled', ({ world }) => ({
    onNews({ slot, news }) {
      if (news.type !== 'hang') return true
      const { wroteAt = 0 } = processOf(world, slot) ?? {}
      const silent = news.at - wroteAt
      return silent >= (slot.plan.silence ?? 0) || `${slot.name} is said to hang and wrote something ${silent} ms ago`
    },
  })),

  watching(
    'I18 I19 a limit is reached by samples in a row of one incarnation, none of them from before it',
    ({ world }) => ({
      onNews({ slot, news }) {
        if (news.type !== 'highMemory' && news.type !== 'highCpu') return true
        const used = news.type === 'highMemory' ? news.memory : news.cpu
        if (used <= news.limit) return `${slot.name} is said to use ${used} of ${news.limit}`
        const { startedAt = 0 } = processOf(world, slot) ?? {}
        // One look may be at once, and the next at any time after it. The first at processor time says nothing yet.
        const looks = news.type === 'highMemory' ? SAMPLES - 2 : SAMPLES - 1
        const age = news.at - startedAt
        return age >= looks * EVERY - 1 || `${slot.name} is said to use too much ${age} ms after its start`
      },
    }),
  ),

  watching('I26 who hangs is found out', ({ world }) => ({
    onRecovered() {
      const { plan, groups } = subjectOf(world)
      for (const { path, slot } of slotsOf(plan)) {
        if (slot.silence === undefined || slot.restart === 'never') continue
        for (const { name, state, pid } of groups.get(path)?.status() ?? []) {
          const isMeant = state === 'ready' && pid !== undefined && name.split('#')[0] === slot.name
          const process = isMeant ? world.processes.findLast((one) => one.pid === pid) : undefined
          if (!process || process.state === 'zombie') continue
          const silent = world.now - process.wroteAt
          if (silent > slot.silence + SLACK) return `${name} is silent for ${silent} ms and nobody minds`
        }
      }
      return true
    },
  })),
]

function processOf(world: SimulatedWorld, slot: SlotHistory): SimulatedProcess | undefined {
  return world.processes.findLast(({ command }) => command === commandOf(slot))
}
