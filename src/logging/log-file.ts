import { dirname } from 'node:path'
import type { AppendFile, Files } from '../contracts/files.ts'
import { LogFileError } from '../log-errors.ts'
import { asideName, nextNumber } from './file-names.ts'

/** Reasons that may go away by themselves. With any other one a log is not begun. */
const PASSING = ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EAGAIN', 'EINTR', 'ENOMEM', 'ESTALE', 'ETIMEDOUT']

/**
 * One log file: open to be added to, put aside when it is full, and begun anew when somebody has taken it away. Whoever uses it
 * does one thing after the other.
 */
export class LogFile {
  readonly path: string
  readonly #files: Files
  readonly #mode: number
  #open: AppendFile | undefined
  #opening: Promise<void> | undefined
  #id = ''
  #size = 0
  #changedAt = 0
  #number: number | undefined

  constructor(path: string, files: Files, mode: number) {
    this.path = path
    this.#files = files
    this.#mode = mode
  }

  /** Bytes in it, whoever wrote them. */
  get size(): number {
    return this.#size
  }

  /** When it had last changed as it was opened, in milliseconds since the epoch. */
  get changedAt(): number {
    return this.#changedAt
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /**
   * Opens it, if it is not open. Those who come at the same time share that.
   *
   * @throws LogFileError
   */
  async open(): Promise<void> {
    if (this.#open) return
    this.#opening ??= this.#openAnew().finally(() => {
      this.#opening = undefined
    })
    await this.#opening
  }

  /**
   * Adds to it. Gives back how many bytes went in.
   *
   * @throws LogFileError
   */
  async write(bytes: Uint8Array): Promise<number> {
    try {
      const written = await (this.#open as AppendFile).write(bytes)
      this.#size += written
      return written
    } catch (cause) {
      throw failure(this.path, cause)
    }
  }

  /** The same within the call, also where it is not open yet. */
  writeNow(bytes: Uint8Array): number {
    if (this.#open) return this.#open.writeNow(bytes)
    return this.#files.appendNow?.(this.path, bytes, { mode: this.#mode }) ?? 0
  }

  /**
   * Looks whether the path still leads to this file. `moved` and `removed` files are let go, so that it can be opened anew;
   * what was written to a removed one is gone.
   */
  async look(): Promise<'there' | 'moved' | 'removed'> {
    const there = await this.#files.stat(this.path, { follow: false }).catch(() => undefined)
    if (there?.id === this.#id) {
      this.#size = there.size
      return 'there'
    }
    const links = (await this.#open?.stat().catch(() => undefined))?.links
    await this.close()
    return links === 0 ? 'removed' : 'moved'
  }

  /**
   * Puts it aside under a name with the date; the next `open` begins a new one. An empty one stays. Gives back the new path.
   *
   * @throws LogFileError when it stays where it is. It is still open then.
   */
  async putAside(now: number): Promise<string | undefined> {
    if (this.#size === 0 || (await this.look()) !== 'there') return undefined
    try {
      const aside = await this.#freeName(now)
      await this.#files.rename(this.path, aside)
      await this.close()
      return aside
    } catch (cause) {
      throw failure(this.path, cause)
    }
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.close().catch(() => {})
  }

  async #openAnew(): Promise<void> {
    try {
      const opened = await this.#files.append(this.path, { mode: this.#mode })
      await this.#take(opened).catch(async (cause) => {
        await opened.close()
        throw cause
      })
    } catch (cause) {
      throw failure(this.path, cause)
    }
  }

  async #take(opened: AppendFile): Promise<void> {
    const { kind, size, id, links, modifiedAt } = await opened.stat()
    if (kind !== 'file' || links > 1)
      throw Object.assign(new Error('not a file of its own'), { code: kind === 'file' ? 'EMLINK' : 'ENXIO' })
    this.#open = opened
    this.#id = id
    this.#size = size
    this.#changedAt = modifiedAt
  }

  // A rename would replace what is in its way without a word.
  async #freeName(now: number): Promise<string> {
    this.#number ??= nextNumber(this.path, await this.#files.list(dirname(this.path)))
    for (;;) {
      const name = asideName(this.path, now, this.#number++)
      if (
        !(await this.#files.stat(name, { follow: false })) &&
        !(await this.#files.stat(`${name}.gz`, { follow: false }))
      )
        return name
    }
  }
}

/** Whether a failure may be over by itself. */
export function isPassing(error: unknown): boolean {
  return error instanceof LogFileError && PASSING.includes(error.errno)
}

/** The error for what kept a log from being written. */
export function failure(path: string, cause: unknown): LogFileError {
  if (cause instanceof LogFileError) return cause
  return new LogFileError(path, (cause as NodeJS.ErrnoException).code ?? 'EIO', { cause })
}
