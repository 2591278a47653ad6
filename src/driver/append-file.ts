import type { constants, Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { AppendFile, FileStat } from '../contracts/files.ts'

/** Opens a file of the disk to add to its end; see `Files.append`. */
export async function openToAppend(path: string, mode: number): Promise<AppendFile> {
  const { constants, open } = await import('node:fs/promises')
  return new SystemAppendFile(await open(path, flagsOf(constants), mode))
}

/** Adds to the end of a file of the disk; see `Files.appendNow`. */
export function appendNow(path: string, bytes: Uint8Array, mode: number): number {
  const { closeSync, constants, fstatSync, openSync, writeSync } = process.getBuiltinModule('node:fs')
  const descriptor = openSync(path, flagsOf(constants), mode)
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile()) throw Object.assign(new Error('not a file'), { code: 'ENXIO' })
    if (found.nlink > 1) throw Object.assign(new Error('not a file of its own'), { code: 'EMLINK' })
    return writeSync(descriptor, bytes)
  } finally {
    closeSync(descriptor)
  }
}

// Where the system does not know one of these, Node has no number for it.
function flagsOf({ O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_WRONLY }: typeof constants): number {
  return O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
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

/** Node warns of a file that nobody has closed, and is going to throw: what is forgotten with its owner is closed before that. */
const forgotten = new FinalizationRegistry<FileHandle>((handle) => void handle.close().catch(() => {}))

/** How long a write within the call waits for one that is under way, in milliseconds. */
const PATIENCE = 500

class SystemAppendFile implements AppendFile {
  readonly #handle: FileHandle
  /** How large the file is going to be by what is being written. */
  #underWay = 0

  constructor(handle: FileHandle) {
    this.#handle = handle
    forgotten.register(this, handle, this)
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#underWay = this.#size + bytes.length
    try {
      return (await this.#handle.write(bytes)).bytesWritten
    } finally {
      this.#underWay = 0
    }
  }

  writeNow(bytes: Uint8Array): number {
    this.#awaitTurn()
    return process.getBuiltinModule('node:fs').writeSync(this.#handle.fd, bytes)
  }

  async stat(): Promise<FileStat> {
    return statOf(await this.#handle.stat())
  }

  close(): Promise<void> {
    forgotten.unregister(this)
    return this.#handle.close()
  }

  // Node's own threads go on writing while this one stands still, and nobody tells when they are done.
  #awaitTurn(): void {
    if (this.#underWay === 0) return
    const clock = new Int32Array(new SharedArrayBuffer(4))
    for (let left = PATIENCE; left > 0 && this.#size < this.#underWay; left--) Atomics.wait(clock, 0, 0, 1)
  }

  get #size(): number {
    return process.getBuiltinModule('node:fs').fstatSync(this.#handle.fd).size
  }
}

function kindOf(found: Stats): FileStat['kind'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  return found.isSymbolicLink() ? 'link' : 'other'
}
