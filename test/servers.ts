import { connect } from 'node:net'
import { Redis } from 'ioredis'
import pg from 'pg'
import { describe } from 'vitest'

/** Where the servers are that tests need. In CI they must be there; elsewhere their tests are skipped, which is said. */
export const REDIS: string = process.env.REHEARSAL_REDIS_URL ?? 'redis://127.0.0.1:6379'
export const POSTGRES: string = process.env.REHEARSAL_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** `describe` for cases that need a server. */
export async function describeWith(address: string): Promise<typeof describe | typeof describe.skip> {
  if (process.env.CI || (await isReachable(address))) return describe
  console.log(`Skipped: no server at ${address}; the same is tried on a file of SQLite`)
  return describe.skip
}

/** A queue of its own on a server. */
export interface ServedQueue {
  readonly name: string
  readonly address: string
  /** The same one, by another way to its server. */
  through(address: string): string
}

/** A queue on a server that nobody else uses. */
export function queueOn(server: string): ServedQueue {
  const name = `rehearsal_test_${crypto.randomUUID().slice(0, 8)}`
  const through = (way: string) => {
    const url = new URL(way)
    url.searchParams.set('queue', name)
    return url.href
  }
  return { name, address: through(server), through }
}

/** Takes away what a queue has left on its server, or schedules under such a prefix or in such a schema. */
export async function emptyQueue({ name, address }: Pick<ServedQueue, 'name' | 'address'>): Promise<void> {
  if (address.startsWith('redis')) return emptyRedis(address, name)
  const client = new pg.Client(address)
  await client.connect()
  await client.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`)
  await client.end()
}

async function emptyRedis(address: string, name: string): Promise<void> {
  const client = new Redis(address)
  const keys = await client.keys(`${name}*`)
  if (keys.length > 0) await client.del(...keys)
  client.disconnect()
}

function isReachable(address: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(address)
  const socket = connect(Number(port) || (protocol === 'redis:' ? 6379 : 5432), hostname)
  return new Promise((resolve) => {
    const end = (reachable: boolean) => {
      socket.destroy()
      resolve(reachable)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.setTimeout(2000, () => end(false))
  })
}
