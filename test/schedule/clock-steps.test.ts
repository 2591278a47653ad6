import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, FakeDriver, MemoryStore, type ScheduledTask, type ScheduleStore } from '../../src/index.ts'
import { SteppedClock, withClock } from './stepped-clock.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('a machine that slept from 1:30 to 9:30', () => {
  const night = async (task: (task: ScheduledTask) => ScheduledTask) => {
    const stage = onSteppedClock((scheduler) => task(scheduler.command('x')))
    await stage.at(90 * MINUTE, () => stage.set(8 * HOUR))
    await stage.until(3.5 * HOUR)
    return stage
  }

  test('notes what it missed, and goes on', async () => {
    const { walls, history } = await night((task) => task.hourly())
    assert.deepEqual(walls, ['01:00', '10:00', '11:00'])
    assert.deepEqual(await history(), ['succeeded 01:00', 'missed 02:00 8', 'succeeded 10:00', 'succeeded 11:00'])
  })

  test('runs at once what is due just then', async () => {
    const { walls, history } = await night((task) => task.everyMinute().between('9:00', '9:31'))
    assert.deepEqual(walls, ['09:30', '09:31'])
    assert((await history()).includes('missed 01:31 479'))
  })

  test('makes up for the last run that was missed', async () => {
    const { walls, history } = await night((task) => task.hourly().catchUp('last'))
    assert.deepEqual(walls, ['01:00', '09:30', '10:00', '11:00'])
    const all = ['succeeded 01:00', 'missed 02:00 7', 'succeeded 09:00', 'succeeded 10:00', 'succeeded 11:00']
    assert.deepEqual(await history(), all)
  })

  test('makes up for all of them, as many as it may, in order', async () => {
    const { walls, history } = await night((task) => task.hourly().catchUp('all', { most: 3 }))
    assert.deepEqual(walls, ['01:00', '09:30', '09:30', '09:30', '10:00', '11:00'])
    assert.deepEqual((await history()).slice(1, 5), [
      'missed 02:00 5',
      'succeeded 07:00',
      'succeeded 08:00',
      'succeeded 09:00',
    ])
  })

  test('makes up for nothing at a time of the day at which it may not run', async () => {
    const { walls, history } = await night((task) => task.dailyAt('3:00').between('2:00', '4:00').catchUp('last'))
    assert.deepEqual(walls, [])
    assert.deepEqual(await history(), ['skipped 03:00'])
  })

  test('misses nothing that follows the time that passes', async () => {
    const { walls, history } = await night((task) => task.every('50m'))
    assert.deepEqual(walls, ['00:50', '09:40', '10:30', '11:20'])
    assert((await history()).every((line) => line.startsWith('succeeded')))
  })
})

test('what is due at the end of its time of the day runs, also a few seconds late', async () => {
  const stage = onSteppedClock((scheduler) => scheduler.command('x').dailyAt('3:00').between('2:00', '3:00'))
  await stage.at(2.999 * HOUR, () => stage.set(20_000))
  await stage.until(4 * HOUR)
  assert.deepEqual(await stage.history(), ['succeeded 03:00'])
})

describe('a clock that is set back by an hour at 1:30', () => {
  const setBack = async (task: (task: ScheduledTask) => ScheduledTask) => {
    const stage = onSteppedClock((scheduler) => task(scheduler.command('x')))
    await stage.at(90 * MINUTE, () => stage.set(-HOUR))
    await stage.until(5 * HOUR)
    return stage
  }

  test('shows a time of the day again, which does not count', async () => {
    const { walls, elapsed } = await setBack((task) => task.cron('0 1,2,3 * * *'))
    assert.deepEqual(
      [walls, elapsed],
      [
        ['01:00', '02:00', '03:00'],
        ['01:00', '03:00', '04:00'],
      ],
    )
  })

  test('keeps nothing from going on at its pace', async () => {
    const { walls, elapsed } = await setBack((task) => task.hourly())
    assert.deepEqual(walls, ['01:00', '01:00', '02:00', '03:00', '04:00'])
    assert.deepEqual(elapsed, ['01:00', '02:00', '03:00', '04:00', '05:00'])
  })

  test('changes nothing for what follows the time that passes', async () => {
    const { elapsed } = await setBack((task) => task.every('70m'))
    assert.deepEqual(elapsed, ['01:10', '02:20', '03:30', '04:40'])
  })
})

