import type { Signal } from '../contracts/signals.ts'
import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import type { Fault } from './fault.ts'

/** The part of a run: faults are injected, faults have ceased, the system has been asked to end. */
export type Phase = 'faults' | 'recovery' | 'end'

/** Who an event is about: `serial` tells apart what had the same pid. */
export interface Whose {
  readonly pid: number
  readonly serial: number
  readonly command: string
}

/** Something that happens in a simulation, as plain data. `at` is virtual milliseconds since its start. */
export type SimulationEvent = { readonly at: number } & (
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'fault'; readonly fault: Fault }
  | ({ readonly type: 'started' } & Whose)
  /** A group says something of one of its slots. */
  | { readonly type: 'supervised'; readonly event: SupervisionEvent }
  | { readonly type: 'notStarted'; readonly command: string; readonly errno: string }
  | ({ readonly type: 'exited'; readonly code: number | null; readonly signal: Signal | null } & Whose)
  | ({ readonly type: 'reaped' } & Whose)
  /** The code under test sent a signal. Without a serial nobody had that number. */
  | ({
      readonly type: 'signalled'
      readonly signal: Signal
      readonly by: 'handle' | 'number'
      readonly target: number
    } & Partial<Whose>)
)

/** Kept apart from the others, because there are many of them: only timelines have them. */
export interface Written extends Whose {
  readonly type: 'wrote'
  readonly at: number
  readonly stream: 'out' | 'err'
  readonly text: string
}
