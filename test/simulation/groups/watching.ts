import type { Finding, Invariant, SimulatedWorld, SimulationEvent, Watch } from '../../../src/index.ts'
import { type Histories, historiesOf, type Told } from './history.ts'

/** What an invariant of groups looks at. */
export interface Sight {
  readonly world: SimulatedWorld
  readonly histories: Histories
}

/** The checks of an invariant of groups in one run. */
export interface GroupWatch extends Omit<Watch, 'onEvent'> {
  /** Something was said of a slot. */
  onNews?(told: Told): Finding
  /** Anything else happened. */
  onEvent?(event: SimulationEvent): Finding
}

/** An invariant of groups. */
export function watching(name: string, watch: (sight: Sight) => GroupWatch): Invariant {
  return {
    name,
    watch(world) {
      const histories = historiesOf(world)
      const { onNews, onEvent, ...rest } = watch({ world, histories })
      return {
        ...rest,
        onEvent(event) {
          const told = histories.take(event)
          return told ? onNews?.(told) : onEvent?.(event)
        },
      }
    },
  }
}
