import type { Command } from '../contracts/command.ts'
import type { Sink, Source } from '../contracts/driver.ts'
import type { BytePipe } from './byte-pipe.ts'
import type { Cage } from './cage.ts'

/** What a rehearsed process is born with. */
export interface Birth {
  readonly parent: number
  readonly group: number | 'own'
  /** The serial of whoever founded the group, where that is somebody else. */
  readonly founder?: number | undefined
  readonly session: number | 'own'
  /** What it runs, as lists show it. */
  readonly text: string
  readonly cwd: string
  /** What it was started as. */
  readonly command: Command
  /** What holds it, and all that it starts, to their limits. */
  readonly cage?: Cage | undefined
  readonly stdin: BytePipe | undefined
  readonly stdout: BytePipe | undefined
  readonly stderr: BytePipe | undefined
  /** The caller's ends of the pipes. */
  readonly ends: { stdin?: Sink; stdout?: Source; stderr?: Source }
}
