import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** The longest name of a socket that every system takes, in bytes. */
const LONGEST = 100

/** Where `rehearsal up` of one project can be reached. */
export interface Place {
  readonly folder: string
  readonly socket: string
  /** A file that whoever runs keeps locked. */
  readonly lock: string
}

/** The place of a project by its state folder, or in the folder for temporary files where that name is too long for a socket. */
export function placeIn(stateFolder: string): Place {
  const roomy = placeOf(stateFolder)
  if (Buffer.byteLength(roomy.socket) <= LONGEST) return roomy
  return placeOf(join(tmpdir(), `rehearsal-${process.getuid?.() ?? ''}-${basename(stateFolder).slice(-8)}`))
}

/**
 * Makes the folder of a place, for its owner alone.
 *
 * @throws Error when it is somebody else's.
 */
export function makePlace({ folder }: Place): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new Error(`Cannot use ${folder}: it is no folder of ours`)
  chmodSync(folder, 0o700)
}

function placeOf(folder: string): Place {
  return { folder, socket: join(folder, 'up.sock'), lock: join(folder, 'up.lock') }
}