test('a clock that is corrected all the time runs nothing twice, and loses nothing', async () => {
  const stage = onSteppedClock((scheduler) => scheduler.command('x'))
  for (let minute = 1; minute <= 60; minute++)
    await stage.at(minute * MINUTE + 100, () => stage.set(minute % 2 ? -0.5 : 0.5))
  await stage.until(HOUR + 30_000)
  assert.equal(stage.walls.length, 60)
  assert.equal(new Set(stage.walls).size, 60)
})

describe('a scheduler that begins anew, with the same store,', () => {
  const workTwice = async (first: (task: ScheduledTask) => ScheduledTask, second = first) => {
    const process = createProcess()
    using fake = process.fake('ok', { now: new Date('2026-01-01T00:00:00Z') })
    const store = new MemoryStore(process.clock)
    for (const task of [first, second]) {
      const scheduler = process.scheduler({ timezone: 'UTC', store })
      task(scheduler.command('x').name('x'))
      const work = scheduler.work()
      await fake.advance('90m')
      await scheduler.stop()
      await work
      await fake.advance('5h')
    }
    return process.recorded().map(({ startedAt }) => new Date(startedAt).toISOString().slice(11, 16))
  }

  test('makes up for what was missed in between, if it is to', async () => {
    assert.deepEqual(await workTwice((task) => task.hourly()), ['01:00', '07:00', '08:00'])
    assert.deepEqual(await workTwice((task) => task.hourly().catchUp('last')), ['01:00', '06:30', '07:00', '08:00'])
    assert.deepEqual(await workTwice((task) => task.hourly().catchUp('all', { most: 2 })), [
      '01:00',
      '06:30',
      '06:30',
      '07:00',
      '08:00',
    ])
  })

  test('makes up for nothing that follows the time that passes', async () => {
    assert.deepEqual(await workTwice((task) => task.every('40m').catchUp('all')), ['00:40', '01:20', '07:10', '07:50'])
  })

  test('makes up for nothing that was due at other times then', async () => {
    const changed = await workTwice(
      (task) => task.hourly().catchUp('all'),
      (task) => task.hourlyAt(15).catchUp('all'),
    )
    assert.deepEqual(changed, ['01:00', '07:15'])
  })
})

/** A scheduler on virtual time whose clock on the wall is set by the test. */
function onSteppedClock(define: (scheduler: ReturnType<ReturnType<typeof createProcess>['scheduler']>) => unknown) {
  const inner = new FakeDriver({ cast: () => ({ scenario: [] }), now: new Date('2026-01-01T00:00:00Z') })
  const clock = new SteppedClock(inner.clock)
  const process = createProcess({ driver: withClock(inner, clock) })
  const stores: ScheduleStore[] = []
  const scheduler = process.scheduler({ timezone: 'UTC', store: (clock) => (stores[0] = new MemoryStore(clock)) })
  const [walls, elapsed]: [string[], string[]] = [[], []]
  const task = define(scheduler) as ScheduledTask
  task.before(() => {
    walls.push(timeOf(clock.now()))
    elapsed.push(timeOf(clock.monotonic()))
  })
  const work = scheduler.work()
  return {
    walls,
    elapsed,
    set: (ms: number) => {
      clock.ahead += ms
    },
    at: async (moment: number, act: () => void) => {
      await inner.clock.advance(moment - clock.monotonic())
      act()
    },
    until: async (moment: number) => {
      await inner.clock.advance(moment - clock.monotonic())
      await scheduler.stop()
      await work
    },
    history: async () => {
      const runs = await scheduler.history(undefined, { limit: 1000 })
      const lines = runs.map(({ outcome, dueAt, missed }) => `${outcome} ${timeOf(dueAt)} ${missed ?? ''}`.trim())
      return lines.reverse()
    },
  }
}

function timeOf(moment: number): string {
  return new Date(moment).toISOString().slice(11, 16)
}
