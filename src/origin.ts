import type { InputFrom, OutputTo } from './contracts/command.ts'
import type { Sink } from './contracts/driver.ts'
import type { launch } from './launch.ts'
import type { Lineage } from './lineage.ts'
import type { Watch } from './observer.ts'
import type { OutputCallback, Settings } from './settings.ts'
import type { World } from './world.ts'

/** How a process is joined to its surroundings, where that differs from pipes to the caller. */
export interface Wiring {
  readonly stdin?: InputFrom
  readonly stdout?: OutputTo
  readonly stderr?: OutputTo
  /** Its caller writes to it later, as it likes. */
  readonly dialogue?: boolean
  /** Names it in output callbacks. */
  readonly key?: string | number
  /** Holds the output back until another process takes it. */
  readonly held?: boolean
  /** Only its end is wanted. */
  readonly unattended?: boolean
  /** The call that waits for its end. */
  readonly call?: { readonly over: boolean }
  /** Those in whose place it is started. */
  readonly lineage?: Lineage
}

/** Where a running process comes from, and what it was asked to be. */
export interface Origin {
  readonly world: World
  readonly settings: Settings
  readonly text: string
  readonly onOutput: OutputCallback | undefined
  readonly wiring: Wiring
  /** What it reads, for whoever writes from here. */
  readonly stdin: Sink | undefined
  /** Is told what becomes of it. */
  readonly watch: Watch | undefined
  readonly relaunch: typeof launch
}
