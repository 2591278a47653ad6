import { dirname, join, resolve, sep } from 'node:path'
import type { memfs as createMemfs, IFs } from 'memfs'
import type { Clock } from '../contracts/clock.ts'
import type { FileStat, Files } from '../contracts/files.ts'
import { loadPackage } from './loading.ts'
import { MemoryAppendFile, statOf } from './memory-append-file.ts'

/** The disk as a rehearsal finds it: contents by path. */
export type DiskContents = Readonly<Record<string, string | Uint8Array>>

/** A file that a process has open to write to. */
export interface OpenFile {
  write(bytes: Uint8Array): void
  close(): void
}

/**
 * Files in memory, kept by memfs, which is loaded at the first touch. What is changed here is dated by the clock of the
 * rehearsal.
 */
export class MemoryFiles implements Files {
  readonly #clock: Pick<Clock, 'now'>
  readonly #contents: DiskContents
  readonly #folders: readonly string[]
  readonly #open = new Set<MemoryAppendFile>()
  /** The system's reason why nothing can be written now, such as `ENOSPC`. */
  refusal: string | undefined
  #now: () => number
  #loaded: ReturnType<typeof createMemfs> | undefined

  constructor(clock: Pick<Clock, 'now'>, contents: DiskContents = {}, folders: readonly string[] = []) {
    const beginning = clock.now()
    this.#clock = clock
    this.#contents = contents
    this.#folders = folders
    this.#now = () => beginning
  }

  async read(path: string): Promise<Uint8Array> {
    return this.readNow(path)
  }

  async readText(path: string): Promise<string> {
    return Buffer.from(this.readNow(path)).toString('utf8')
  }

  async write(
    path: string,
    data: string | Uint8Array,
    options: { append?: boolean; mode?: number } = {},
  ): Promise<void> {
    this.#put(path, Buffer.from(data as string), options)
  }

