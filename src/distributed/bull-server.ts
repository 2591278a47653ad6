import type { IQueueBackend } from 'bullmq'
import type { Clock } from '../contracts/clock.ts'
import type { QueueAddress } from '../queue/queue-address.ts'
import { StoreError } from '../store-error.ts'
import { BullLine, LINE_OPTIONS } from './bull-line.ts'
import { postgresDurability, redisDurability } from './durability.ts'
import { PostgresLink } from './postgres-link.ts'
import { PostgresShelf, shelfIn } from './postgres-shelf.ts'
import { RedisLink } from './redis-link.ts'
import { RedisShelf } from './redis-shelf.ts'
import type { Shelf } from './shelf.ts'

/** A shelf for jobs and lines for their tickets, on the same server. */
export interface BullServer {
  readonly shelf: Shelf
  /** What the server would lose, in words. */
  readonly dangers: readonly string[]
  readonly line: BullLine
  close(): Promise<void>
}

/**
 * Opens what jobs need on a server.
 *
 * @throws StoreError when it does not answer, or a package is not there.
 */
export async function openBull(address: QueueAddress, clock: Clock): Promise<BullServer> {
  const { shelf, link } = shelfAt(address)
  try {
    const { dangers, root } =
      link instanceof RedisLink ? await inRedis(link, address.name) : await inPostgres(link, address.name)
    const line = new BullLine(root, clock)
    // Whoever calls BullMQ hears of what goes wrong.
    root.on('error', () => {})
    return { shelf, dangers, line, close: () => line.close().then(() => link.close()) }
  } catch (error) {
    await link.close().catch(() => {})
    throw error instanceof StoreError ? error : new StoreError(link.name, (error as Error).message, { cause: error })
  }
}

function shelfAt({ url, name }: QueueAddress): { shelf: Shelf; link: RedisLink | PostgresLink } {
  if (/^rediss?:/.test(url)) {
    const link = new RedisLink(url)
    return { link, shelf: new RedisShelf(link, `${name}-shelf:`) }
  }
  const link = new PostgresLink(url, shelfIn(name))
  return { link, shelf: new PostgresShelf(link, name) }
}

async function inRedis(link: RedisLink, prefix: string): Promise<{ dangers: string[]; root: IQueueBackend }> {
  const dangers = await redisDurability(link)
  const { createRedisBackend } = await import('bullmq')
  const root = createRedisBackend('root', { connection: await link.client(), prefix, ...LINE_OPTIONS } as never)
  return { dangers, root }
}

async function inPostgres(link: PostgresLink, schema: string): Promise<{ dangers: string[]; root: IQueueBackend }> {
  const dangers = await postgresDurability(link)
  const { createPostgresBackend, runMigrations } = await import('bullmq')
  const pool = await link.pool()
  const client = await pool.connect()
  try {
    await runMigrations(client, schema)
  } finally {
    client.release()
  }
  // A pool that is given to it is looked for in a schema that cannot be chosen.
  const connection = { ...pool.options, schema }
  return { dangers, root: createPostgresBackend('root', { connection, ...LINE_OPTIONS } as never) }
}
