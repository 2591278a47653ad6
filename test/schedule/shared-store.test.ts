import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { createProcess, MemoryStore, type ProcessScheduler, type ScheduleStore, SqliteStore } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const describeProgram = () => createProcess().describe()

describe('two schedulers on one store', () => {
  const both = async (
    define: (scheduler: ProcessScheduler) => unknown,
    rules: Parameters<typeof rehearsed>[0] = 'ok',
  ) => {
    const { process, fake } = rehearsed(rules)
    const store = new MemoryStore(process.clock)
    const schedulers = [1, 2].map(() => process.scheduler({ timezone: 'UTC', store }))
    for (const scheduler of schedulers) define(scheduler)
    const works = schedulers.map((scheduler) => scheduler.work())
    return { process, fake, store, schedulers, works }
  }

  test('run each due time of a task on one server once', async () => {
    const { process, fake, schedulers, works } = await both((scheduler) => {
      scheduler.command('once').hourly().onOneServer()
      scheduler.command('each').hourly()
    })
    await fake.advance('1d')
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()))
    await Promise.all(works)
    process.assertRanTimes('once', 24).assertRanTimes('each', 48)
    const skipped = (await schedulers[0]?.history('once', { limit: 100 }))?.filter(
      ({ outcome }) => outcome === 'skipped',
    )
    assert.deepEqual([skipped?.length, skipped?.[0]?.reason], [24, 'another server has taken it'])
  })

  test('do not let a task overlap', async () => {
    const define = (scheduler: ProcessScheduler) => scheduler.command('long').hourly().withoutOverlapping()
    const { process, fake, schedulers, works } = await both(define, describeProgram().after('90m'))
    await fake.advance('4h')
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()))
    await Promise.all(works)
    const times = process.recorded().map(({ startedAt }) => new Date(startedAt).toISOString().slice(11, 16))
    assert.deepEqual(times, ['01:00', '03:00'])
  })
})

describe('the lock against overlapping', () => {
  test('outlasts its lease while its owner lives', async () => {
    const { fake, scheduler } = rehearsed(describeProgram().after('1d'))
    const task = scheduler.daily('long', '1:00').withoutOverlapping({ lease: '10s' })
    const work = scheduler.work()
    await fake.advance('20h')
    assert.equal(await scheduler.store.acquire(task.id, 1000), undefined)
    await scheduler.stop()
    await work
    assert.notEqual(await scheduler.store.acquire(task.id, 1000), undefined)
  })

  test('is free within seconds after its owner has crashed', async () => {
    const { fake, scheduler, times } = rehearsed()
    const task = scheduler.command('x').everyTenSeconds().withoutOverlapping({ lease: '10s' })
    // Somebody who will never renew it.
    await scheduler.store.acquire(task.id, 10_000)
    const work = scheduler.work()
    await fake.advance('25s')
    await scheduler.stop()
    await work
    assert.deepEqual(times('x'), ['00:00:10', '00:00:20'])
  })

  test('ends the command of an owner that has lost it', async () => {
    const { fake, process, scheduler } = rehearsed(describeProgram().after('1d'))
    const task = scheduler.daily('long', '1:00').withoutOverlapping({ lease: '9s' })
    const work = scheduler.work()
    await fake.advance('61m')
    const { store } = scheduler
    store.renew = async () => false
    await fake.advance('4s')
    await scheduler.stop()
    await work
    assert.equal(process.recorded()[0]?.result?.signal(), 'SIGTERM')
    assert.deepEqual((await scheduler.history())[0]?.outcome, 'failed')
    assert.equal(fake.now().toISOString(), '2026-01-01T01:01:04.000Z')
    assert.equal(task.policy.lease, 9000)
  })
})