  async append(path: string, { mode = 0o666 }: { mode?: number } = {}): Promise<MemoryAppendFile> {
    const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = this.disk.constants
    const isNew = !this.disk.existsSync(path)
    if (isNew) this.#refuse(path)
    const descriptor = this.disk.openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode & ~process.umask())
    if (isNew) this.#date(path)
    if (isNew) this.#date(dirname(resolve(path)))
    return new MemoryAppendFile(this.disk, descriptor, {
      seconds: () => this.#seconds,
      refuse: () => this.#refuse(path),
      open: this.#open,
    })
  }

  async compress(path: string, compressed: string): Promise<void> {
    const { mode } = this.disk.statSync(path)
    const bytes = process.getBuiltinModule('node:zlib').gzipSync(this.readNow(path))
    this.#refuse(compressed)
    this.disk.writeFileSync(compressed, bytes, { flag: 'wx', mode })
    this.#date(compressed)
    this.#date(dirname(resolve(compressed)))
  }

  async stat(path: string, { follow = true }: { follow?: boolean } = {}): Promise<FileStat | undefined> {
    if (follow) return this.statNow(path)
    const found = this.disk.lstatSync(path, { throwIfNoEntry: false })
    return found && statOf(found, this.#open)
  }

  async list(folder: string): Promise<readonly string[]> {
    return this.disk.readdirSync(folder).map(String).sort()
  }

  async makeFolder(path: string): Promise<void> {
    this.#makeFolder(resolve(path))
  }

  async rename(from: string, to: string): Promise<void> {
    const code = this.#whyNoRename(resolve(from), resolve(to))
    if (code)
      throw Object.assign(new Error(`${code}: cannot rename '${from}' to '${to}'`), { code, path: from, dest: to })
    // memfs would not notice that what was in the way has lost its name.
    if (resolve(from) !== resolve(to) && this.statNow(to)?.kind === 'file') this.disk.unlinkSync(to)
    this.disk.renameSync(from, to)
    this.#date(dirname(resolve(from)))
    this.#date(dirname(resolve(to)))
  }

  async remove(path: string): Promise<void> {
    const isThere = await this.stat(path, { follow: false })
    if (!isThere) return
    this.#remove(path)
    this.#date(dirname(resolve(path)))
  }

  /** What is at a path, at once. */
  statNow(path: string): FileStat | undefined {
    return this.disk.existsSync(path) ? statOf(this.disk.statSync(path), this.#open) : undefined
  }

  /** The system's reason why a process cannot start in a folder, or `undefined` when it can. */
  whyNoFolder(path: string): string | undefined {
    try {
      return this.disk.statSync(path).isDirectory() ? undefined : 'ENOTDIR'
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'EIO'
    }
  }

  /** Reads at once. */
  readNow(path: string): Uint8Array {
    return new Uint8Array(this.disk.readFileSync(path) as Uint8Array)
  }

  /** Writes at once, for processes that are being played. A relative path starts at `cwd`. */
  writeNow(path: string, bytes: Uint8Array, cwd: string): void {
    this.#put(resolve(cwd, path), bytes, {})
  }

  /**
   * Opens a file for a process to write to its end, emptied first unless it is to `append`. It stays the same file wherever
   * that is moved.
   */
  openNow(path: string, append: boolean): OpenFile {
    this.#put(path, new Uint8Array(0), { append })
    const { disk } = this
    const descriptor = disk.openSync(path, 'a')
    return {
      // What a full disk does not take is its writer's loss.
      write: (bytes) => {
        if (this.refusal) return
        disk.writeSync(descriptor, bytes)
        disk.futimesSync(descriptor, this.#seconds, this.#seconds)
      },
      close: () => disk.closeSync(descriptor),
    }
  }

  /** Every file with its content as text, for assertions. */
  toJSON(): Record<string, string | null> {
    return this.#memfs().vol.toJSON()
  }

  /** The file system itself, as memfs offers it, in the form of node:fs. What is changed through it has the real date. */
  get disk(): IFs {
    return this.#memfs().fs
  }

  #put(path: string, bytes: Uint8Array, { append = false, mode = 0o666 }: { append?: boolean; mode?: number }): void {
    if (bytes.length > 0) this.#refuse(path)
    const isNew = !this.disk.existsSync(path)
    this.disk.writeFileSync(path, bytes, { flag: append ? 'a' : 'w', mode })
    this.#date(path)
    if (isNew) this.#date(dirname(resolve(path)))
  }

  // One by one: what memfs removes with its folder keeps its name for those who have it open.
  #remove(path: string): void {
    if (!this.disk.lstatSync(path).isDirectory()) return this.disk.unlinkSync(path)
    for (const name of this.disk.readdirSync(path)) this.#remove(join(path, String(name)))
    this.disk.rmdirSync(path)
  }

  #makeFolder(path: string): void {
    if (this.statNow(path)?.kind === 'folder') return
    const around = dirname(path)
    if (!this.disk.existsSync(around)) this.#makeFolder(around)
    this.disk.mkdirSync(path)
    this.#date(path)
    this.#date(around)
  }

  // memfs puts anything in the place of anything, which no machine does (rename(2)).
  #whyNoRename(from: string, to: string): string | undefined {
    const [moved, replaced] = [this.statNow(from)?.kind, this.statNow(to)?.kind]
    if (moved === 'folder' && to.startsWith(from + sep)) return 'EINVAL'
    if (!moved || !replaced || from === to) return undefined
    if (moved !== 'folder') return replaced === 'folder' ? 'EISDIR' : undefined
    if (replaced !== 'folder') return 'ENOTDIR'
    return this.disk.readdirSync(to).length > 0 ? 'ENOTEMPTY' : undefined
  }

  #refuse(path: string): void {
    if (this.refusal) throw refused(this.refusal, path)
  }

  // memfs itself dates by the machine's clock.
  #date(path: string): void {
    this.disk.utimesSync(path, this.#seconds, this.#seconds)
  }

  // memfs cuts off what is below a millisecond: for an error of rounding that must not be a whole one.
  get #seconds(): number {
    return (Math.floor(this.#now()) + 0.5) / 1000
  }

  #memfs(): ReturnType<typeof createMemfs> {
    return this.#loaded ?? this.#load()
  }

  // With the process handed in, memfs starts a relative path where the process is, like any file system.
  #load(): ReturnType<typeof createMemfs> {
    const { memfs } = loadPackage<{ memfs: typeof createMemfs }>('memfs', 'rehearsed files')
    const loaded = memfs({}, { process })
    this.#loaded = loaded
    const { refusal } = this
    this.refusal = undefined
    this.#fill()
    this.refusal = refusal
    this.#now = () => this.#clock.now()
    return loaded
  }

  // The disk is as it was when the rehearsal began, whenever it is looked at first.
  #fill(): void {
    for (const folder of this.#folders) this.#makeFolder(resolve(folder))
    for (const [path, content] of Object.entries(this.#contents)) {
      this.#makeFolder(dirname(resolve(path)))
      this.#put(path, Buffer.from(content as string), {})
    }
  }
}

function refused(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: cannot write '${path}'`), { code, path, syscall: 'write' })
}
