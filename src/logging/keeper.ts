import { basename, dirname, join } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { FileStat, Files } from '../contracts/files.ts'
import type { LogFileError } from '../log-errors.ts'
import { Alarm } from './alarm.ts'
import { parseAside, patternOf } from './file-names.ts'
import { failure } from './log-file.ts'

/** How long, how many and how much is kept of what was put aside. */
export interface Keeping {
  readonly files: number
  /** Milliseconds. */
  readonly age: number
  /** Bytes of the files that were put aside, all together. */
  readonly total: number
}

/** What a keeper is made of. */
export interface KeeperParts {
  readonly files: Files
  readonly clock: Clock
  readonly keep: Keeping
  readonly gzip: boolean
  /** Whether somebody writes to a file now. */
  readonly isActive: (path: string) => boolean
  readonly failed: (what: 'compress' | 'purge', error: LogFileError) => void
}

/** A file that may be removed. */
interface Old {
  readonly path: string
  /** The log that it was, or is: how many are kept is counted for each. */
  readonly of: string
  /** When nothing was added to it any more, in milliseconds since the epoch. */
  readonly at: number
  readonly number: number
  readonly size: number
  readonly isAside: boolean
  readonly isCompressed: boolean
}

/**
 * Looks after the files of one log, or of one for each process, that nobody writes to any more: compresses them, and removes
 * those that are not to be kept. It touches nothing but plain files whose names are of the form that it gives them itself.
 */
export class Keeper {
  readonly #folder: string
  readonly #pattern: RegExp
  readonly #isForEach: boolean
  readonly #parts: KeeperParts
  #work: Promise<unknown> = Promise.resolve()
  readonly #alarm: Alarm

  /** `template` is a path, with `{name}` or `{pid}` in its last part where each process has its own. */
  constructor(template: string, parts: KeeperParts) {
    this.#folder = dirname(template)
    this.#pattern = patternOf(template)
    this.#isForEach = basename(template).includes('{')
    this.#parts = parts
    this.#alarm = new Alarm(parts.clock, () => void this.tidy())
  }

  /** Does what there is to do, after something was put aside, or when it begins. */
  async tidy(): Promise<void> {
    const tidied = this.#inTurn(async () => {
      if (this.#parts.gzip) await this.#compressAll()
      await this.#remove(await this.#superfluous())
      await this.#wakeForNext()
    })
    await tidied.catch(() => {})
  }

  /** Removes what is older than this, in milliseconds. Gives back the paths. */
  purge(age: number): Promise<readonly string[]> {
    const tooOld = async () => (await this.#old()).filter((one) => this.#ageOf(one) >= age)
    return this.#inTurn(async () => this.#remove(await tooOld()))
  }

  /** Waits for what it does, and wakes up no more. */
  async close(): Promise<void> {
    await this.#work
    this.#alarm.clear()
  }

  async #compressAll(): Promise<void> {
    for (const { path, isAside, isCompressed } of await this.#old())
      if (isAside && !isCompressed) await this.#compress(path)
  }

  // What is half done after a crash is done again: only a whole one gets the name.
  async #compress(path: string): Promise<void> {
    const { files, failed } = this.#parts
    const part = `${path}.gz.part`
    try {
      await files.remove(part)
      await files.compress(path, part)
      await files.rename(part, `${path}.gz`)
      await files.remove(path)
    } catch (error) {
      failed('compress', failure(path, error))
      await files.remove(part).catch(() => {})
    }
  }

  async #superfluous(): Promise<readonly Old[]> {
    const { keep } = this.#parts
    const newest = (await this.#old()).sort((a, b) => (a.of === b.of ? b.number - a.number : b.at - a.at))
    const counts = new Map<string, number>()
    let total = 0
    return newest.filter((one) => {
      const count = (counts.get(one.of) ?? 0) + (one.isAside ? 1 : 0)
      counts.set(one.of, count)
      total += one.size
      return (one.isAside && count > keep.files) || total > keep.total || this.#ageOf(one) >= keep.age
    })
  }

  async #remove(old: readonly Old[]): Promise<readonly string[]> {
    const { files, failed } = this.#parts
    const removed: string[] = []
    for (const { path } of old) {
      try {
        // By now it may have been replaced by what is none of ours.
        if ((await files.stat(path, { follow: false }))?.kind !== 'file') continue
        await files.remove(path)
        removed.push(path)
      } catch (error) {
        failed('purge', failure(path, error))
      }
    }
    return removed
  }

  async #old(): Promise<Old[]> {
    const { files, isActive } = this.#parts
    const found: Old[] = []
    for (const name of await files.list(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name)
      const of = parseAside(name)?.of ?? name
      if (!this.#pattern.test(of) || (of === name && (!this.#isForEach || isActive(path)))) continue
      const stat = await files.stat(path, { follow: false })
      if (stat?.kind === 'file') found.push(oldFile(path, name, stat))
    }
    return found
  }

  // An idle log is looked after, too: when the next of its files gets too old.
  async #wakeForNext(): Promise<void> {
    const { keep, clock } = this.#parts
    const dates = (await this.#old()).map(({ at }) => at)
    this.#alarm.set(Math.max(clock.now() + 1000, Math.min(...dates) + keep.age))
  }

  #ageOf({ at }: Old): number {
    return this.#parts.clock.now() - at
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#work.then(act)
    this.#work = done.catch((error: unknown) => this.#parts.failed('purge', failure(this.#folder, error)))
    return done
  }
}

function oldFile(path: string, name: string, { size, modifiedAt }: FileStat): Old {
  const aside = parseAside(name)
  const { of, at, number, compressed } = aside ?? { of: name, at: modifiedAt, number: 0, compressed: false }
  return { path, of, at, number, size, isAside: aside !== undefined, isCompressed: compressed }
}
