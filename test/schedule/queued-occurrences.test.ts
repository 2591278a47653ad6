import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { createProcess, MemoryQueue, MemoryStore, SqliteQueue } from '../../src/index.ts'
import { rehearsed } from '../queue/rehearsed.ts'

test('of two schedulers on one queue each due time is queued once, and run by whoever works', async () => {
  const process = createProcess()
  using fake = process.fake({ 'report *': 'ok' }, { now: new Date('2026-01-01T00:00:30Z') })
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-queue-'))
  const told: string[] = []
  const machines = ['one', 'other'].map((name) => {
    const queued = process.queued((clock) => new SqliteQueue(join(folder, 'queue.db'), clock))
    const scheduler = process.scheduler({ timezone: 'UTC', store: (clock) => new MemoryStore(clock) })
    scheduler.command('report all').everyMinute().name('all reports').onQueue(queued, { queue: 'reports' })
    for (const event of ['queued', 'dropped'] as const) queued.on(event, () => told.push(event))
    return { name, queued, scheduler, work: scheduler.work() }
  })
  await fake.advance('3m')
  for (const { scheduler, work } of machines) {
    await scheduler.stop()
    await work
  }
  const [{ queued } = assert.fail()] = machines
  assert.deepEqual(
    (await queued.list()).map(({ id, queue }) => [id, queue]),
    ['03', '02', '01'].map((minute) => [`all%20reports@2026-01-01T00:${minute}:00.000Z`, 'reports']),
  )
  assert.deepEqual(told.sort(), [...Array(3).fill('dropped'), ...Array(3).fill('queued')])
  await queued.work({ queues: ['reports'], stopWhenEmpty: true })
  process.assertRanTimes('report all', 3)
  for (const machine of machines) await machine.queued.close()
  rmSync(folder, { recursive: true })
})

rehearsed('what is queued is neither run nor waited for by the scheduler', { job: 'ok' }, async (room) => {
  const { process, queued, fake } = room
  const scheduler = process.scheduler({ timezone: 'UTC' })
  scheduler
    .command(process.path('/srv').command('job'))
    .hourly()
    .timeout('5s')
    .onQueue(queued, { tries: 2 })
    .user('ada')
  const work = scheduler.work()
  await fake.advance('1h')
  await scheduler.stop()
  await work
  process.assertNothingRan()
  queued.assertQueued('sudo -n -u ada -- sh -c job')
  assert.deepEqual(
    (await scheduler.history()).map(({ outcome }) => outcome),
    ['succeeded'],
  )
})

rehearsed('a queue that does not answer fails the run', { job: 'ok' }, async ({ process, fake }) => {
  const store = new MemoryQueue(process.clock)
  store.push = () => Promise.reject(new Error('the store does not answer'))
  const scheduler = process.scheduler({ timezone: 'UTC' })
  scheduler.command('job').hourly().onQueue(process.queued(store))
  const work = scheduler.work()
  await fake.advance('1h')
  await scheduler.stop()
  await work
  assert.deepEqual(
    (await scheduler.history()).map(({ outcome, reason }) => [outcome, reason]),
    [['failed', 'the store does not answer']],
  )
})

rehearsed('what cannot be queued is refused when it is said', {}, async ({ process, queued }) => {
  const scheduler = process.scheduler()
  assert.throws(() => scheduler.call(() => {}).onQueue(queued), { code: 'ERR_BAD_SCHEDULE' })
  assert.throws(() => scheduler.command('job').onQueue(queued, { tries: -1 }), { code: 'ERR_BAD_JOB' })
})
