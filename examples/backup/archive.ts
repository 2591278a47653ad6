import { basename, dirname, join } from 'node:path'
import type { Files, PendingProcess } from '../../src/index.ts'
import { BackupError } from './failures.ts'

/** What there is to archive. */
export interface Source {
  readonly files: number
  /** Bytes of all files. */
  readonly size: number
  /** Files, folders and links: what the archive has to hold. */
  readonly entries: number
}

/** Writes the archive: `tar | gzip`, joined by the kernel. */
export async function pack(tools: PendingProcess, name: string, archive: string): Promise<void> {
  const result = await tools
    .command(['tar', '-cf', '-', '--', name])
    .pipe(tools.command(['gzip', '-9']))
    .pipeOutput(archive)
  result.throw()
}

/** Counts what is in a folder, without the help of the program that will archive it. */
export async function count(tools: PendingProcess, files: Files, path: string): Promise<Source> {
  const found = async (...what: string[]): Promise<string[]> => {
    const result = await tools.run(['find', `./${basename(path)}`, ...what, '-print0'])
    return result.throw().output().split('\0').slice(0, -1)
  }
  // tar leaves sockets out.
  const [entries, names] = await Promise.all([found('!', '-type', 's'), found('-type', 'f')])
  const stats = await Promise.all(names.map((name) => files.stat(join(dirname(path), name))))
  const size = stats.reduce((sum, stat) => sum + (stat?.size ?? 0), 0)
  return { files: names.length, size, entries: entries.length }
}

/** Reads the archive back: whether its bytes are whole, and whether all that should be in it is. */
export async function check(tools: PendingProcess, archive: string, expected: number): Promise<void> {
  const bytes = await tools.run(['gzip', '-t', archive])
  bytes.throw()
  const listing = await tools.run(['tar', '-tzf', archive])
  const entries = listing.throw().lines().length
  if (entries !== expected) throw new BackupError(`it holds ${entries} of ${expected} entries`)
}
