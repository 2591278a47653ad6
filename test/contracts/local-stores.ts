import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/contracts/clock.ts'
import type { QueueStage, StoreStage } from '../../src/contracts/suite/index.ts'
import { FakeDriver, MemoryStore, SqliteStore } from '../../src/index.ts'
import { MemoryQueue } from '../../src/queue/memory-queue.ts'
import { SqliteQueue } from '../../src/queue/sqlite-queue.ts'

/** The stores that need no server: in memory, and in a file that two of them have open. */

export const schedulesInMemory = (): StoreStage => inMemory((clock) => new MemoryStore(clock))

export const schedulesInFile = (): StoreStage => inFile((path, clock) => new SqliteStore(path, clock))

export const queueInMemory = (): QueueStage => inMemory((clock) => new MemoryQueue(clock))

export const queueInFile = (): QueueStage => inFile((path, clock) => new SqliteQueue(path, clock))

interface Closable {
  close(): Promise<void>
}

/** A store twice, or two of them, and a clock that goes on when it is told to. */
interface Stage<Store> {
  readonly store: Store
  readonly other: Store
  readonly pass: (ms: number) => Promise<void>
  readonly close: () => Promise<void>
}

function inMemory<Store extends Closable>(open: (clock: Clock) => Store): Stage<Store> {
  const { clock } = new FakeDriver({ cast: () => undefined })
  const store = open(clock)
  return { store, other: store, pass: (ms) => clock.advance(ms), close: () => store.close() }
}

function inFile<Store extends Closable>(open: (path: string, clock: Clock) => Store): Stage<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-store-'))
  const { clock } = new FakeDriver({ cast: () => undefined })
  const path = join(folder, 'store.db')
  const [store, other] = [open(path, clock), open(path, clock)]
  const close = async () => {
    await Promise.all([store.close(), other.close()])
    rmSync(folder, { recursive: true })
  }
  return { store, other, pass: (ms) => clock.advance(ms), close }
}
