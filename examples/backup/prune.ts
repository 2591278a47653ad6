import { join } from 'node:path'
import type { Files } from '../../src/index.ts'

/** What became of the archives that were there. */
export interface Pruned {
  readonly kept: number
  readonly removed: readonly string[]
}

/** The name of an archive: names of the same folder sort by age. */
export function archiveName(folder: string, now: number): string {
  const [day, time] = new Date(now)
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .split('T')
  return `${folder}-${day}-${time}.tar.gz`
}

const STAMP = /^-\d{8}-\d{6}\.tar\.gz$/

/** Removes all archives of a folder but the newest. Nothing else in their place is touched. */
export async function prune(files: Files, place: string, folder: string, keep: number): Promise<Pruned> {
  const names = await files.list(place)
  const archives = names.filter((name) => name.startsWith(folder) && STAMP.test(name.slice(folder.length)))
  const removed = archives.slice(0, -keep)
  for (const name of removed) await files.remove(join(place, name))
  return { kept: archives.length - removed.length, removed }
}
