import type { Handler } from '../../src/fake/handlers.ts'
import {
  createProcess,
  type GroupOptions,
  type ProcessFactory,
  type Rehearsal,
  type SupervisionEvent,
} from '../../src/index.ts'
import type { ProcessGroup } from '../../src/supervision/group.ts'

/** A group in a rehearsal. */
export interface Stage {
  readonly process: ProcessFactory
  readonly fake: Rehearsal
  readonly group: ProcessGroup
  /** All that the group has said. */
  readonly events: readonly SupervisionEvent[]
  /** What of it was of these kinds, as `slot kind`. */
  said(...kinds: readonly SupervisionEvent['type'][]): readonly string[]
  /** The state of each slot. */
  states(): Readonly<Record<string, string>>
}

/** No chance in when something comes back. */
export const EXACT = { backoff: { first: 100, factor: 2, cap: 1000, jitter: 0 } } as const

/** Rehearses a group. Every command hangs that has no rule. */
export function rehearsed(rules: Readonly<Record<string, Handler>> = {}, options: GroupOptions = {}): Stage {
  const process = createProcess()
  const fake = process.fake({ '*': process.describe().hangs(), ...rules }, { time: 'auto' })
  const group = process.group({ ...EXACT, ...options })
  const events: SupervisionEvent[] = []
  group.onEvent((event) => events.push(event))
  return {
    process,
    fake,
    group,
    events,
    said: (...kinds) => events.filter(({ type }) => kinds.includes(type)).map(({ slot, type }) => `${slot} ${type}`),
    states: () => Object.fromEntries(group.status().map(({ name, state }) => [name, state])),
  }
}
