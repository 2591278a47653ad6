import { resolve } from 'node:path'
import type { IsolationSpec } from '../contracts/isolation.ts'
import { CpuLimit } from './cpu-limit.ts'
import type { FakeProcess } from './fake-process.ts'

/** What a process uses from now on. */
export interface Level {
  /** Milliseconds of processor time that it has had. */
  readonly spent: number
  /** Share of a core. */
  readonly share: number
  /** Bytes. */
  readonly memory: number
}

/** A rehearsed process and all that it starts, held to what they demand. */
export class Cage {
  readonly #spec: IsolationSpec
  readonly #memory = new Map<FakeProcess, number>()
  readonly #cpu = new Map<FakeProcess, CpuLimit>()
  #leader: FakeProcess | undefined

  constructor(spec: IsolationSpec) {
    this.#spec = spec
  }

  /** Whether the end of the first process is the end of all. */
  get wholeTree(): boolean {
    return this.#spec.wholeTree === true || this.#spec.dieWithParent === true
  }

  get members(): readonly FakeProcess[] {
    return [...this.#memory.keys()]
  }

  /** Whether there may be no more of them. */
  get isFull(): boolean {
    return this.#memory.size >= (this.#spec.processes?.soft ?? Number.POSITIVE_INFINITY)
  }

  join(process: FakeProcess): void {
    this.#leader ??= process
    this.#memory.set(process, 0)
    if (this.#spec.cpuTime) this.#cpu.set(process, new CpuLimit(process, this.#spec.cpuTime))
  }

  /** A process is over. */
  leave(process: FakeProcess): void {
    this.#memory.delete(process)
    this.#cpu.get(process)?.stop()
    this.#cpu.delete(process)
    if (process === this.#leader && this.wholeTree) for (const other of this.members) other.receive('SIGKILL')
  }

  /** A process uses so much from now on. All of them are killed when that is too much. */
  uses(process: FakeProcess, { spent, share, memory }: Level): void {
    this.#cpu.get(process)?.uses(spent, share)
    this.#memory.set(process, memory)
    const { memory: limit = Number.POSITIVE_INFINITY } = this.#spec
    const held = [...this.#memory.values()].reduce((sum, one) => sum + one, 0)
    if (held > limit) for (const one of this.members) one.end({ code: null, signal: 'SIGKILL', memory: limit })
  }

  /**
   * Refuses a file that may not be written, or not be that large.
   *
   * @throws an error with the system's `code`: `EROFS`, `EFBIG`.
   */
  checkFile(path: string, size: number, cwd: string): void {
    const { readOnly, fileSize } = this.#spec
    if (readOnly && !isWithin(resolve(cwd, path), readOnly.writable)) throw refusal('EROFS', path)
    if (size > (fileSize?.soft ?? Number.POSITIVE_INFINITY)) throw refusal('EFBIG', path)
  }
}

function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder.endsWith('/') ? folder : `${folder}/`))
}

const WORDS = { EROFS: 'read-only file system', EFBIG: 'file too large' } as const

function refusal(code: keyof typeof WORDS, path: string): Error {
  return Object.assign(new Error(`${code}: ${WORDS[code]}, open '${path}'`), { code, path, syscall: 'open' })
}
