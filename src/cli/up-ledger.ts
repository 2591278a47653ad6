import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Process } from '../process.ts'
import type { GroupOptions } from '../supervision/group-members.ts'

/**
 * Keeps who runs in the state folder: should we be killed, the next one ends first what we have left. Where there is no keeping
 * anything that is said, and all else works.
 */
export function ledger(say: (text: string) => void): Pick<GroupOptions, 'ledger'> {
  const { stateFolder } = Process
  if (stateFolder === undefined) return {}
  try {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
    accessSync(stateFolder, constants.W_OK)
    return { ledger: join(stateFolder, 'up-processes.json') }
  } catch (error) {
    say(`What runs would not be found if this were killed: ${(error as Error).message}`)
    return {}
  }
}
