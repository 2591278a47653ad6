import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import type { memfs as createMemfs, IFs } from 'memfs'
import type { FileStat, Files } from '../contracts/files.ts'

/** The disk as a rehearsal finds it: contents by path. */
export type DiskContents = Readonly<Record<string, string | Uint8Array>>

/** Files in memory, kept by memfs, which is loaded at the first touch. */
export class MemoryFiles implements Files {
  readonly #contents: DiskContents
  readonly #folders: readonly string[]
  #loaded: ReturnType<typeof createMemfs> | undefined

  constructor(contents: DiskContents = {}, folders: readonly string[] = []) {
    this.#contents = contents
    this.#folders = folders
  }

  async read(path: string): Promise<Uint8Array> {
    const bytes = await this.disk.promises.readFile(path)
    return typeof bytes === 'string' ? Buffer.from(bytes) : new Uint8Array(bytes)
  }

  async readText(path: string): Promise<string> {
    return Buffer.from(await this.read(path)).toString('utf8')
  }

  async write(
    path: string,
    data: string | Uint8Array,
    options: { append?: boolean; mode?: number } = {},
  ): Promise<void> {
    const bytes = Buffer.from(data as string)
    await this.disk.promises.writeFile(path, bytes, { flag: options.append ? 'a' : 'w', mode: options.mode ?? 0o666 })
  }

  stat(path: string): Promise<FileStat | undefined> {
    return Promise.resolve(this.statNow(path))
  }

  async list(folder: string): Promise<readonly string[]> {
    const names = await this.disk.promises.readdir(folder)
    return names.map(String).sort()
  }

  async makeFolder(path: string): Promise<void> {
    await this.disk.promises.mkdir(path, { recursive: true })
  }

  async rename(from: string, to: string): Promise<void> {
    await this.disk.promises.rename(from, to)
  }

  async remove(path: string): Promise<void> {
    await this.disk.promises.rm(path, { recursive: true, force: true })
  }

  /** What is at a path, at once. */
  statNow(path: string): FileStat | undefined {
    if (!this.disk.existsSync(path)) return undefined
    const stat = this.disk.statSync(path)
    const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other'
    return { kind, size: Number(stat.size), modifiedAt: Number(stat.mtimeMs) }
  }

  /** Reads at once. */
  readNow(path: string): Uint8Array {
    return new Uint8Array(this.disk.readFileSync(path) as Uint8Array)
  }

  /** Writes at once, for processes that are being played. A relative path starts at `cwd`. */
  writeNow(path: string, bytes: Uint8Array, cwd: string, append = false): void {
    this.disk.writeFileSync(resolve(cwd, path), Buffer.from(bytes), { flag: append ? 'a' : 'w' })
  }

  /** Every file with its content as text, for assertions. */
  toJSON(): Record<string, string | null> {
    return this.#memfs().vol.toJSON()
  }

  /** The file system itself, as memfs offers it, in the form of node:fs. */
  get disk(): IFs {
    return this.#memfs().fs
  }

  #memfs(): ReturnType<typeof createMemfs> {
    this.#loaded ??= this.#load()
    return this.#loaded
  }

  #load(): ReturnType<typeof createMemfs> {
    const { memfs } = createRequire(import.meta.url)('memfs') as { memfs: typeof createMemfs }
    const loaded = memfs()
    for (const folder of this.#folders) loaded.fs.mkdirSync(folder, { recursive: true })
    for (const [path, content] of Object.entries(this.#contents)) {
      loaded.fs.mkdirSync(dirname(resolve(path)), { recursive: true })
      loaded.fs.writeFileSync(resolve(path), Buffer.from(content as string))
    }
    return loaded
  }
}
