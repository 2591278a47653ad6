import { dirname, resolve } from 'node:path'
import type { AppendFile, FileStat, Files } from '../contracts/files.ts'
import { appendNow, openToAppend, statOf } from './append-file.ts'

/** Node's way to the disk, which loads its streams as well: only when somebody wants a file. */
const disk = (): Promise<typeof import('node:fs/promises')> => import('node:fs/promises')

/** The disk, through node:fs. */
export class SystemFiles implements Files {
  async read(path: string): Promise<Uint8Array> {
    const { readFile } = await disk()
    return new Uint8Array(await readFile(path))
  }

  async readText(path: string): Promise<string> {
    return (await disk()).readFile(path, 'utf8')
  }

  async write(
    path: string,
    data: string | Uint8Array,
    options: { append?: boolean; mode?: number } = {},
  ): Promise<void> {
    const { appendFile, writeFile } = await disk()
    const write = options.append ? appendFile : writeFile
    return write(path, data, options.mode === undefined ? {} : { mode: options.mode })
  }

  async append(path: string, { mode = 0o666 }: { mode?: number } = {}): Promise<AppendFile> {
    return openToAppend(path, mode)
  }

  appendNow(path: string, bytes: Uint8Array, { mode = 0o666 }: { mode?: number } = {}): number {
    return appendNow(path, bytes, mode)
  }

  async compress(path: string, compressed: string): Promise<void> {
    const [{ createReadStream, createWriteStream }, { createGzip }, { pipeline }] = await Promise.all([
      import('node:fs'),
      import('node:zlib'),
      import('node:stream/promises'),
    ])
    const { mode } = await (await disk()).stat(path)
    const to = createWriteStream(compressed, { flags: 'wx', mode: mode & 0o777 })
    await pipeline(createReadStream(path), createGzip(), to)
  }

  async stat(path: string, { follow = true }: { follow?: boolean } = {}): Promise<FileStat | undefined> {
    try {
      const { lstat, stat } = await disk()
      return statOf(await (follow ? stat : lstat)(path))
    } catch (error) {
      if (isNothingThere(error)) return undefined
      throw error
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    const { readdir } = await disk()
    return (await readdir(folder)).sort()
  }

  makeFolder(path: string): Promise<void> {
    return makeFolder(resolve(path))
  }

  async rename(from: string, to: string): Promise<void> {
    return (await disk()).rename(from, to)
  }

  async remove(path: string): Promise<void> {
    return (await disk()).rm(path, { recursive: true, force: true })
  }
}

// Node's own recursive way never ends where the system takes no folder and says ENOENT, as in /proc.
async function makeFolder(path: string): Promise<void> {
  try {
    await (await disk()).mkdir(path)
  } catch (error) {
    if (await isFolder(path)) return
    const around = dirname(path)
    const isAroundMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && !(await isFolder(around))
    if (!isAroundMissing || around === path) throw error
    await makeFolder(around)
    await makeFolder(path)
  }
}

async function isFolder(path: string): Promise<boolean> {
  const { stat } = await disk()
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

// A path that goes on below a file names nothing either.
function isNothingThere(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
