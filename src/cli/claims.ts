import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Takes the run with this number for one process, unless another one was faster. */
export function claim(state: string, index: number): boolean {
  try {
    // The system lets only one of several make a folder.
    mkdirSync(join(state, String(index)))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whether a process has taken the run with this number. */
export function wasPlayed(state: string, index: number): boolean {
  return existsSync(join(state, String(index)))
}
