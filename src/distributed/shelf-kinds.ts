import type { Uniqueness } from '../contracts/queue-store.ts'
import type { ShelfChange } from './shelf-change.ts'
import { kindKey } from './shelf-keys.ts'

/** One of those that keep others of their kind away. */
interface Kin {
  readonly id: string
  readonly ends?: number
}

/** Which jobs keep others of their kind away, within one change of a shelf. */
export class ShelfKinds {
  readonly #change: ShelfChange

  constructor(change: ShelfChange) {
    this.#change = change
  }

  /** The last one that was pushed, if its time is not over. */
  async latest(key: string): Promise<string | undefined> {
    const { now } = this.#change
    return (await this.#all(key)).findLast(({ ends }) => ends === undefined || ends > now)?.id
  }

  async add({ key, ttl }: Uniqueness, id: string): Promise<void> {
    const kin = { id, ...(ttl !== undefined && { ends: this.#change.now + ttl }) }
    this.#change.put(kindKey(key), [...(await this.#all(key)), kin])
  }

  async remove(key: string, id: string): Promise<void> {
    const all = await this.#all(key)
    const others = all.filter((kin) => kin.id !== id)
    if (others.length === all.length) return
    if (others.length === 0) this.#change.drop(kindKey(key))
    else this.#change.put(kindKey(key), others)
  }

  async #all(key: string): Promise<readonly Kin[]> {
    return (await this.#change.get<Kin[]>(kindKey(key))) ?? []
  }
}
