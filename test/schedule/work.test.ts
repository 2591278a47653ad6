import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type ProcessScheduler, type ScheduledTask } from '../../src/index.ts'
import { rehearsed, START } from './rehearsed.ts'

describe('a scheduler at work', () => {
  test('begins each task when it is due, and not at the moment it begins to work itself', async () => {
    const { scheduler, workFor, times } = rehearsed()
    scheduler.command('hourly').hourly()
    scheduler.daily('nightly', '02:00')
    scheduler.command('seconds').dailyAt('1:00').everyTwentySeconds()
    await workFor('3h')
    assert.deepEqual(times('hourly'), ['01:00', '02:00', '03:00'])
    assert.deepEqual(times('nightly'), ['02:00'])
    assert.deepEqual(times('seconds'), ['01:00', '01:00:20', '01:00:40'])
  })

  test('begins tasks that are due together in the order in which they were defined', async () => {
    const { process, scheduler, workFor } = rehearsed()
    for (const name of ['c', 'a', 'b']) scheduler.daily(name, '00:01')
    await workFor('1h')
    process.assertRanInOrder(['c', 'a', 'b'])
  })

  test('runs tasks side by side, as many as it is told to', async () => {
    const { process, scheduler, workFor, times } = rehearsed(slow('90s'), { concurrency: 2 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) scheduler.daily(name, '00:01')
    scheduler.daily('background', '00:01').runInBackground()
    await workFor('1h')
    assert.deepEqual(times('*'), ['00:01', '00:01', '00:01', '00:02:30', '00:02:30', '00:04'])
    assert.deepEqual(times('background'), ['00:01'])
    process.assertRanCount(6)
  })

  test('runs a task again although it still runs, unless it is told not to', async () => {
    const { scheduler, workFor, times } = rehearsed(slow('150s'))
    scheduler.command('overlapping')
    scheduler.command('alone').withoutOverlapping()
    await workFor('6m')
    assert.deepEqual(times('overlapping'), ['00:01', '00:02', '00:03', '00:04', '00:05', '00:06'])
    assert.deepEqual(times('alone'), ['00:01', '00:04'])
    const outcomes = (await scheduler.history('alone')).map(({ outcome, reason }) => [outcome, reason].join(' '))
    assert.deepEqual(outcomes.slice(1, 4), ['skipped it is still running', 'skipped it is still running', 'succeeded '])
  })

  test('keeps to an interval by the time that passes, from when it began', async () => {
    const { scheduler, workFor, times } = rehearsed()
    scheduler.schedule('often', '25s')
    await workFor('1m')
    assert.deepEqual(times('often'), ['00:00:25', '00:00:50'])
  })

  test('heeds tasks that are defined or changed meanwhile', async () => {
    const { fake, scheduler, times } = rehearsed()
    const changed = scheduler.command('changed').hourly()
    const work = scheduler.work()
    await fake.advance('90m')
    changed.everyThirtyMinutes()
    scheduler.command('later').hourlyAt(45)
    await fake.advance('1h')
    await scheduler.stop()
    await work
    assert.deepEqual(times('changed'), ['01:00', '02:00', '02:30'])
    assert.deepEqual(times('later'), ['01:45'])
  })

  test('runs nothing more once it was stopped, and may work again', async () => {
    const { fake, scheduler, workFor, times } = rehearsed()
    scheduler.command('x').hourly()
    await workFor('1h')
    await fake.advance('5h')
    await workFor('1h')
    assert.deepEqual(times('x'), ['01:00', '07:00'])
  })

  test('moves no time by itself', async () => {
    const { fake, scheduler } = rehearsed()
    scheduler.command('x')
    const work = scheduler.work()
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(fake.now().toISOString(), new Date(START).toISOString())
    await scheduler.stop()
    await work
  })

  test('nor do its functions, whatever they run and wait for', async () => {
    const { process, fake, scheduler } = rehearsed({ long: slow('5h') })
    const ended: string[] = []
    const run = async (name: string) => {
      await process.forever().run('long')
      ended.push(`${name} ${fake.now().toISOString().slice(11, 16)}`)
    }
    scheduler
      .call(() => run('function'))
      .dailyAt('1:00')
      .before(() => run('before'))
      .after(() => run('after'))
    const work = scheduler.work()
    await fake.advance('4h')
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([ended, fake.now().toISOString()], [[], '2026-01-01T04:00:00.000Z'])
    await scheduler.stop()
    await work
    assert.deepEqual(ended, ['before 06:00', 'function 11:00', 'after 16:00'])
  })

  test('ends when its signal aborts', async () => {
    const { fake, scheduler, times } = rehearsed()
    scheduler.command('x')
    const abort = new AbortController()
    const work = scheduler.work({ signal: abort.signal })
    await fake.advance('2m')
    abort.abort()
    await work
    await fake.advance('5m')
    assert.deepEqual(times('x'), ['00:01', '00:02'])
    await scheduler.work({ signal: abort.signal })
  })

  test('works once at a time', async () => {
    const { scheduler } = rehearsed()
    const work = scheduler.work()
    await assert.rejects(scheduler.work(), { code: 'ERR_BAD_SCHEDULE', message: /works already/ })
    await scheduler.stop()
    await work
  })

  test('refuses tasks that cannot be told apart', async () => {
    const { scheduler } = rehearsed()
    scheduler.command('x').hourly()
    scheduler.command('x').hourly()
    const refused = { code: 'ERR_BAD_SCHEDULE', message: /x \(0 \* \* \* \* UTC\) is there twice, give one a name/ }
    await assert.rejects(scheduler.work(), refused)
    assert.throws(() => scheduler.check(), refused)
    scheduler.tasks[1]?.name('other')
    scheduler.check()
    await Promise.all([scheduler.work(), scheduler.stop()])
  })

  test('refuses to run on one server what is due at other times on each', async () => {
    const { scheduler } = rehearsed()
    scheduler.command('x').every('5s').onOneServer()
    const message = 'Cannot run "x" on one server: every 5000 ms is another time on each'
    await assert.rejects(scheduler.work(), { code: 'ERR_BAD_SCHEDULE', message })
  })

  test('begins its tasks in the rehearsal that it works in, whoever moves time', async () => {
    const process = createProcess()
    let inner: ProcessScheduler | undefined
    await process.fake({ inner: 'ok' }, { now: new Date(START) }, async (fake) => {
      inner = process.scheduler({ timezone: 'UTC' })
      inner.command('inner')
      const work = inner.work()
      // Until time rests: whoever moves it then is somebody else.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
      await process.fake({ other: 'ok' }, async () => fake.advance('2m'))
      await inner.stop()
      await work
      process.assertRanTimes('inner', 2)
    })
  })
})

describe('a stop', () => {
  test('waits for what runs, however long that takes', async () => {
    const { process, fake, scheduler } = rehearsed(slow('2h'))
    scheduler.command('long').hourly()
    const work = scheduler.work()
    await fake.advance('1h')
    await scheduler.stop()
    await work
    assert.equal(fake.now().toISOString(), '2026-01-01T03:00:00.000Z')
    assert.equal(process.recorded()[0]?.result?.successful(), true)
    assert.deepEqual(process.active(), [])
  })

  test('ends what still runs after its grace', async () => {
    const { process, fake, scheduler } = rehearsed(slow('2h'))
    scheduler.command('long').hourly()
    const work = scheduler.work()
    await fake.advance('1h')
    await scheduler.stop({ grace: '5m' })
    await work
    assert.equal(fake.now().toISOString(), '2026-01-01T01:05:00.000Z')
    assert.equal(process.recorded()[0]?.result?.signal(), 'SIGTERM')
    assert.deepEqual((await scheduler.history())[0]?.outcome, 'failed')
  })

  test('lets nothing begin that waits for a slot, for chance or for another attempt', async () => {
    const { fake, scheduler, process } = rehearsed({ '*': slow('10m'), broken: 1 }, { concurrency: 1 })
    scheduler.daily('first', '1:00')
    scheduler.daily('second', '1:00')
    scheduler.daily('jittery', '1:00').jitter('1h')
    scheduler.daily('broken', '1:00').retry(5, { delay: '1h' }).runInBackground()
    const work = scheduler.work()
    await fake.advance('1h')
    await scheduler.stop()
    await work
    assert.equal(fake.now().toISOString(), '2026-01-01T01:10:00.000Z')
    process.assertRan('first').assertNotRan('second').assertNotRan('jittery').assertRanTimes('broken', 1)
    const runs = new Map((await scheduler.history()).map((run) => [run.task.split(' ')[0], run]))
    assert.deepEqual(
      [runs.get('second')?.outcome, runs.get('second')?.reason],
      ['skipped', 'the scheduler was stopped'],
    )
    assert.deepEqual(
      [runs.get('jittery')?.outcome, runs.get('jittery')?.reason],
      ['skipped', 'the scheduler was stopped'],
    )
  })
})

describe('a task may run', () => {
  for (const [name, constrain, expected] of [
    ['between two times of the day', (task) => task.between('2:00', '4:00'), ['02:00', '03:00', '04:00']],
    ['between two times around midnight', (task) => task.between('5:00', '1:00'), ['01:00', '05:00', '06:00']],
    ['unless it is between two times', (task) => task.unlessBetween('2:00', '5:00'), ['01:00', '06:00']],
    ['in its own zone', (task) => task.between('4:00', '5:00').timezone('Europe/Berlin'), ['03:00', '04:00']],
    ['when a value holds', (task) => task.when(true), ['01:00', '02:00', '03:00', '04:00', '05:00', '06:00']],
    ['when all conditions hold', (task) => task.when(true).when(() => false), []],
    ['unless a condition holds', (task) => task.skip(false).skip(async () => true), []],
    ['in an environment', (task) => task.environments('testing', 'other').between('1:00', '1:00'), ['01:00']],
    ['in no other environment', (task) => task.environments(['production']), []],
  ] as readonly (readonly [string, (task: ScheduledTask) => ScheduledTask, readonly string[]])[]) {
    test(name, async () => {
      const { scheduler, workFor, times, errors } = rehearsed()
      constrain(scheduler.command('x').hourly())
      await workFor('6h')
      assert.deepEqual([times('x'), errors], [expected, []])
      assert.equal(
        (await scheduler.history()).filter(({ outcome }) => outcome === 'skipped').length,
        6 - expected.length,
      )
    })
  }

  test('not while all is paused, but for those who may', async () => {
    const { fake, scheduler, times } = rehearsed()
    scheduler.command('x').hourly()
    scheduler.command('always').hourly().evenWhenPaused()
    const work = scheduler.work()
    await scheduler.pause()
    await fake.advance('2h')
    await scheduler.resume()
    await fake.advance('1h')
    await scheduler.stop()
    await work
    assert.deepEqual([times('x'), times('always')], [['03:00'], ['01:00', '02:00', '03:00']])
  })

  test('not in maintenance, but for those who may', async () => {
    let maintenance = true
    const { fake, scheduler, times } = rehearsed('ok', { maintenance: () => maintenance })
    scheduler.command('x').hourly()
    scheduler.command('always').hourly().evenInMaintenanceMode()
    const work = scheduler.work()
    await fake.advance('2h')
    maintenance = false
    await fake.advance('1h')
    await scheduler.stop()
    await work
    assert.deepEqual([times('x'), times('always')], [['03:00'], ['01:00', '02:00', '03:00']])
  })

  test('as a condition says that is told what is asked about', async () => {
    const { scheduler, workFor, times } = rehearsed()
    const isEven = ({ task, dueAt }: { task: string; dueAt: Date }) => task === 'x' && dueAt.getUTCHours() % 2 === 0
    scheduler.command('x').hourly().when(isEven)
    await workFor('5h')
    assert.deepEqual(times('x'), ['02:00', '04:00'])
  })

  test('not when a condition throws, which is noted', async () => {
    const { scheduler, workFor, times } = rehearsed()
    scheduler.daily('x', '1:00').when(() => {
      throw new Error('on purpose')
    })
    await workFor('2h')
    const [run] = await scheduler.history('x')
    assert.deepEqual([times('x'), run?.outcome, run?.reason], [[], 'failed', 'on purpose'])
  })
})

function slow(duration: string) {
  return createProcess().describe().after(duration)
}
