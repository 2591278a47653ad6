import { join } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { QueueStore } from '../contracts/queue-store.ts'
import type { Host } from '../host.ts'
import { VARIABLES } from './current-job.ts'
import { DeferredQueue } from './deferred-queue.ts'
import { BadJobError } from './errors.ts'
import { MemoryQueue } from './memory-queue.ts'
import { addressOf, whereIs } from './queue-address.ts'
import { SqliteQueue } from './sqlite-queue.ts'

/** Where jobs wait: a store, or how one is made on the clock of a Process. */
export type QueueConnection = QueueStore | ((clock: Clock) => QueueStore)

const shared = new WeakMap<Clock, QueueStore>()
const made = new WeakMap<Clock, WeakMap<object, QueueStore>>()

/**
 * The store of those who name none, the same for all of a machine: where the machine keeps what outlives a process it is what
 * `REHEARSAL_QUEUE` names, or a file that all workers of a project share, and else memory.
 *
 * @throws StoreError when the file cannot be opened: jobs that nobody would ever do are worse than none.
 */
export function defaultQueue({ clock, stateFolder }: Host): QueueStore {
  const known = shared.get(clock)
  if (known) return known
  const named = process.env[VARIABLES.queue]
  const store =
    stateFolder === undefined ? new MemoryQueue(clock) : queueAt(named || join(stateFolder, 'queue.db'), clock)
  shared.set(clock, store)
  return store
}

/**
 * The store at an address: a file, or a server of Redis or PostgreSQL, which is connected when it is first used.
 *
 * @throws StoreError when a file cannot be opened, or an address is of no store that is known here.
 */
export function queueAt(address: string, clock: Clock): QueueStore {
  if (!/^\w+:\/\//.test(address)) return new SqliteQueue(address, clock)
  const where = addressOf(whereIs(address))
  return new DeferredQueue(where, async () => {
    const { BullQueue } = await import('../distributed/bull-queue.ts')
    return new BullQueue(where, clock)
  })
}

/** @throws BadJobError for what is neither a store nor a function. */
export function checkConnection(connection: unknown): void {
  if (connection === undefined || typeof connection === 'function') return
  if (typeof (connection as QueueStore | null)?.reserve === 'function') return
  const what = typeof connection === 'string' ? 'the text of an address' : 'what is no store'
  throw new BadJobError(
    `Cannot use ${what} as a queue: expected a store, or a function that makes one, such as (clock) => new BullQueue(address, clock)`,
  )
}

/** The store of a connection. One that is made is made once for each machine. */
export function storeOf(connection: QueueConnection | undefined, host: Host): QueueStore {
  if (connection === undefined) return defaultQueue(host)
  if (typeof connection !== 'function') return connection
  const stores = made.get(host.clock) ?? new WeakMap<object, QueueStore>()
  made.set(host.clock, stores)
  const store = stores.get(connection) ?? connection(host.clock)
  stores.set(connection, store)
  return store
}
