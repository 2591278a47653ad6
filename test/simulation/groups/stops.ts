import type { Invariant } from '../../../src/index.ts'
import type { SlotHistory } from './history.ts'
import { slotsOf, subjectOf } from './system.ts'
import { watching } from './watching.ts'

/** By how much a difference of two moments may be off, in milliseconds: they are floating-point numbers. */
const ROUNDING = 1e-6

/** What faults may add to the time that a stop takes: a start that is under way, a zombie, a stall, what KILL does not reach. */
const FAULTS = 60_000
/** What is waited for after KILL, and for the rest of the output. */
const KILL_AND_DRAIN = 4000

/** I15 and I16: a stop ends, and goes its way. */
export const stops: readonly Invariant[] = [
  watching('I15 I16 a stop comes to an end in time, whoever holds an output open', ({ world, histories }) => {
    const since = new Map<SlotHistory, number>()
    const late = (slot: SlotHistory, at: number): string | true => {
      const limit = slot.plan.graceTime + KILL_AND_DRAIN + FAULTS
      const taken = at - (since.get(slot) ?? at)
      return taken <= limit || `${slot.name} is being ended for ${taken} ms`
    }
    return {
      onNews({ slot, news }) {
        const finding = late(slot, news.at)
        if (news.type === 'stopping') since.set(slot, news.at)
        else if (slot.standing !== 'ending') since.delete(slot)
        return finding
      },
      onRecovered: () => histories.all.map((slot) => late(slot, world.now)).find((finding) => finding !== true),
    }
  }),

  watching('I15 TERM and CONT are sent first, and KILL after the grace', ({ world }) => {
    const asked = new Map<number, number>()
    const dozing = new Set<number>()
    return {
      onEvent(event) {
        if (event.type !== 'signalled' || event.by !== 'handle' || event.serial === undefined) return true
        const { serial, signal, command = '', at } = event
        if (world.process(serial)?.origin !== 'started') return true
        if (signal === 'SIGTERM') {
          if (!asked.has(serial)) asked.set(serial, at)
          dozing.add(serial)
        }
        if (signal === 'SIGCONT') dozing.delete(serial)
        if (signal !== 'SIGKILL') return true
        const since = asked.get(serial)
        if (since === undefined) return `${command} is killed without having been asked`
        const plan = slotsOf(subjectOf(world).plan).find(
          ({ slot }) => slot.name === command.split(' ')[1]?.split('-')[0],
        )
        return at - since >= (plan?.slot.graceTime ?? 0) - ROUNDING || `${command} is killed after ${at - since} ms`
      },
      onQuiet() {
        for (const serial of dozing) {
          const { state, command } = world.process(serial) ?? {}
          if (state === 'running' || state === 'stopped') return `${command} got TERM and no CONT`
        }
        dozing.clear()
        return true
      },
    }
  }),
]
