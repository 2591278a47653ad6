import assert, { AssertionError } from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, Day, Process, ProcessScheduler } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const FRIDAY = '2026-01-02T12:00:00Z'

describe('the next run', () => {
  test('is that of a command, or of a name', () => {
    const { scheduler } = rehearsed()
    scheduler.daily('backup.sh', '02:00').name('backup')
    for (const name of ['backup.sh', 'backup'])
      assert.equal(scheduler.getNextRun(name)?.toISOString(), '2026-01-01T02:00:00.000Z')
    scheduler.weekly(['clean', 'up'], Day.Sunday, '3:00')
    assert.equal(scheduler.getNextRun(['clean', 'up'], FRIDAY)?.toISOString(), '2026-01-04T03:00:00.000Z')
    assert.equal(scheduler.getNextRun('clean up', new Date(FRIDAY))?.toISOString(), '2026-01-04T03:00:00.000Z')
  })

  test('is the earliest where a command is scheduled more than once', () => {
    const { scheduler } = rehearsed()
    scheduler.daily('x', '5:00')
    scheduler.daily('x', '3:00')
    assert.equal(scheduler.getNextRun('x')?.toISOString(), '2026-01-01T03:00:00.000Z')
  })

  test('is null for what is not scheduled', () => {
    assert.equal(rehearsed().scheduler.getNextRun('x'), null)
  })

  test('is in the time zone of the task, or of its scheduler, or of the machine', () => {
    const { process } = rehearsed()
    const berlin = process.scheduler({ timezone: 'Europe/Berlin' })
    berlin.daily('x', '2:00')
    berlin.daily('y', '2:00').timezone('America/New_York')
    assert.equal(berlin.getNextRun('x')?.toISOString(), '2026-01-01T01:00:00.000Z')
    assert.equal(berlin.getNextRun('y')?.toISOString(), '2026-01-01T07:00:00.000Z')
    const machine = new ProcessScheduler()
    machine.daily('backup.sh', '02:00')
    assert.equal(machine.getNextRun('backup.sh')?.getHours(), 2)
  })

  test('follows the rule for changes of the clocks that a task names', () => {
    const { process } = rehearsed()
    const scheduler = process.scheduler({ timezone: 'Europe/Berlin' })
    scheduler.daily('x', '2:30')
    scheduler.daily('skipping', '2:30').dst('skip')
    assert.equal(scheduler.getNextRun('x', '2026-03-28T12:00:00Z')?.toISOString(), '2026-03-29T01:00:00.000Z')
    assert.equal(scheduler.getNextRun('skipping', '2026-03-28T12:00:00Z')?.toISOString(), '2026-03-30T00:30:00.000Z')
  })

  test('needs a moment that is one', () => {
    const { scheduler } = rehearsed()
    assert.throws(() => scheduler.getNextRun('x', 'soon'), {
      name: 'TypeError',
      message: /Cannot use "soon" as a moment/,
    })
  })
})

test('the scheduler of the specification runs its examples', async () => {
  using fake = Process.fake('ok', { now: new Date(2026, 0, 1) })
  const scheduler = new ProcessScheduler()
  scheduler.daily('backup.sh', '02:00')
  scheduler.weekly('cleanup.sh', Day.Sunday)
  scheduler.monthly('invoices.sh')
  scheduler.cron('0 * * * *', 'hourly.sh')
  const work = scheduler.work()
  await fake.advance('7d')
  await scheduler.stop()
  await work
  Process.assertRanTimes('backup.sh', 7).assertRanTimes('cleanup.sh', 1).assertRanTimes('hourly.sh', 168)
  Process.assertNotRan('invoices.sh')
})

describe('lists', () => {
  test('show what is due within a minute', () => {
    const { scheduler } = rehearsed()
    scheduler.command('hourly').hourly()
    scheduler.command('half').hourlyAt(30)
    scheduler.command('seconds').everyTwentySeconds()
    scheduler.schedule('interval', '1s')
    const due = (moment: string) => scheduler.due(moment).map(({ label }) => label)
    assert.deepEqual(due('2026-01-01T05:00:00Z'), ['hourly', 'seconds'])
    assert.deepEqual(due('2026-01-01T05:00:59.999Z'), ['hourly', 'seconds'])
    assert.deepEqual(due('2026-01-01T05:30:10Z'), ['half', 'seconds'])
    assert.deepEqual(due('2026-01-01T05:31:00Z'), ['seconds'])
  })

  test('show what comes next, in order', () => {
    const { scheduler } = rehearsed()
    scheduler.command('b').twiceDaily(1, 2)
    scheduler.command('a').hourly()
    const next = scheduler.upcoming(5).map(({ at, task }) => `${at.toISOString().slice(11, 16)} ${task.label}`)
    assert.deepEqual(next, ['01:00 b', '01:00 a', '02:00 b', '02:00 a', '03:00 a'])
    assert.deepEqual(rehearsed().scheduler.upcoming(5), [])
  })

  test('show every task', () => {
    const { scheduler } = rehearsed()
    scheduler.daily('backup.sh', '02:00').name('backup').description('Everything').timezone('Asia/Kathmandu')
    scheduler.call(() => {}).every('5s')
    assert.deepEqual(scheduler.list(), [
      {
        name: 'backup',
        command: 'backup.sh',
        description: 'Everything',
        expression: '0 2 * * *',
        timezone: 'Asia/Kathmandu',
        dst: 'vixie',
        nextRun: new Date('2026-01-01T20:15:00Z'),
      },
      {
        name: 'closure',
        command: 'closure',
        description: undefined,
        expression: 'every 5000 ms',
        timezone: 'UTC',
        dst: undefined,
        nextRun: new Date('2026-01-01T00:00:05Z'),
      },
    ])
  })
})

