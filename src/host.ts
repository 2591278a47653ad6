import type { CommandInput } from './command.ts'
import type { Clock } from './contracts/clock.ts'
import type { Driver } from './contracts/driver.ts'
import type { Files } from './contracts/files.ts'
import type { Net } from './contracts/net.ts'
import type { ProcessTable } from './contracts/process-table.ts'
import type { Random } from './contracts/random.ts'
import type { InvokedProcess } from './invoked-process.ts'
import type { Run } from './journal.ts'
import type { Layer } from './layered-world.ts'
import type { Teller } from './observer.ts'
import type { PendingProcess } from './pending-process.ts'

/** What a capability needs of the `Process` that it stands on: asked when it is needed, so that a rehearsal reaches it. */
export interface Host {
  readonly driver: Driver
  readonly clock: Clock
  readonly files: Files
  readonly random: Random
  readonly processes: ProcessTable
  readonly net: Net
  /** For what is kept beyond this process; see `Driver`. */
  readonly stateFolder: string | undefined
  readonly events: Teller
  /** Puts a driver around the one that commands are started with; see `ProcessFactory.around`. */
  around(layer: Layer): () => void
  /** A command to be described further. */
  command(command: CommandInput): PendingProcess
  /** What it has started and what still runs. */
  active(): readonly InvokedProcess[]
  /** The runs so far, of a rehearsal, a spy or a recording. */
  recorded(): readonly Run[]
}

let shared: Host | undefined

/** Says which one is meant by those who name none. */
export function shareHost(host: Host): void {
  shared = host
}

/** The `Process` that everybody shares. */
export function sharedHost(): Host {
  if (!shared) throw new Error('Cannot stand on the shared Process: it has not been loaded')
  return shared
}
