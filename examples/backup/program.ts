import type { ProcessFactory } from '../../src/index.ts'
import { backup } from './backup.ts'
import { BackupError } from './failures.ts'
import { readOptions, USAGE } from './options.ts'
import { summaryOf } from './summary.ts'

/** What the program leaves behind for its caller. */
export interface Ending {
  readonly exitCode: number
  readonly output: string
  readonly errorOutput: string
}

/** The whole program, from its arguments to what it prints. It prints nothing itself, so it can be rehearsed whole. */
export async function main(process: ProcessFactory, args: readonly string[], signal?: AbortSignal): Promise<Ending> {
  try {
    const options = readOptions(args)
    if (options === 'help') return { exitCode: 0, output: USAGE, errorOutput: '' }
    const report = await backup(process, options, signal)
    return { exitCode: 0, output: summaryOf(report), errorOutput: '' }
  } catch (error) {
    if (!(error instanceof BackupError)) throw error
    return { exitCode: error.exitCode, output: '', errorOutput: `${error.message}\n` }
  }
}
