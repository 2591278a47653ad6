import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import type { Clock } from '../../src/contracts/clock.ts'
import { createProcess, SqliteQueue, StoreError } from '../../src/index.ts'

const AS_NOBODY = fileURLToPath(new URL('../fixtures/open-as-nobody.ts', import.meta.url))
const real = createProcess()
const { clock } = real
const root = mkdtempSync(join(tmpdir(), 'rehearsal-bad-files-'))
afterAll(() => rmSync(root, { recursive: true }))

const JOBS = Array.from({ length: 300 }, (_, n) => ({ id: `job-${n}`, queue: 'default', payload: 'x'.repeat(100) }))
const ALL = { limit: 1000 }

describe('a file that is no queue is refused, and left as it is:', () => {
  test('one of a newer version', async () => {
    const file = await aQueue()
    await refusesAfter(
      file,
      (database) => database.exec('PRAGMA user_version = 9'),
      'its version is 9, the newest known is 1',
    )
  })

  test('one of a newer version that writes another journal', async () => {
    const file = await aQueue()
    const change = (database: DatabaseSync) => database.exec('PRAGMA journal_mode = DELETE; PRAGMA user_version = 9')
    await refusesAfter(file, change, 'its version is 9, the newest known is 1')
  })

  test('something else', () => {
    const file = join(aFolder(), 'queue.db')
    writeFileSync(file, 'Dear diary, today nobody queued anything. '.repeat(200))
    refuses(file, 'file is not a database')
  })

  test('half of a queue', async () => {
    const file = await aQueue()
    truncateSync(file, Math.floor(statSync(file).size / 2))
    refuses(file, 'database disk image is malformed')
  })

  test('a folder', () => refuses(aFolder(), /EISDIR/))

  test.runIf(process.platform === 'linux')('one in a folder that the system does not make', () => {
    assert.throws(
      () => new SqliteQueue('/proc/nope/deeper/queue.db', clock),
      /ENOENT: no such file or directory, mkdir/,
    )
  })
})

test('a queue that is damaged while it is used says so, with a code', async () => {
  const file = await aQueue()
  const page = 4096
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0x55, page, bytes.length))
  const queue = new SqliteQueue(file, clock)
  const uses = [() => queue.list(ALL), () => queue.find('job-7'), () => queue.push([{ queue: 'a', payload: '' }])]
  for (const use of uses) await assert.rejects(use, isStoreError(file, 'database disk image is malformed'))
  await queue.close()
})

test.skipIf(process.platform === 'win32')('what may not be written is refused, and left as it is', async () => {
  const [file, kept] = [await aQueue(), await aQueue()]
  const before = [contentsOf(file), contentsOf(kept)]
  chmodSync(root, 0o755)
  for (const folder of [file, kept].map(dirname)) chmodSync(folder, 0o755)
  chmodSync(file, 0o444)
  chmodSync(dirname(kept), 0o555)
  const paths = [file, kept, join(dirname(kept), 'new.db'), join(dirname(kept), 'deeper', 'new.db')]
  const result = await real.timeout('20s').run([process.execPath, AS_NOBODY, ...paths])
  result.throw()
  const refusals = paths.map((path) => `ERR_STORE Cannot use the store "${path}": EACCES: permission denied`)
  assert.deepEqual(
    result.lines().map((line) => line.split(', ')[0]),
    refusals,
  )
  assert.deepEqual([contentsOf(file), contentsOf(kept)], before)
  chmodSync(dirname(kept), 0o755)
})

describe('while another process writes to the file', () => {
  test('what is there can be read; a push gives up after a while and has pushed nothing', async () => {
    const file = await aQueue()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const queue = new SqliteQueue(file, impatient())
    assert.equal((await queue.list(ALL)).length, JOBS.length)
    await assert.rejects(queue.push([{ queue: 'a', payload: '' }]), isStoreError(file, 'database is locked'))
    other.exec('ROLLBACK')
    other.close()
    assert.equal((await queue.list(ALL)).length, JOBS.length)
    await queue.push([{ queue: 'a', payload: '' }])
    assert.equal((await queue.list(ALL)).length, JOBS.length + 1)
    await queue.close()
  })

  test('and lets nobody read, it is refused, and opened when it is free', async () => {
    const file = await aQueue()
    const other = new DatabaseSync(file)
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE mine (x)')
    assert.throws(() => new SqliteQueue(file, clock), isStoreError(file, 'database is locked'))
    other.exec('ROLLBACK')
    other.close()
    const queue = new SqliteQueue(file, clock)
    assert.equal((await queue.list(ALL)).length, JOBS.length)
    await queue.close()
  }, 20_000)
})

test.skipIf(process.platform === 'win32')('a queue is for its owner alone, in a folder that is, too', async () => {
  const folder = join(aFolder(), 'state', 'queues')
  const queue = new SqliteQueue(join(folder, 'queue.db'), clock)
  await queue.push(JOBS)
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
  assert.deepEqual(
    readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]),
    ['queue.db', 'queue.db-shm', 'queue.db-wal'].map((name) => [name, '600']),
  )
  assert.deepEqual([modeOf(folder), modeOf(dirname(folder))], ['700', '700'])
  await queue.close()
})

function aFolder(): string {
  return mkdtempSync(join(root, 'f-'))
}

async function aQueue(): Promise<string> {
  const file = join(aFolder(), 'queue.db')
  const queue = new SqliteQueue(file, clock)
  await queue.push(JOBS)
  await queue.close()
  return file
}

async function refusesAfter(file: string, change: (database: DatabaseSync) => void, problem: string): Promise<void> {
  const database = new DatabaseSync(file)
  change(database)
  database.close()
  refuses(file, problem)
}

function refuses(file: string, problem: string | RegExp): void {
  const before = contentsOf(file)
  assert.throws(() => new SqliteQueue(file, clock), isStoreError(file, problem))
  assert.deepEqual(contentsOf(file), before)
}

// What is in a folder, byte by byte.
function contentsOf(file: string): ReadonlyMap<string, string> {
  const folder = dirname(file)
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(files.map(({ name }) => [name, readFileSync(join(folder, name), 'base64')]))
}

function isStoreError(file: string, problem: string | RegExp): (error: unknown) => true {
  return (error) => {
    assert(error instanceof StoreError, `${error}`)
    const start = `Cannot use the store "${file}": `
    assert.deepEqual([error.code, error.store, error.message.slice(0, start.length)], ['ERR_STORE', file, start])
    if (typeof problem === 'string') assert.equal(error.message.slice(start.length), problem)
    else assert.match(error.message.slice(start.length), problem)
    return true
  }
}

// A clock on which much time passes between two looks.
function impatient(): Clock {
  let looks = 0
  const passing = { now: () => clock.now(), monotonic: () => 3000 * looks++, sleep: (ms: number) => clock.sleep(ms) }
  return passing as unknown as Clock
}
