import { describe, test } from 'vitest'
import { type QueueStage, queueContract } from '../../src/contracts/suite/index.ts'
import { FakeDriver } from '../../src/index.ts'
import { MemoryQueue } from '../../src/queue/memory-queue.ts'

describe('in memory', () => queueContract({ test, describe, createStore: inMemory }))

function inMemory(): QueueStage {
  const { clock } = new FakeDriver({ cast: () => undefined })
  const store = new MemoryQueue(clock)
  return { store, other: store, pass: (ms) => clock.advance(ms), close: () => store.close() }
}
