import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Scenario } from '../../src/contracts/scenario.ts'
import { commandFor } from '../../src/contracts/suite/harness.ts'
import { FakeDriver } from '../../src/fake/driver.ts'
import type { Fate, SentSignal } from '../../src/fake/fate.ts'

const SOUND: Fate = {
  start: () => undefined,
  refused: () => {},
  pid: () => undefined,
  born: () => {},
  wrote: () => {},
  died: () => 0,
  reaped: () => {},
  sent: () => 0,
}

/** A machine on which this goes wrong, and everything does the same. */
function machine(fate: Partial<Fate>, scenario: Scenario = [{ hang: true }]): FakeDriver {
  const driver = new FakeDriver({ cast: () => ({ scenario }) })
  driver.processes.fate = { ...SOUND, ...fate }
  return driver
}

const COMMAND = commandFor(['service'])

describe('a start', () => {
  test('takes as long as it is fated to', async () => {
    const driver = machine({ start: () => ({ delay: 3000 }) })
    await driver.clock.drive(driver.start(COMMAND), () => 'the start')
    assert.equal(driver.clock.monotonic(), 3000)
  })

  test('fails for the reason that is fated, and that is told', async () => {
    const refused: string[] = []
    const driver = machine({ start: () => ({ errno: 'EAGAIN' }), refused: (_, errno) => refused.push(errno) })
    await assert.rejects(driver.start(COMMAND), { code: 'ERR_PROCESS_START', errno: 'EAGAIN' })
    assert.deepEqual([refused, await driver.processes.list()], [['EAGAIN'], []])
  })

  test('can be heard of after the process is over', async () => {
    const driver = machine({ start: () => ({ heardAfter: 500, scenario: [{ wait: 100 }, { exit: 3 }] }) })
    const handle = await driver.clock.drive(driver.start(COMMAND), () => 'the start')
    assert.equal(driver.clock.monotonic(), 500)
    assert.deepEqual(await handle.exit, { code: 3, signal: null })
  })

  test('can have something else done beside what is to be done', async () => {
    const driver = machine({ start: () => ({ beside: [[{ wait: 70 }, { die: 'SIGSEGV' }]] }) })
    const handle = await driver.start(COMMAND)
    assert.deepEqual(await driver.clock.drive(handle.exit, () => 'the exit'), { code: null, signal: 'SIGSEGV' })
    assert.equal(driver.clock.monotonic(), 70)
  })
})

describe('an exit that is told late', () => {
  test('leaves a zombie until then, which no longer runs and takes signals all the same', async () => {
    const driver = machine({ died: () => 2000 }, [{ wait: 100 }, { exit: 0 }])
    const handle = await driver.start(COMMAND)
    await driver.clock.advance(1000)
    assert.equal((await driver.processes.find(handle.pid))?.state, 'zombie')
    assert.equal(await driver.processes.isRunning(handle.pid), false)
    assert.deepEqual([handle.kill('SIGTERM', 'process'), await handle.survivors()], [true, []])
    await driver.clock.advance(1100)
    assert.equal(await driver.processes.find(handle.pid), undefined)
    assert.deepEqual([handle.kill('SIGTERM', 'process'), await handle.exit], [false, { code: 0, signal: null }])
  })
})

describe('a pid that is used again', () => {
  const again = (): FakeDriver => machine({ pid: () => 77 }, [{ wait: 100 }, { exit: 0 }])

  test('tells two processes apart by their starts', async () => {
    const driver = again()
    const first = await driver.start(COMMAND)
    const before = await driver.processes.find(77)
    await driver.clock.advance(100)
    await driver.start(COMMAND)
    const after = await driver.processes.find(77)
    assert.equal(first.pid, 77)
    assert.notEqual(after?.startedAt, before?.startedAt)
  })

  test('is out of reach for the handle of the one before, and for its group', async () => {
    const driver = again()
    const first = await driver.start(COMMAND)
    await driver.clock.advance(100)
    await driver.start(COMMAND)
    assert.deepEqual([first.kill('SIGKILL', 'process'), first.kill('SIGKILL', 'group')], [false, false])
    assert.deepEqual(await first.survivors(), [])
    assert.equal(await driver.processes.isRunning(77), true)
  })

  test('is hit by who signals the number, and that is seen', async () => {
    const sent: SentSignal[] = []
    const note = (signal: SentSignal): number => {
      sent.push(signal)
      return 0
    }
    const driver = machine({ pid: () => 77, sent: note }, [{ wait: 100 }, { exit: 0 }])
    await driver.start(COMMAND)
    await driver.clock.advance(100)
    await driver.start(COMMAND)
    assert.equal(driver.processes.signal(77, 'SIGKILL'), true)
    assert.deepEqual(
      sent.map(({ by, pid, to }) => [by, pid, to?.serial]),
      [['number', 77, 2]],
    )
  })
})