describe('a group', () => {
  test('says the same of all its tasks, before what each says itself, and may be nested', () => {
    const { scheduler } = rehearsed()
    scheduler.group(
      (task) => task.daily().timezone('Europe/Berlin'),
      () => {
        scheduler.command('a').at('3:00')
        scheduler.group(
          (task) => task.weekdays(),
          (inner) => inner.command('b'),
        )
        scheduler.command('c')
      },
    )
    scheduler.command('d')
    assert.deepEqual(
      scheduler.list().map(({ name, expression, timezone }) => `${name} ${expression} ${timezone}`),
      ['a 0 3 * * * Europe/Berlin', 'b 0 0 * * 1-5 Europe/Berlin', 'c 0 0 * * * Europe/Berlin', 'd * * * * * UTC'],
    )
  })

  test('is over when its definition fails', () => {
    const { scheduler } = rehearsed()
    const fail = () => {
      throw new Error('on purpose')
    }
    assert.throws(() => scheduler.group((task) => task.daily(), fail), /on purpose/)
    assert.equal(scheduler.command('x').timetable.text, '* * * * *')
  })
})

describe('claims', () => {
  test('that hold are silent', async () => {
    const { scheduler, workFor } = rehearsed()
    scheduler.daily('backup.sh', '02:00').name('backup')
    await workFor('3h')
    scheduler
      .assertScheduled('backup.sh', '0 2 * * *')
      .assertScheduled('backup', ' 0  2 * * *')
      .assertRanAt('backup', '2026-01-01T02:00:00Z')
      .assertRanAt('backup.sh', new Date('2026-01-01T02:00:00Z'))
      .assertNextRun('backup', '2026-01-02T02:00:00Z')
      .assertNextRun('backup', '2026-03-01T02:00:00Z', '2026-02-28T12:00:00Z')
  })

  test('that do not hold show what does', async () => {
    const { scheduler, workFor } = rehearsed()
    scheduler.daily('backup.sh', '02:00')
    scheduler.weekly('cleanup.sh')
    await workFor('3h')
    const table = '\n\nWhat is scheduled:\n  0 2 * * *  backup.sh\n  0 0 * * 0  cleanup.sh'
    for (const [claim, message] of [
      [
        () => scheduler.assertScheduled('backup.sh', '0 3 * * *'),
        `Expected "backup.sh" to be scheduled at 0 3 * * *, but it is at 0 2 * * *${table}`,
      ],
      [
        () => scheduler.assertScheduled('other', '@daily'),
        `Expected "other" to be scheduled at 0 0 * * *, but it is not scheduled${table}`,
      ],
      [
        () => scheduler.assertRanAt('backup.sh', '2026-01-01T03:00:00Z'),
        'Expected "backup.sh" to have run at 2026-01-01T03:00:00.000Z, but of its 1 runs the nearest were at 2026-01-01T02:00:00.000Z',
      ],
      [
        () => scheduler.assertRanAt('cleanup.sh', '2026-01-01T03:00:00Z'),
        'Expected "cleanup.sh" to have run at 2026-01-01T03:00:00.000Z, but it never ran',
      ],
      [
        () => scheduler.assertNextRun('backup.sh', '2026-01-02T03:00:00Z'),
        'Expected "backup.sh" to be due next at 2026-01-02T03:00:00.000Z, but that is at 2026-01-02T02:00:00.000Z',
      ],
      [
        () => scheduler.assertNextRun('other', '2026-01-02T03:00:00Z'),
        'Expected "other" to be due next at 2026-01-02T03:00:00.000Z, but it is never due',
      ],
    ] as const) {
      assert.throws(claim, (error: unknown) => error instanceof AssertionError && error.message === message, message)
    }
  })

  test('about what ran need a rehearsal or a spy', () => {
    const scheduler = createProcess().scheduler()
    scheduler.command('x')
    assert.throws(() => scheduler.assertRanAt('x', FRIDAY), /nothing is recorded/)
  })
})
