import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { type QueueStage, queueContract } from '../../src/contracts/suite/index.ts'
import { BullQueue } from '../../src/distributed/bull-queue.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import { FakeDriver } from '../../src/index.ts'
import { DeferredQueue } from '../../src/queue/deferred-queue.ts'
import { MemoryQueue } from '../../src/queue/memory-queue.ts'
import { SqliteQueue } from '../../src/queue/sqlite-queue.ts'
import { describeWith, emptyQueue, POSTGRES, queueOn, REDIS } from '../servers.ts'

/** Leases over a connection on a busy machine, in milliseconds. */
const LEASE = 600

describe('in memory', () => queueContract({ test, describe, createStore: inMemory }))
describe('in one whose code is loaded when it is first used', () =>
  queueContract({ test, describe, createStore: deferred }))
describe('in a file of SQLite', () => queueContract({ test, describe, createStore: inFile }))
;(await describeWith(REDIS))('in Redis', () =>
  queueContract({
    test: test.concurrent,
    describe: describe.concurrent,
    createStore: () => onServer(REDIS),
    short: LEASE,
  }),
)
;(await describeWith(POSTGRES))('in PostgreSQL', () =>
  queueContract({
    test: test.concurrent,
    describe,
    createStore: () => onServer(POSTGRES),
    short: LEASE,
  }),
)

function inMemory(): QueueStage {
  const { clock } = new FakeDriver({ cast: () => undefined })
  const store = new MemoryQueue(clock)
  return { store, other: store, pass: (ms) => clock.advance(ms), close: () => store.close() }
}

function deferred(): QueueStage {
  const stage = inMemory()
  const store = new DeferredQueue('memory:', async () => stage.store)
  return { ...stage, store, close: () => store.close() }
}

function inFile(): QueueStage {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-queue-'))
  const { clock } = new FakeDriver({ cast: () => undefined })
  const store = new SqliteQueue(join(folder, 'queue.db'), clock)
  const other = new SqliteQueue(join(folder, 'queue.db'), clock)
  const close = async () => {
    await Promise.all([store.close(), other.close()])
    rmSync(folder, { recursive: true })
  }
  return { store, other, pass: (ms) => clock.advance(ms), close }
}

const { clock: real } = new SystemDriver()

async function onServer(server: string): Promise<QueueStage> {
  const queue = queueOn(server)
  const [store, other] = [new BullQueue(queue.address, real), new BullQueue(queue.address, real)]
  const close = async () => {
    await Promise.all([store.close(), other.close()])
    await emptyQueue(queue)
  }
  return { store, other, pass: (ms) => real.sleep(ms), close }
}
