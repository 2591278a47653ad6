import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
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
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    return (await readdir(folder)).sort()
  }

  async makeFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true })
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to)
  }

  remove(path: string): Promise<void> {
    return rm(path, { recursive: true, force: true })
  }
}
