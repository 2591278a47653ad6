import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, Day, type Frequency, type ScheduledTask } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const scheduler = () => createProcess().scheduler({ timezone: 'UTC' })

describe('in words', () => {
  for (const [words, expression] of [
    [(task) => task, '* * * * *'],
    [(task) => task.everySecond(), '* * * * * *'],
    [(task) => task.everyTwoSeconds(), '*/2 * * * * *'],
    [(task) => task.everyFiveSeconds(), '*/5 * * * * *'],
    [(task) => task.everyTenSeconds(), '*/10 * * * * *'],
    [(task) => task.everyFifteenSeconds(), '*/15 * * * * *'],
    [(task) => task.everyTwentySeconds(), '*/20 * * * * *'],
    [(task) => task.everyThirtySeconds(), '*/30 * * * * *'],
    [(task) => task.everyMinute(), '* * * * *'],
    [(task) => task.everyTwoMinutes(), '*/2 * * * *'],
    [(task) => task.everyThreeMinutes(), '*/3 * * * *'],
    [(task) => task.everyFourMinutes(), '*/4 * * * *'],
    [(task) => task.everyFiveMinutes(), '*/5 * * * *'],
    [(task) => task.everyTenMinutes(), '*/10 * * * *'],
    [(task) => task.everyFifteenMinutes(), '*/15 * * * *'],
    [(task) => task.everyThirtyMinutes(), '*/30 * * * *'],
    [(task) => task.hourly(), '0 * * * *'],
    [(task) => task.hourlyAt(17), '17 * * * *'],
    [(task) => task.hourlyAt('*/10'), '*/10 * * * *'],
    [(task) => task.hourlyAt([15, 30]), '15,30 * * * *'],
    [(task) => task.everyOddHour(), '0 1-23/2 * * *'],
    [(task) => task.everyEvenHour(), '0 0-22/2 * * *'],
    [(task) => task.everyEvenHour(15), '15 0-22/2 * * *'],
    [(task) => task.everyTwoHours(), '0 */2 * * *'],
    [(task) => task.everyThreeHours(5), '5 */3 * * *'],
    [(task) => task.everyFourHours([5, 35]), '5,35 */4 * * *'],
    [(task) => task.everySixHours(), '0 */6 * * *'],
    [(task) => task.daily(), '0 0 * * *'],
    [(task) => task.dailyAt('13:08'), '8 13 * * *'],
    [(task) => task.dailyAt('13'), '0 13 * * *'],
    [(task) => task.dailyAt('13:08:30'), '30 8 13 * * *'],
    [(task) => task.dailyAt('0:0'), '0 0 * * *'],
    [(task) => task.dailyAt('13:8'), '8 13 * * *'],
    [(task) => task.dailyAt('13:8:5'), '5 8 13 * * *'],
    [(task) => task.at('2:00'), '0 2 * * *'],
    [(task) => task.twiceDaily(), '0 1,13 * * *'],
    [(task) => task.twiceDaily(1, 1), '0 1,1 * * *'],
    [(task) => task.twiceDaily(3, 15), '0 3,15 * * *'],
    [(task) => task.twiceDailyAt(3, 15, 5), '5 3,15 * * *'],
    [(task) => task.weekly(), '0 0 * * 0'],
    [(task) => task.weeklyOn(Day.Monday, '8:00'), '0 8 * * 1'],
    [(task) => task.weeklyOn([Day.Monday, Day.Friday], '8:00'), '0 8 * * 1,5'],
    [(task) => task.monthly(), '0 0 1 * *'],
    [(task) => task.monthlyOn(4, '15:00'), '0 15 4 * *'],
    [(task) => task.twiceMonthly(), '0 0 1,16 * *'],
    [(task) => task.twiceMonthly(1, 16, '1:30'), '30 1 1,16 * *'],
    [(task) => task.daysOfMonth(1, 10, 20), '0 0 1,10,20 * *'],
    [(task) => task.daysOfMonth([1, 15]).at('3:00'), '0 3 1,15 * *'],
    [(task) => task.lastDayOfMonth('15:00'), '0 15 L * *'],
    [(task) => task.quarterly(), '0 0 1 1-12/3 *'],
    [(task) => task.quarterlyOn(4, '14:00'), '0 14 4 1-12/3 *'],
    [(task) => task.yearly(), '0 0 1 1 *'],
    [(task) => task.yearlyOn(6, 1, '17:00'), '0 17 1 6 *'],
    [(task) => task.yearlyOn(2, 'L'), '0 0 L 2 *'],
    [(task) => task.days(Day.Sunday, Day.Wednesday), '* * * * 0,3'],
    [(task) => task.days([Day.Sunday, Day.Wednesday]), '* * * * 0,3'],
    [(task) => task.weekdays(), '* * * * 1-5'],
    [(task) => task.weekends(), '* * * * 6,0'],
    [(task) => task.sundays(), '* * * * 0'],
    [(task) => task.mondays(), '* * * * 1'],
    [(task) => task.tuesdays(), '* * * * 2'],
    [(task) => task.wednesdays(), '* * * * 3'],
    [(task) => task.thursdays(), '* * * * 4'],
    [(task) => task.fridays(), '* * * * 5'],
    [(task) => task.saturdays(), '* * * * 6'],
    [(task) => task.cron('@weekly'), '0 0 * * 0'],
    [(task) => task.every('7s'), 'every 7000 ms'],
    // Words add up; of two that speak of the same field the last counts.
    [(task) => task.daily().hourly(), '0 0 * * *'],
    [(task) => task.daily().everyMinute(), '* 0 * * *'],
    [(task) => task.mondays().tuesdays(), '* * * * 2'],
    [(task) => task.weekly().at('13:00'), '0 13 * * 0'],
    [(task) => task.weekdays().hourly(), '0 * * * 1-5'],
    [(task) => task.everyThirtySeconds().hourly(), '*/30 0 * * * *'],
    [(task) => task.everyTenSeconds().daily(), '*/10 0 0 * * *'],
    [(task) => task.everyTenSeconds().at('2:00'), '*/10 0 2 * * *'],
    [(task) => task.everyTenSeconds().dailyAt('2:00:30'), '30 0 2 * * *'],
    [(task) => task.everyTenSeconds().weekly(), '*/10 0 0 * * 0'],
    [(task) => task.everyTenSeconds().monthly(), '*/10 0 0 1 * *'],
    [(task) => task.everyTenSeconds().twiceMonthly(), '*/10 0 0 1,16 * *'],
    [(task) => task.everyTenSeconds().lastDayOfMonth(), '*/10 0 0 L * *'],
    [(task) => task.everyTenSeconds().quarterly(), '*/10 0 0 1 1-12/3 *'],
    [(task) => task.everyTenSeconds().yearly(), '*/10 0 0 1 1 *'],
    [(task) => task.dailyAt('2:00:30').at('3:00'), '0 3 * * *'],
    [(task) => task.cron('5 4 * * *').mondays(), '5 4 * * 1'],
    [(task) => task.every('7s').hourly(), '0 * * * *'],
    [(task) => task.every('7s').cron('5 4 * * *'), '5 4 * * *'],
  ] as readonly (readonly [(task: ScheduledTask) => ScheduledTask, string])[]) {
    test(`${String(words).replace(/^\(task\) => task\.?/, '') || 'nothing'} is ${expression}`, () => {
      assert.equal(words(scheduler().command('x')).timetable.text, expression)
    })
  }
})

