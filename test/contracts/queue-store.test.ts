import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { type QueueStage, queueContract } from '../../src/contracts/suite/index.ts'
import { FakeDriver } from '../../src/index.ts'
import { MemoryQueue } from '../../src/queue/memory-queue.ts'
import { SqliteQueue } from '../../src/queue/sqlite-queue.ts'

describe('in memory', () => queueContract({ test, describe, createStore: inMemory }))
describe('in a file of SQLite', () => queueContract({ test, describe, createStore: inFile }))

function inMemory(): QueueStage {
  const { clock } = new FakeDriver({ cast: () => undefined })
  const store = new MemoryQueue(clock)
  return { store, other: store, pass: (ms) => clock.advance(ms), close: () => store.close() }
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
