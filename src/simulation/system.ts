import type { Pick } from './picks.ts'
import type { SimulatedWorld } from './simulated-world.ts'

/** What the system under test gets. */
export interface SystemContext<Process> {
  /** The Process that is simulated; the code may as well use it by its own import. */
  readonly process: Process
  readonly world: SimulatedWorld
  /** Draws what differs from run to run in the system itself. */
  readonly pick: Pick
  /** Aborted when the run is over and the system is to come to an orderly end. */
  readonly signal: AbortSignal
}

/** How the system comes to an orderly end; nothing where `signal` is enough. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is what most systems are.
export type End = void | (() => unknown) | AsyncDisposable

/** Any code that stands on `Process`. It begins when it is called. */
export type System<Process> = (context: SystemContext<Process>) => End | Promise<End>