describe('schedule(command, frequency) takes', () => {
  for (const [frequency, expression] of [
    ['daily', '0 0 * * *'],
    ['everyFiveMinutes', '*/5 * * * *'],
    ['everyEvenHour', '0 0-22/2 * * *'],
    ['weekdays', '* * * * 1-5'],
    ['sundays', '* * * * 0'],
    ['*/5 * * * *', '*/5 * * * *'],
    ['@hourly', '0 * * * *'],
    ['90s', 'every 90000 ms'],
    [5000, 'every 5000 ms'],
    [{ minutes: 5 }, 'every 300000 ms'],
    [(task) => task.weekdays().at('9:00'), '0 9 * * 1-5'],
  ] as readonly (readonly [Frequency, string])[]) {
    test(typeof frequency === 'function' ? 'a function' : JSON.stringify(frequency), () => {
      assert.equal(scheduler().schedule('x', frequency).timetable.text, expression)
    })
  }
})

describe('refused, and nothing is scheduled:', () => {
  for (const [name, define, message] of [
    ['a time', (s) => s.daily('x', '25:00'), 'Cannot use "25:00" as a time of the day: expected text such as "13:30"'],
    ['a time', (s) => s.daily('x', '2am'), 'Cannot use "2am" as a time of the day: expected text such as "13:30"'],
    ['a time', (s) => s.daily('x', '12:60'), 'Cannot use "12:60" as a time of the day: expected text such as "13:30"'],
    ['a time', (s) => s.daily('x', ''), 'Cannot use "" as a time of the day: expected text such as "13:30"'],
    ['a day', (s) => s.weekly('x', 9 as Day), 'Cannot schedule "0 0 * * 9": day of the week "9": expected 0 to 7'],
    ['a day', (s) => s.monthly('x', 32), 'Cannot schedule "0 0 32 * *": day of the month "32": expected 1 to 31'],
    ['an expression', (s) => s.cron('* * * *', 'x'), /it has 4 fields/],
    ['a frequency', (s) => s.schedule('x', 'sometimes'), /Cannot schedule "sometimes": it has 1 fields/],
    ['a frequency', (s) => s.schedule('x', '5 parsecs'), /Cannot use '5 parsecs' as a duration/],
    ['a frequency', (s) => s.schedule('x', 0), 'Cannot schedule every 0 ms: expected 1 or more'],
    [
      'in a group',
      (s) =>
        s.group(
          (task) => task.timezone('Mars/Olympus'),
          () => s.command('x'),
        ),
      /"Mars\/Olympus"/,
    ],
    ['a closure', (s) => s.call('x' as never), 'Cannot schedule x: not a function'],
  ] as readonly (readonly [string, (s: ReturnType<typeof scheduler>) => unknown, string | RegExp])[]) {
    test(`${name}, ${String(define).replace(/^\(s\) => /, '')}`, () => {
      const own = scheduler()
      assert.throws(() => define(own), { message })
      assert.deepEqual(own.tasks, [])
    })
  }

  for (const [define, message] of [
    [(task) => task.yearlyOn(2, 30), 'Cannot schedule "0 0 30 2 *": there is no 30 February'],
    [(task) => task.hourlyAt(60), 'Cannot schedule "60 * * * *": minute "60": expected 0 to 59'],
    [(task) => task.hourlyAt('1 2'), 'Cannot schedule "1 2": expected one field of a cron expression'],
    [(task) => task.days(), 'Cannot schedule "": expected one field of a cron expression'],
    [(task) => task.timezone('CET+1'), 'Cannot use "CET+1" as a time zone: not one that this machine knows'],
    [(task) => task.dst('never' as 'skip'), 'Cannot use "never" when clocks change: expected vixie, skip or both'],
    [(task) => task.between('7', 'noon'), 'Cannot use "noon" as a time of the day: expected text such as "13:30"'],
    [(task) => task.name(' '), 'Cannot name a task " ": expected a text'],
    [(task) => task.retry(0), 'Cannot retry 0 times: expected a whole number from 1 on'],
    [(task) => task.catchUp('some' as 'all'), 'Cannot catch up "some": expected none, last or all'],
    [(task) => task.catchUp('all', { most: 0 }), 'Cannot catch up 0 at most: expected a whole number from 1 on'],
    [(task) => task.withoutOverlapping({ lease: 10 }), 'Cannot lock for 10 ms: expected 1000 or more'],
    [(task) => task.withoutOverlapping(10 as never), "Cannot lock for 10: expected options such as { lease: '10s' }"],
    [(task) => task.environments(), 'Cannot run in the environments []: expected names'],
    [(task) => task.environments('a', ''), 'Cannot run in the environments ["a",""]: expected names'],
    [(task) => task.when(undefined as never), 'Cannot use undefined as a condition: expected a function or a boolean'],
    [(task) => task.skip('x' as never), 'Cannot use "x" as a condition: expected a function or a boolean'],
    [(task) => task.before('x' as never), 'Cannot react with "x": expected a function'],
    [(task) => task.onFailure(5 as never), 'Cannot react with 5: expected a function'],
    [(task) => task.thenWithOutput('x' as never), 'Cannot react with "x": expected a function'],
    [(task) => task.user(''), 'Cannot run as "": expected the name of a user'],
    [(task) => task.user('-i'), 'Cannot run as "-i": expected the name of a user'],
    [(task) => task.onOneServer({ lease: 10 }), 'Cannot lock for 10 ms: expected 1000 or more'],
    [(task) => task.sendOutputTo(''), 'Cannot send the output to "": expected a path'],
    [(task) => task.ifStoreFails('wait' as 'run'), 'Cannot use "wait" when the store fails: expected run or skip'],
    [
      (task) => task.pingBefore('ftp://x'),
      'Cannot ping "ftp://x": expected an address that begins with http: or https:',
    ],
    [
      (task) => task.thenPing('nonsense'),
      'Cannot ping "nonsense": expected an address that begins with http: or https:',
    ],
  ] as readonly (readonly [(task: ScheduledTask) => unknown, string])[]) {
    test(`${String(define).replace(/^\(task\) => task\./, '')}, and the task is withdrawn as it was`, () => {
      const own = scheduler()
      const [kept, task] = [own.command('y'), own.command('x').hourly()]
      assert.throws(() => define(task), { code: 'ERR_BAD_SCHEDULE', message })
      assert.deepEqual(own.tasks, [kept])
      assert.deepEqual([task.timetable.text, task.zone.name, task.label], ['0 * * * *', 'UTC', 'x'])
    })
  }

  for (const [define, message] of [
    [(task) => task.withoutOverlapping(), /Cannot keep from overlapping: a closure needs a name for that/],
    [(task) => task.onOneServer(), /Cannot run on one server: a closure needs a name for that/],
    [(task) => task.user('root'), /Cannot change the user of a closure: it is no process/],
    [(task) => task.idleTimeout('1s'), /Cannot limit the silence of a closure: it is no process/],
  ] as readonly (readonly [(task: ScheduledTask) => unknown, RegExp])[]) {
    test(`${String(define).replace(/^\(task\) => task\./, '')} of a closure`, () => {
      assert.throws(() => define(scheduler().call(() => {})), { code: 'ERR_BAD_SCHEDULE', message })
    })
  }

  test('a task of which a word is refused is not scheduled, though it was to run each minute until then', async () => {
    const { process, scheduler: own, workFor } = rehearsed()
    const define = () => {
      assert.throws(() => own.command('wipe.sh').dailyAt('25:00'))
      assert.throws(() => own.command('wipe.sh').when('x' as never))
      assert.throws(() => own.command('wipe.sh').timeout('soon'), TypeError)
      assert.throws(() => own.daily('wipe.sh', '25:00'))
    }
    define()
    own.call(define).dailyAt('0:02')
    await workFor('10m')
    process.assertNotRan('wipe.sh')
    assert.equal(own.tasks.length, 1)
  })

  test('a word about a task that is worked with, which stays as it was', async () => {
    const { fake, scheduler: own, times } = rehearsed()
    const task = own.command('x').everyTwoMinutes()
    const work = own.work()
    await fake.advance('2m')
    assert.throws(() => task.dailyAt('25:00'))
    await fake.advance('2m')
    await own.stop()
    await work
    assert.deepEqual(times('x'), ['00:02', '00:04'])
  })

  test('a name that another task has', () => {
    const own = scheduler()
    own.command('x').name('same')
    const other = own.command('y')
    assert.throws(() => other.name('same'), { message: 'Cannot name a task "same": another one has that name' })
    other.name('other').name('third').name('other')
  })

  test('options that mean nothing', () => {
    const own = createProcess()
    assert.throws(() => own.scheduler({ timezone: 'Nowhere' }), { code: 'ERR_BAD_SCHEDULE' })
    const typos = [{ timeZone: 'UTC' }, { timezone: 5 }, { maintenance: true }, { onError: 'log' }, null, 'UTC']
    for (const options of [{ concurrency: 0 }, { concurrency: 1.5 }, { catchUp: 'some' }, { store: 'x.db' }, ...typos])
      assert.throws(() => own.scheduler(options as never), { code: 'ERR_BAD_SCHEDULE' })
  })

  test('commands that no system could start', () => {
    const own = scheduler()
    for (const command of ['', '  ', [], [''], ['a', 1 as unknown as string], createProcess().path('/tmp')])
      assert.throws(() => own.daily(command), TypeError)
    assert.deepEqual(own.tasks, [])
  })

  test('groups, counts and names that are none', () => {
    const own = scheduler()
    assert.throws(() => own.group(undefined as never, () => {}), {
      message: /^Cannot define a group: expected a function/,
    })
    for (const count of [-1, 1.5, Number.POSITIVE_INFINITY])
      assert.throws(() => own.upcoming(count), {
        message: `Cannot tell ${count} due times: expected a whole number from 0 on`,
      })
    const message = 'Cannot look for the task undefined: expected its name or its command'
    assert.throws(() => own.getNextRun(undefined as never), { name: 'TypeError', message })
  })
})
