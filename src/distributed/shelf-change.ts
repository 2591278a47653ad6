import { StoreError } from '../store-error.ts'
import type { Change, Kept, Shelf, Tag } from './shelf.ts'

/** How often a change is tried again when others are faster: one of those who try at once always succeeds. */
const TRIES = 500
/** Numbers that are drawn at once. */
const NUMBERS = 16

interface Entry {
  readonly version: number
  value: unknown
  act: Change['act']
  tags: readonly Tag[]
}

/** What one change has read and wants to write. Nothing is written before all is decided. */
export class ShelfChange {
  /** The server's clock. */
  now = 0
  readonly #shelf: Shelf
  readonly #entries = new Map<string, Entry>()
  #numbers: number[] = []

  private constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  /**
   * Decides upon what is read and writes it in one step; decides again where somebody else was faster.
   *
   * @throws StoreError when the server does not answer.
   */
  static async make<T>(
    shelf: Shelf,
    first: { readonly keys: readonly string[]; readonly numbers?: number },
    decide: (change: ShelfChange) => Promise<T>,
  ): Promise<{ readonly result: T; readonly written: ReadonlyMap<string, unknown>; version: number; now: number }> {
    for (let tries = 0; tries < TRIES; tries++) {
      const change = new ShelfChange(shelf)
      await change.read(first.keys, first.numbers)
      const result = await decide(change)
      const changes = change.#changes()
      const written = change.#written()
      const version = written.size > 0 || changes.some(({ act }) => act === 'drop') ? await shelf.write(changes) : -1
      if (version !== 0) return { result, written, version, now: change.now }
    }
    throw new StoreError(shelf.name, `others were faster ${TRIES} times`)
  }

  /** Reads what will be needed, in one go. */
  async read(keys: readonly string[], numbers = 0): Promise<void> {
    const unread = [...new Set(keys)].filter((key) => !this.#entries.has(key))
    const sight = await this.#shelf.look(unread, { numbers, overdue: 0 })
    this.now = Math.max(this.now, sight.now)
    this.#numbers.push(...sight.numbers)
    unread.forEach((key, index) => {
      this.#entries.set(key, entryOf(sight.kept[index]))
    })
  }

  /** What is under a name; what this change puts there, if it does. */
  async get<T>(key: string): Promise<T | undefined> {
    if (!this.#entries.has(key)) await this.read([key])
    return this.#entries.get(key)?.value as T | undefined
  }

  /** Puts something under a name that was read, or that nobody has used. */
  put(key: string, value: unknown, tags: readonly Tag[] = []): void {
    this.#entries.set(key, { version: this.#entries.get(key)?.version ?? 0, value, act: 'put', tags })
  }

  drop(key: string): void {
    this.#entries.set(key, {
      version: this.#entries.get(key)?.version ?? 0,
      value: undefined,
      act: 'drop',
      tags: [],
    })
  }

  /** Names under a tag, and those that this change has put something under. */
  async tagged(tag: string): Promise<readonly string[]> {
    const known = await this.#shelf.below(tag, Number.MAX_SAFE_INTEGER)
    return [...new Set([...known, ...this.#written().keys()])]
  }

  /** A number that is higher than all before. */
  async number(): Promise<number> {
    if (this.#numbers.length === 0) await this.read([], NUMBERS)
    return this.#numbers.shift() as number
  }

  #written(): ReadonlyMap<string, unknown> {
    return new Map([...this.#entries].filter(([, { act }]) => act === 'put').map(([key, { value }]) => [key, value]))
  }

  // In the same order for all, so that no two wait for each other.
  #changes(): readonly Change[] {
    return [...this.#entries]
      .filter(([, { version, act }]) => version > 0 || act === 'put')
      .map(([key, { version, value, act, tags }]) => ({
        key,
        version,
        act,
        text: act === 'put' ? JSON.stringify(value) : '',
        tags,
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
  }
}

function entryOf(kept: Kept | undefined): Entry {
  return {
    version: kept?.version ?? 0,
    value: kept && JSON.parse(kept.text),
    act: 'same',
    tags: [],
  }
}
