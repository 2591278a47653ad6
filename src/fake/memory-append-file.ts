import type { AppendFile, FileStat } from '../contracts/files.ts'
import type { MemoryFiles } from './memory-files.ts'

/** What memfs says of a file, as far as it is looked at. */
interface Stats {
  readonly size: number
  readonly mtimeMs: number
  readonly dev: number
  readonly ino: number
  readonly nlink: number
  readonly mode: number
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}

/** What a file needs to know of its disk. */
export interface Surroundings {
  /** What time it is. */
  readonly seconds: () => number
  /** Throws while nothing can be written. */
  readonly refuse: () => void
  /** All files that are open to be added to. */
  readonly open: Set<MemoryAppendFile>
}

/** A file of a rehearsal's disk that is open to be added to. Everything happens within the call. */
export class MemoryAppendFile implements AppendFile {
  readonly #disk: MemoryFiles['disk']
  readonly #descriptor: number
  readonly #around: Surroundings

  constructor(disk: MemoryFiles['disk'], descriptor: number, around: Surroundings) {
    this.#disk = disk
    this.#descriptor = descriptor
    this.#around = around
    around.open.add(this)
  }

  async write(bytes: Uint8Array): Promise<number> {
    return this.writeNow(bytes)
  }

  writeNow(bytes: Uint8Array): number {
    this.#around.refuse()
    const written = this.#disk.writeSync(this.#descriptor, bytes)
    const seconds = this.#around.seconds()
    this.#disk.futimesSync(this.#descriptor, seconds, seconds)
    return written
  }

  async stat(): Promise<FileStat> {
    return this.statNow()
  }

  /** What it is, whatever it is called by now. */
  statNow(): FileStat {
    return statOf(this.#disk.fstatSync(this.#descriptor))
  }

  async close(): Promise<void> {
    this.#around.open.delete(this)
    this.#disk.closeSync(this.#descriptor)
  }

  /** Whether it has lost its name and its number is that of another one by now. */
  hasLost(ino: number): boolean {
    const own = this.#disk.fstatSync(this.#descriptor)
    return own.ino === ino && own.nlink === 0
  }
}

/**
 * What memfs says of a file, as the contract has it. memfs gives the number of a file that was removed to the next one, also
 * while somebody has the first one open.
 */
export function statOf(found: Stats, open: Iterable<MemoryAppendFile> = []): FileStat {
  const again = [...open].some((file) => file.hasLost(found.ino))
  return {
    kind: kindOf(found),
    size: found.size,
    modifiedAt: found.mtimeMs,
    id: `${found.dev}:${found.ino}${again ? ' again' : ''}`,
    links: found.nlink,
    mode: found.mode & 0o777,
  }
}

function kindOf(found: Stats): FileStat['kind'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  return found.isSymbolicLink() ? 'link' : 'other'
}
