import { describe, test } from 'vitest'
import { type QueueStage, queueContract } from '../../src/contracts/suite/index.ts'
import { BullQueue } from '../../src/distributed/bull-queue.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import { DeferredQueue } from '../../src/queue/deferred-queue.ts'
import { describeWith, emptyQueue, POSTGRES, queueOn, REDIS } from '../servers.ts'
import { queueInFile, queueInMemory } from './local-stores.ts'

/** Leases over a connection on a busy machine, in milliseconds. */
const LEASE = 600

describe('in memory', () => queueContract({ test, describe, createStore: queueInMemory }))
describe('in one whose code is loaded when it is first used', () =>
  queueContract({ test, describe, createStore: deferred }))
describe('in a file of SQLite', () => queueContract({ test, describe, createStore: queueInFile }))
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

function deferred(): QueueStage {
  const stage = queueInMemory()
  const store = new DeferredQueue('memory:', async () => stage.store)
  return { ...stage, store, close: () => store.close() }
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
