import type { Locks } from '../contracts/locks.ts'
import type { QueueStore } from '../contracts/queue-store.ts'

/** A store whose code is loaded when it is first used: most programs that name one never do. */
export class DeferredQueue implements QueueStore {
  readonly address: string
  readonly locks: Locks = {
    acquire: async (lock, lease) => (await this.#store()).locks.acquire(lock, lease),
    renew: async (lock, token, lease) => (await this.#store()).locks.renew(lock, token, lease),
    release: async (lock, token) => (await this.#store()).locks.release(lock, token),
  }
  readonly #load: () => Promise<QueueStore>
  #loaded: Promise<QueueStore> | undefined

  constructor(address: string, load: () => Promise<QueueStore>) {
    this.address = address
    this.#load = load
  }

  now: QueueStore['now'] = async () => (await this.#store()).now()
  push: QueueStore['push'] = async (...given) => (await this.#store()).push(...given)
  reserve: QueueStore['reserve'] = async (...given) => (await this.#store()).reserve(...given)
  renew: QueueStore['renew'] = async (...given) => (await this.#store()).renew(...given)
  finish: QueueStore['finish'] = async (...given) => (await this.#store()).finish(...given)
  release: QueueStore['release'] = async (...given) => (await this.#store()).release(...given)
  cancel: QueueStore['cancel'] = async (...given) => (await this.#store()).cancel(...given)
  retry: QueueStore['retry'] = async (...given) => (await this.#store()).retry(...given)
  find: QueueStore['find'] = async (...given) => (await this.#store()).find(...given)
  list: QueueStore['list'] = async (...given) => (await this.#store()).list(...given)
  forget: QueueStore['forget'] = async (...given) => (await this.#store()).forget(...given)
  counts: QueueStore['counts'] = async (...given) => (await this.#store()).counts(...given)
  pause: QueueStore['pause'] = async (...given) => (await this.#store()).pause(...given)
  openBatch: QueueStore['openBatch'] = async (...given) => (await this.#store()).openBatch(...given)
  batch: QueueStore['batch'] = async (...given) => (await this.#store()).batch(...given)
  cancelBatch: QueueStore['cancelBatch'] = async (...given) => (await this.#store()).cancelBatch(...given)
  turn: QueueStore['turn'] = async (...given) => (await this.#store()).turn(...given)
  news: QueueStore['news'] = async (...given) => (await this.#store()).news(...given)

  async close(): Promise<void> {
    await (await this.#loaded)?.close()
  }

  #store(): Promise<QueueStore> {
    this.#loaded ??= this.#load()
    return this.#loaded
  }
}
