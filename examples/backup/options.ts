import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError } from './failures.ts'

/** What the command line asks for. */
export interface Options {
  /** The folder to archive, as it was given. */
  readonly folder: string
  /** The folder that holds the archives, in full. */
  readonly to: string
  /** How many archives stay. */
  readonly keep: number
}

export const USAGE = `Archives a folder with tar and gzip, checks the archive, and removes old ones.

  node examples/backup/main.ts <folder> [--to <folder>] [--keep <number>]

  --to <folder>     where the archives go          (backups)
  --keep <number>   how many archives stay there   (3)
  --help            shows this text
`

/** @throws UsageError for a command line that means nothing. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const [folder, ...others] = positionals
  if (!folder) throw new UsageError('Cannot tell what to archive: no folder given')
  if (others.length > 0) throw new UsageError(`Cannot archive ${positionals.length} folders at once: give one`)
  return { folder, to: resolve(values.to), keep: count(values.keep) }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        to: { type: 'string', default: 'backups' },
        keep: { type: 'string', default: '3' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s|\n/)
    throw new UsageError(`Cannot read the command line: ${sentence}`)
  }
}

function count(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new UsageError(`Cannot keep "${text}" archives: expected a whole number from 1 on`)
}