describe('a signal', () => {
  test('takes as long as it is fated to', async () => {
    const driver = machine({ sent: () => 400 })
    const handle = await driver.start(COMMAND)
    handle.kill('SIGKILL', 'group')
    await driver.clock.advance(399)
    assert.equal(await driver.processes.isRunning(handle.pid), true)
    await driver.clock.advance(1)
    assert.equal(await driver.processes.isRunning(handle.pid), false)
  })

  test('that is not ours to send is refused as a system does it', async () => {
    const driver = machine({ sent: () => 'EPERM' })
    const handle = await driver.start(COMMAND)
    assert.throws(() => handle.kill('SIGTERM', 'group'), { code: 'EPERM' })
    assert.throws(() => driver.processes.signal(handle.pid, 'SIGTERM'), { code: 'EPERM' })
  })
})

describe('while the code outside is busy', () => {
  test('its timers wait, and fire in their order after all that came meanwhile', async () => {
    const driver = machine({}, [{ wait: 200 }, { write: 'out', data: 'x' }, { wait: 200 }, { exit: 0 }])
    const { clock, processes } = driver
    const seen: string[] = []
    const see = (what: string) => () => seen.push(`${what} at ${clock.monotonic()}`)
    const handle = await driver.start(COMMAND)
    handle.stdout?.flow(see('output'), see('end'))
    void handle.exit.then(see('exit'))
    clock.setTimeout(see('second timer'), 300)
    clock.setTimeout(see('first timer'), 100)
    processes.stall(1000)
    await clock.advance(500)
    processes.stall(500)
    await clock.advance(2000)
    assert.deepEqual(
      seen,
      ['output', 'end', 'exit', 'first timer', 'second timer'].map((what) => `${what} at 1000`),
    )
  })
})

describe('the wall clock', () => {
  test('can be set forward: alarms that are overdue go off when that is noticed, timers stay', async () => {
    const { clock } = machine({})
    const seen: string[] = []
    clock.setAlarm(() => seen.push(`alarm ${clock.monotonic()}`), clock.now() + 60_000)
    clock.setTimeout(() => seen.push(`timer ${clock.monotonic()}`), 60_000)
    await clock.advance(1000)
    clock.setWall(3_600_000, 500)
    await clock.advance(100_000)
    assert.deepEqual(seen, ['alarm 1500', 'timer 60000'])
  })

  test('can be set back: that puts nothing off', async () => {
    const { clock } = machine({})
    const seen: number[] = []
    clock.setAlarm(() => seen.push(clock.monotonic()), clock.now() + 5000)
    clock.setWall(-3_600_000)
    await clock.advance(10_000)
    assert.deepEqual(seen, [5000])
    assert.equal(clock.now(), Date.UTC(2026, 0, 1) - 3_600_000 + 10_000)
  })
})

describe('a disk that is full', () => {
  test('takes no bytes and keeps what it has', async () => {
    const { files } = machine({})
    await files.makeFolder('/data')
    await files.write('/data/log', 'before')
    files.refusal = 'ENOSPC'
    await assert.rejects(files.write('/data/log', 'more', { append: true }), { code: 'ENOSPC' })
    assert.equal(await files.readText('/data/log'), 'before')
    files.refusal = undefined
    await files.write('/data/log', '!', { append: true })
    assert.equal(await files.readText('/data/log'), 'before!')
  })
})

test('an end forgets all timers', async () => {
  const { clock } = machine({})
  clock.setTimeout(() => assert.fail('it fired'), 10)
  assert.equal(clock.pending, 1)
  clock.end()
  assert.equal(clock.pending, 0)
  await clock.advance(100)
})
