import { Redis } from 'ioredis'
import pg from 'pg'
import { describe, test } from 'vitest'
import { type StoreStage, storeContract } from '../../src/contracts/suite/index.ts'
import { PostgresStore } from '../../src/distributed/postgres-store.ts'
import { RedisStore } from '../../src/distributed/redis-store.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import { describeWith, POSTGRES, REDIS } from '../servers.ts'
import { schedulesInFile, schedulesInMemory } from './local-stores.ts'

/** Leases over a connection on a busy machine, in milliseconds. */
const LEASE = 1500

describe('in memory', () => storeContract({ test, describe, createStore: schedulesInMemory }))
describe('in a file of SQLite', () => storeContract({ test, describe, createStore: schedulesInFile }))
;(await describeWith(REDIS))('in Redis', () => storeContract({ test, describe, createStore: inRedis, lease: LEASE }))
;(await describeWith(POSTGRES))('in PostgreSQL', () =>
  storeContract({ test, describe, createStore: inPostgres, lease: LEASE }),
)

const { clock: real } = new SystemDriver()
const pass = (ms: number) => real.sleep(ms)

function inRedis(): StoreStage {
  const prefix = `rehearsal-test:${crypto.randomUUID()}:`
  const [store, other] = [new RedisStore(REDIS, { prefix }), new RedisStore(REDIS, { prefix })]
  const close = async () => {
    await Promise.all([store.close(), other.close()])
    const client = new Redis(REDIS)
    const keys = await client.keys(`${prefix}*`)
    if (keys.length > 0) await client.del(...keys)
    client.disconnect()
  }
  return { store, other, pass, close }
}

function inPostgres(): StoreStage {
  const schema = `rehearsal_test_${crypto.randomUUID().replaceAll('-', '')}`
  const [store, other] = [new PostgresStore(POSTGRES, { schema }), new PostgresStore(POSTGRES, { schema })]
  const close = async () => {
    await Promise.all([store.close(), other.close()])
    const client = new pg.Client(POSTGRES)
    await client.connect()
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    await client.end()
  }
  return { store, other, pass, close }
}
