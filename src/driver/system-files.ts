import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { FileStat, Files } from '../contracts/files.ts'

/** The disk, through node:fs. */
export class SystemFiles implements Files {
  async read(path: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(path))
  }

  readText(path: string): Promise<string> {
    return readFile(path, 'utf8')
  }

  write(path: string, data: string | Uint8Array, options: { append?: boolean; mode?: number } = {}): Promise<void> {
    const write = options.append ? appendFile : writeFile
    return write(path, data, options.mode === undefined ? {} : { mode: options.mode })
  }

  async stat(path: string): Promise<FileStat | undefined> {
    try {
      const found = await stat(path)
      const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
      return { kind, size: found.size, modifiedAt: found.mtimeMs }
    } catch (error) {
      if (isNothingThere(error)) return undefined
      throw error
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    return (await readdir(folder)).sort()
  }

  makeFolder(path: string): Promise<void> {
    return makeFolder(resolve(path))
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to)
  }

  remove(path: string): Promise<void> {
    return rm(path, { recursive: true, force: true })
  }
}

// Node's own recursive way never ends where the system takes no folder and says ENOENT, as in /proc.
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
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
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

// A path that goes on below a file names nothing either.
function isNothingThere(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
