import type { Locks } from '../contracts/locks.ts'
import type { Shelf } from './shelf.ts'
import { ShelfChange } from './shelf-change.ts'

interface Held {
  readonly token: string
  readonly until: number
}

interface Window {
  readonly ends: number
  readonly taken: number
}

/** Locks and turns on a shelf, by the server's clock. */
export class ShelfLocks implements Locks {
  readonly #shelf: () => Promise<Shelf>

  constructor(shelf: () => Promise<Shelf>) {
    this.#shelf = shelf
  }

  acquire(lock: string, lease: number): Promise<string | undefined> {
    return this.#change(`lock ${lock}`, (change, held: Held | undefined) => {
      if (held && held.until > change.now) return undefined
      const token = crypto.randomUUID()
      change.put(`lock ${lock}`, { token, until: change.now + lease })
      return token
    })
  }

  renew(lock: string, token: string, lease: number): Promise<boolean> {
    return this.#change(`lock ${lock}`, (change, held: Held | undefined) => {
      if (!isHeld(held, token, change.now)) return false
      change.put(`lock ${lock}`, { token, until: change.now + lease })
      return true
    })
  }

  release(lock: string, token: string): Promise<boolean> {
    return this.#change(`lock ${lock}`, (change, held: Held | undefined) => {
      if (!isHeld(held, token, change.now)) return false
      change.drop(`lock ${lock}`)
      return true
    })
  }

  /** Takes one of `limit` turns in a window: 0, or the milliseconds until there may be one. */
  turn(rate: string, limit: number, window: number): Promise<number> {
    return this.#change(`rate ${rate}`, (change, last: Window | undefined) => {
      const { ends, taken } = last && last.ends > change.now ? last : { ends: change.now + window, taken: 0 }
      if (taken >= limit) return ends - change.now
      change.put(`rate ${rate}`, { ends, taken: taken + 1 })
      return 0
    })
  }

  async #change<Value, T>(key: string, decide: (change: ShelfChange, value: Value | undefined) => T): Promise<T> {
    const made = await ShelfChange.make(await this.#shelf(), { keys: [key] }, async (change) =>
      decide(change, await change.get<Value>(key)),
    )
    return made.result
  }
}

function isHeld(held: Held | undefined, token: string, now: number): boolean {
  return held !== undefined && held.token === token && held.until > now
}
