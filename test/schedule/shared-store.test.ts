import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

describe('the turn to begin a due time on one server', () => {
  const HOUR = Date.UTC(2026, 0, 1, 1)

  test('goes to another one when who had it has died before the beginning', async () => {
    const { fake, scheduler, times } = rehearsed()
    const task = scheduler.command('x').hourly().onOneServer({ lease: '5s' })
    const work = scheduler.work()
    await fake.advance('59m')
    // Somebody who will never begin.
    await scheduler.store.acquire(`${task.id} due at ${HOUR}`, 65_000)
    await fake.advance('62s')
    assert.deepEqual(times('x'), [])
    await fake.advance('4s')
    assert.deepEqual(times('x'), ['01:00:05.550Z'])
    await scheduler.stop()
    await work
    assert.deepEqual(
      (await scheduler.history()).map(({ outcome }) => outcome),
      ['succeeded'],
    )
  })

  test('is held for as long as what comes before the beginning takes, and keeps no slot of those who wait', async () => {
    const { process, fake } = rehearsed()
    const store = new MemoryStore(process.clock)
    const open = () => process.scheduler({ timezone: 'UTC', store, concurrency: 1 })
    const [first, second] = [open(), open()]
    for (const scheduler of [first, second]) {
      scheduler
        .command('x')
        .hourly()
        .onOneServer({ lease: '2s' })
        .before(() => process.clock.sleep(600_000))
    }
    second.command('y').hourlyAt(5)
    const works = [first.work(), second.work()]
    await fake.advance('2h')
    await Promise.all([first.stop(), second.stop()])
    await Promise.all(works)
    const ran = process
      .recorded()
      .map(({ text, startedAt }) => `${text} ${new Date(startedAt).toISOString().slice(11, 16)}`)
    assert.deepEqual(ran, ['y 00:05', 'y 01:05', 'x 01:10', 'x 02:10'])
  })

  test('is over with what keeps it from beginning there', async () => {
    const { process, fake } = rehearsed()
    const store = new MemoryStore(process.clock)
    const schedulers = [1, 2].map(() => process.scheduler({ timezone: 'UTC', store }))
    for (const scheduler of schedulers) {
      const fail = () => {
        throw new Error('not today')
      }
      scheduler.command('x').hourly().onOneServer().before(fail)
    }
    const works = schedulers.map((scheduler) => scheduler.work())
    await fake.advance('61m')
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()))
    await Promise.all(works)
    const runs = await store.history({ limit: 10 })
    assert.deepEqual(runs.map(({ outcome, reason }) => `${outcome}: ${reason}`).toSorted(), [
      'failed: not today',
      'skipped: another server has taken it',
    ])
  })

  test('that was lost while its owner stood still is not begun twice', async () => {
    const { process, fake, scheduler } = rehearsed()
    const task = scheduler.command('x').hourly().onOneServer({ lease: '3s' })
    task.before(async () => {
      // Another one has begun it meanwhile.
      await scheduler.store.claim(task.id, HOUR)
    })
    const work = scheduler.work()
    await fake.advance('61m')
    await scheduler.stop()
    await work
    process.assertNothingRan()
    const [run] = await scheduler.history()
    assert.deepEqual([run?.outcome, run?.reason], ['skipped', 'another server has taken it'])
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

  test('cannot say whether all is paused keeps those from running that need it, or say so', async () => {
    const { scheduler, process, workFor, errors } = rehearsed()
    scheduler.command('plain').hourly()
    scheduler.command('locked').hourly().withoutOverlapping()
    scheduler.command('careful').hourly().ifStoreFails('skip')
    scheduler.command('whatever').hourly().evenWhenPaused()
    const { store } = scheduler
    store.paused = () => Promise.reject(new Error('store is down'))
    await workFor('1h')
    assert.deepEqual(
      process
        .recorded()
        .map(({ text }) => text)
        .toSorted(),
      ['plain', 'whatever'],
    )
    assert.deepEqual(errors, ['store is down', 'store is down', 'store is down'])
    const [run] = await scheduler.history('careful')
    assert.deepEqual([run?.outcome, run?.reason], ['skipped', 'the store failed'])
  })

  for (const [ahead, message] of [
    [-5000, 'The clock is 5000 ms ahead of that of the store'],
    [90_000, 'The clock is 90000 ms behind that of the store'],
    [900, undefined],
  ] as const) {
    test(`goes by another clock, ${ahead} ms from here, ${message ? 'is reported' : 'is well'}`, async () => {
      const { process, scheduler, workFor, errors } = rehearsed()
      scheduler.store.now = async () => process.clock.now() + ahead
      scheduler.command('x').hourly()
      await workFor('1h')
      assert.deepEqual(errors, message ? [message] : [])
      process.assertRanTimes('x', 1)
    })
  }

  test('does not say what was missed lets the others begin in time', async () => {
    const { scheduler, times, workFor, errors } = rehearsed()
    for (let task = 0; task < 30; task++) scheduler.command('catching').name(`${task}`).hourly().catchUp('last')
    scheduler.command('plain').everyMinute()
    scheduler.command('early').cron('3 * * * * *')
    scheduler.store.decided = () => new Promise(() => {})
    await workFor('2m')
    assert.deepEqual(
      [times('plain'), times('early')],
      [
        ['00:01', '00:02'],
        ['00:00:05', '00:01:03'],
      ],
    )
    assert.equal(errors.length, 30)
  })

  test('is down when what is due is run by hand', async () => {
    const down = () => Promise.reject(new Error('store is down'))
    const broken = (clock: ConstructorParameters<typeof MemoryStore>[0]): ScheduleStore =>
      Object.assign(new MemoryStore(clock), { acquire: down, claim: down, claimed: down, paused: down })
    const { scheduler } = rehearsed('ok', { store: broken })
    scheduler.command('plain')
    scheduler.command('locked').withoutOverlapping()
    assert.deepEqual(
      (await scheduler.run()).map(({ task, outcome }) => [task.split(' ')[0], outcome]),
      [['plain', 'succeeded']],
    )
  })
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
