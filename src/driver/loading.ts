import { tooOld } from './node-version.ts'
import { startError } from './start-error.ts'

/**
 * Loads what starts a program, at its first use. It may fail on a Node that is too old.
 *
 * @throws ProcessStartError when the system opens no more files: the loader hides that reason, and opening a file that is
 *   there for sure tells it.
 */
export async function load<Module>(program: string, importing: () => Promise<Module>): Promise<Module> {
  try {
    return await importing()
  } catch (error) {
    const refusal = await refusalToOpen()
    if (refusal) throw startError(program, refusal)
    const old = tooOld()
    throw old === undefined ? error : new Error(`Cannot start "${program}": ${old}`, { cause: error })
  }
}

async function refusalToOpen(): Promise<NodeJS.ErrnoException | undefined> {
  const { closeSync, openSync } = await import('node:fs')
  try {
    closeSync(openSync(process.execPath, 'r'))
    return undefined
  } catch (refusal) {
    return refusal as NodeJS.ErrnoException
  }
}
