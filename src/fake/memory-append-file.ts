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

/** A file of a rehearsal's disk that is open to be added to. Everything happens within the call. */
export class MemoryAppendFile implements AppendFile {
  readonly #disk: MemoryFiles['disk']
  readonly #descriptor: number
  readonly #around: { readonly seconds: () => number; readonly refuse: () => void }

  /** `seconds` says what time it is, `refuse` throws while nothing can be written. */
  constructor(disk: MemoryFiles['disk'], descriptor: number, around: { seconds: () => number; refuse: () => void }) {
    this.#disk = disk
    this.#descriptor = descriptor
    this.#around = around
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
    return statOf(this.#disk.fstatSync(this.#descriptor))
  }

  async close(): Promise<void> {
    this.#disk.closeSync(this.#descriptor)
  }
}

/** What memfs says of a file, as the contract has it. */
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

function kindOf(found: Stats): FileStat['kind'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  return found.isSymbolicLink() ? 'link' : 'other'
}
