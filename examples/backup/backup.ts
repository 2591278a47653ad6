import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Files, PendingProcess, ProcessFactory } from '../../src/index.ts'
import { check, count, pack, type Source } from './archive.ts'
import { attempt, BackupError } from './failures.ts'
import type { Options } from './options.ts'
import { archiveName, type Pruned, prune } from './prune.ts'
import { type Step, Steps } from './steps.ts'

/** What was done. */
export interface Report {
  /** The folder, as it was given. */
  readonly folder: string
  readonly source: Source
  readonly archive: string
  /** Bytes of the archive. */
  readonly size: number
  readonly pruned: Pruned
  readonly steps: readonly Step[]
}

/** No program of a backup runs longer than this; one that does hangs. */
const LIMIT = '1h'

/**
 * Archives a folder, checks the archive and removes old ones. The archive gets its name only once it has been checked, so
 * whatever bears such a name is whole.
 *
 * @throws BackupError in one line. Nothing is left of the archive then.
 */
export async function backup(process: ProcessFactory, options: Options, signal?: AbortSignal): Promise<Report> {
  const { folder, to, keep } = options
  const { files, clock } = process
  const path = resolve(folder)
  const name = basename(path)
  const archive = join(to, archiveName(name, clock.now()))
  const unchecked = `${archive}.part`
  const tools = toolsIn(process, dirname(path), signal)
  const steps = new Steps(clock)

  await attempt(`archive "${folder}"`, () => refuseBadPlaces(files, path, to))
  await attempt(`write to "${to}"`, () => claim(files, to, unchecked))
  const source = await orRemove(files, unchecked, async () => {
    await steps.take('archive', `archive "${folder}"`, () => pack(tools, name, unchecked))
    const expected = await steps.take('count', `read "${folder}"`, () => count(tools, files, path))
    await steps.take('check', 'trust the new archive', () => check(tools, unchecked, expected.entries))
    await attempt(`write to "${to}"`, () => files.rename(unchecked, archive))
    return expected
  })
  const pruned = await steps.take('prune', `tidy up "${to}"`, () => prune(files, to, name, keep))
  const size = (await files.stat(archive))?.size ?? 0
  return { folder, source, archive, size, pruned, steps: steps.taken }
}

/** What every program of a backup has in common. */
function toolsIn(process: ProcessFactory, folder: string, signal: AbortSignal | undefined): PendingProcess {
  const tools = process.path(folder).timeout(LIMIT)
  return signal ? tools.abortSignal(signal) : tools
}

async function refuseBadPlaces(files: Files, path: string, to: string): Promise<void> {
  const found = await files.stat(path)
  if (!found) throw new BackupError('no such folder')
  if (found.kind !== 'folder') throw new BackupError('not a folder')
  if (isInside(path, to)) throw new BackupError(`the archives in "${to}" would be part of it; choose another --to`)
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return !isAbsolute(way) && !/^\.\.([\\/]|$)/.test(way)
}

// Writing a first, empty file tells what is wrong with the place before tar has worked for an hour.
async function claim(files: Files, place: string, file: string): Promise<void> {
  await files.makeFolder(place)
  await files.write(file, '')
}

async function orRemove<T>(files: Files, file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    // Why it failed says more than why its remains cannot be removed either.
    await files.remove(file).catch(() => {})
    throw error
  }
}