describe('a store that', () => {
  const down: Readonly<Record<string, () => Promise<never>>> = {
    fails: () => Promise.reject(new Error('store is down')),
    'does not answer': () => new Promise(() => {}),
  }

  for (const [state, answer] of Object.entries(down)) {
    const broken = (clock: ConstructorParameters<typeof MemoryStore>[0]): ScheduleStore =>
      Object.assign(new MemoryStore(clock), { acquire: answer, claim: answer, record: answer })

    test(`${state} keeps tasks that need it from running, or not, as they say; never for ever`, async () => {
      const { fake, process, scheduler, errors } = rehearsed('ok', { store: broken })
      scheduler.daily('plain', '1:00')
      scheduler.daily('locked', '1:00').withoutOverlapping()
      scheduler.daily('once', '1:00').onOneServer()
      scheduler.daily('locked anyway', '1:00').withoutOverlapping().ifStoreFails('run')
      scheduler.daily('once anyway', '1:00').onOneServer().ifStoreFails('run')
      const work = scheduler.work()
      await fake.advance('61m')
      await scheduler.stop()
      await work
      const ran = process.recorded().map(({ text }) => text)
      assert.deepEqual(ran.sort(), ['locked anyway', 'once anyway', 'plain'])
      // Four who asked in vain, and five runs that could not be written down.
      assert.equal(errors.length, 9)
      assert.match(errors.join(), state === 'fails' ? /store is down/ : /no answer within 5000 ms/)
      assert.deepEqual(process.active(), [])
    })
  }

  test('answers too late leaves no lock behind', async () => {
    const { fake, process, scheduler } = rehearsed()
    const task = scheduler.daily('x', '1:00').withoutOverlapping()
    const { store } = scheduler
    const acquire = store.acquire.bind(store)
    store.acquire = async (lock, lease) => {
      await process.clock.sleep(8000)
      return acquire(lock, lease)
    }
    const work = scheduler.work()
    await fake.advance('61m')
    await scheduler.stop()
    await work
    process.assertNothingRan()
    assert.notEqual(await acquire(task.id, 1000), undefined)
  })

  test('cannot say whether all is paused makes runs fail, and the scheduler goes on', async () => {
    const { scheduler, workFor, times } = rehearsed()
    scheduler.command('x').hourly()
    let asked = 0
    const { store } = scheduler
    const paused = store.paused.bind(store)
    store.paused = () => (++asked === 1 ? Promise.reject(new Error('store is down')) : paused())
    await workFor('2h')
    assert.deepEqual(times('x'), ['02:00'])
    assert.equal((await scheduler.history())[1]?.reason, 'store is down')
  })
})

/** Due times that are raced for: `RACE=1000 npx vitest run test/schedule/shared-store.test.ts` takes its time. */
const RACE = Number(process.env.RACE ?? 200)

test('two processes that race for due times, one of them killed, take each once', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-race-'))
  try {
    const racer = fileURLToPath(new URL('../fixtures/racing-scheduler.ts', import.meta.url))
    const process = createProcess().path(folder).forever()
    const start = () => process.start([globalThis.process.execPath, racer, 'schedule.db', 'taken', String(RACE)])
    const racers = await Promise.all([start(), start()])
    await Promise.all(racers.map((racer) => racer.waitUntil((_, line) => line === 'ready')))
    const together = String(Date.now() + 200)
    await Promise.all(racers.map((racer) => racer.write(together)))
    // Whoever leads is killed in the middle of the race: it has won something, and leaves something to the other.
    const least = Math.floor(RACE * (0.2 + Math.random() / 2))
    const leads = (line: string) => line.split(' ').every((count, index) => Number(count) >= (index === 0 ? least : 1))
    const victim = await Promise.race(
      racers.map((racer) => racer.waitUntil((_, line) => leads(line)).then(() => racer)),
    )
    const survivor = racers.find((racer) => racer !== victim)
    assert(survivor)
    victim.signal('SIGKILL')
    await victim.wait().catch(() => {})
    const result = await survivor.wait()
    assert.equal(result.exitCode(), 0, result.errorOutput())
    const taken = readFileSync(join(folder, 'taken'), 'utf8').trim().split('\n')
    const due = new Set(taken.map((line) => line.split(' ')[0]))
    assert.equal(due.size, taken.length, 'a due time was taken twice')
    // The victim may have been killed between taking a due time and writing that down.
    assert(due.size >= RACE - 1 && due.size <= RACE, `${due.size} due times were taken`)
    assert.equal(new Set(taken.map((line) => line.split(' ')[1])).size, 2, 'only one process took part')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a history in a file outlives the scheduler', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-history-'))
  const path = join(folder, 'schedule.db')
  try {
    for (const expected of [1, 2]) {
      const { scheduler, workFor } = rehearsed('ok', { store: (clock) => new SqliteStore(path, clock) })
      scheduler.daily('x', '1:00')
      await workFor('2h')
      assert.equal((await scheduler.history('x')).length, expected)
      await scheduler.store.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
