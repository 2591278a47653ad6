import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { AppendFile, FileStat } from '../contracts/files.ts'

/** Opens a file of the disk to add to its end; see `Files.append`. */
export async function openToAppend(path: string, mode: number): Promise<AppendFile> {
  const { constants, open } = await import('node:fs/promises')
  // Where the system does not know one of these, Node has no number for it.
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_WRONLY } = constants
  return new SystemAppendFile(await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode))
}

/** What Node says of a file, as the contract has it. */
export function statOf(found: Stats): FileStat {
  return {
    kind: kindOf(found),
    size: found.size,
    modifiedAt: found.mtimeMs,
    id: `${found.dev}:${found.ino}`,
    links: found.nlink,
    mode: found.mode & 0o777,
  }
}

class SystemAppendFile implements AppendFile {
  readonly #handle: FileHandle

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  async write(bytes: Uint8Array): Promise<number> {
    return (await this.#handle.write(bytes)).bytesWritten
  }

  writeNow(bytes: Uint8Array): number {
    return process.getBuiltinModule('node:fs').writeSync(this.#handle.fd, bytes)
  }

  async stat(): Promise<FileStat> {
    return statOf(await this.#handle.stat())
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

function kindOf(found: Stats): FileStat['kind'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  return found.isSymbolicLink() ? 'link' : 'other'
}
