import { resolve } from 'node:path'
import type { Command, OutputTo } from '../contracts/command.ts'
import type { Files } from '../contracts/files.ts'

/** What a process writes straight to files. */
export interface Redirected {
  readonly none: boolean
  /** What it wrote there, once it is over. */
  written(): Promise<readonly { readonly code: 'out' | 'err'; readonly bytes: Uint8Array }[]>
}

/** Nothing is written to files. */
export const NONE: Redirected = { none: true, written: () => Promise.resolve([]) }

/** A file that processes write to: several may add to one. */
interface Watched {
  /** How much of it has been looked at. */
  seen: number
  writers: number
}

/** Finds out what processes wrote to files that the system gave them. */
export class Redirects {
  readonly #files: Files
  readonly #watched = new Map<string, Watched>()

  constructor(files: Files) {
    this.#files = files
  }

  /** Takes note of where the files of a command end now. */
  async open({ stdout, stderr, cwd = process.cwd() }: Command): Promise<Redirected> {
    const targets = [fileIn('out', stdout, cwd), fileIn('err', stderr, cwd)].filter((target) => target !== undefined)
    if (targets.length === 0) return NONE
    for (const target of targets) await this.#watch(target)
    return { none: false, written: () => Promise.all(targets.map(({ code, path }) => this.#newIn(code, path))) }
  }

  async #watch({ path, append }: Target): Promise<void> {
    const size = append ? ((await this.#files.stat(path).catch(() => undefined))?.size ?? 0) : 0
    const watched = this.#watched.get(path) ?? { seen: size, writers: 0 }
    if (!append) watched.seen = 0
    watched.writers++
    this.#watched.set(path, watched)
  }

  // A file that somebody has taken away meanwhile holds nothing.
  async #newIn<Code>(code: Code, path: string): Promise<{ code: Code; bytes: Uint8Array }> {
    const whole = await this.#files.read(path).catch(() => new Uint8Array(0))
    const watched = this.#watched.get(path) ?? { seen: 0, writers: 1 }
    const bytes = whole.subarray(watched.seen)
    watched.seen = whole.length
    if (--watched.writers === 0) this.#watched.delete(path)
    return { code, bytes }
  }
}

interface Target {
  readonly code: 'out' | 'err'
  readonly path: string
  readonly append: boolean
}

function fileIn(code: 'out' | 'err', to: OutputTo, cwd: string): Target | undefined {
  return typeof to === 'object' && 'file' in to ? { code, path: resolve(cwd, to.file), append: to.append } : undefined
}
