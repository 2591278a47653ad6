import type { Invariant } from '../../../src/index.ts'
import type { SlotHistory } from './history.ts'
import { subjectOf } from './system.ts'
import { watching } from './watching.ts'

/** I1, I2, I4, I28: who is there, and that its end is told; and that nothing is left. I3 and I5 hold for any code, and come with the simulation. */
export const identity: readonly Invariant[] = [
  watching('I1 one live incarnation of a slot at most', ({ world }) => ({
    onEvent(event) {
      if (event.type !== 'started') return true
      const { command } = event
      return world.running(command).length <= 1 || `${command} runs twice`
    },
  })),

  watching('I2 each incarnation is started once and ends once, and that is told in this order', () => {
    const lives = new Map<SlotHistory, Map<number, 'started' | 'startFailed' | 'exited'>>()
    return {
      onNews({ slot, news }) {
        const key = `${slot.path}/${slot.name} ${news.incarnation}`
        const ends = lives.get(slot) ?? new Map()
        lives.set(slot, ends)
        const end = ends.get(news.incarnation)
        if (news.type === 'started' || news.type === 'startFailed') {
          if (end) return `${key} is told to be ${news.type} after it was ${end}`
          ends.set(news.incarnation, news.type)
        }
        if (news.type === 'exited') {
          if (end !== 'started') return `${key} is told to have exited after it was ${end ?? 'nothing'}`
          ends.set(news.incarnation, 'exited')
        }
        return true
      },
      onEnded() {
        const open = [...lives].filter(([, ends]) => [...ends.values()].includes('started'))
        return open.length === 0 || `never told to have exited: ${open.map(([{ name }]) => name).join(', ')}`
      },
    }
  }),

  watching('I28 a group that is down waits for nothing', ({ world }) => ({
    onQuiet() {
      const [waiting] = subjectOf(world).reports.filter(({ timers }) => timers > 0)
      return !waiting || `timers that are still set: ${waiting.timers}`
    },
  })),

  watching('I4 whoever is left when a stop is answered is named', ({ world }) => ({
    onQuiet() {
      const { reports } = subjectOf(world)
      const unnamed = reports.flatMap((one) => one.unnamed)
      return unnamed.length === 0 || `still there, and not named: ${unnamed.join(', ')}`
    },
  })),
]
