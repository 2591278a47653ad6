import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { type StoreStage, storeContract } from '../../src/contracts/suite/index.ts'
import { FakeDriver, MemoryStore, SqliteStore } from '../../src/index.ts'

describe('in memory', () => storeContract({ test, describe, createStore: inMemory }))
describe('in a file of SQLite', () => storeContract({ test, describe, createStore: inFile }))

function inMemory(): StoreStage {
  const { clock } = new FakeDriver({ cast: () => undefined })
  const store = new MemoryStore(clock)
  return { store, other: store, pass: (ms) => clock.advance(ms), close: () => store.close() }
}

function inFile(): StoreStage {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-store-'))
  const { clock } = new FakeDriver({ cast: () => undefined })
  const [store, other] = [1, 2].map(() => new SqliteStore(join(folder, 'schedule.db'), clock)) as [
    SqliteStore,
    SqliteStore,
  ]
  const close = async () => {
    await Promise.all([store.close(), other.close()])
    rmSync(folder, { recursive: true })
  }
  return { store, other, pass: (ms) => clock.advance(ms), close }
}
