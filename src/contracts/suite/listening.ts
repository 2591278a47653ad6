import type { ProcessEventMap, ProcessEventName } from '../../events/event-map.ts'
import type { ProcessFactory } from '../../process.ts'
import type { Scenario } from '../scenario.ts'

/** A program that says something on both streams, and ends well. */
export const TALKS: Scenario = [
  { write: 'out', data: 'said\n' },
  { write: 'err', data: 'cried\n' },
]

/** All that is told of it. */
export const eventsOfRun = ['beforeStart', 'started', 'output', 'errorOutput', 'completed'] as const
const watched = [
  ...eventsOfRun,
  'beforeStop',
  'stopped',
  'failed',
  'killed',
  'timedOut',
  'restarted',
  'scheduled',
] as const

export type Told = { readonly type: ProcessEventName } & Partial<Omit<ProcessEventMap['started'], 'type'>>

/** Listens to everything that becomes of processes; gives what was told so far, all or of one kind. */
export function listenToAll(process: ProcessFactory): (type?: ProcessEventName) => readonly Told[] {
  const told: Told[] = []
  for (const name of watched) process.events.on(name, (event) => told.push(event as Told))
  return (type) => (type === undefined ? told : told.filter((event) => event.type === type))
}

/** What was told, in order: each stream counts once, however many pieces a machine makes of it. */
export function typesOf(told: readonly Told[]): readonly ProcessEventName[] {
  const types = told.map(({ type }) => type)
  return types.filter((type, index) => !type.toLowerCase().endsWith('output') || types.indexOf(type) === index)
}

/** Lets one listen who fails; gives the errors that were reported of it. */
export function failuresOf<Name extends ProcessEventName>(
  process: ProcessFactory,
  name: Name,
  fails: (event: ProcessEventMap[Name]) => unknown,
): () => readonly unknown[] {
  const errors: unknown[] = []
  const listener = (event: ProcessEventMap[Name]): unknown => fails(event)
  process.events.on(name, listener)
  process.events.on('listenerFailed', (failure) => {
    if (failure.listener === listener) errors.push(failure.error)
  })
  return () => errors
}
