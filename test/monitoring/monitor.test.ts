import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, test } from 'vitest'
import { createProcess, FakeDriver, Process, ProcessMonitor } from '../../src/index.ts'
import { bareDriver } from '../bare-driver.ts'

const NOBODY = 4_000_000

/** A rehearsal with one process of this description, and a monitor of it. */
async function watched(program: ReturnType<typeof Process.describe>, options = {}) {
  const own = createProcess()
  const fake = own.fake({ watched: program, '*': 'ok' })
  const running = await own.forever().start('watched')
  return { own, fake, running, monitor: own.monitor(running, options) }
}

/** A rehearsal whose process holds much, and whose process table fails, or takes its time, when it is told to. */
function rehearsedTree() {
  const scenario = [{ use: { memory: 300 * 1024 * 1024 } }, { hang: true }] as const
  const driver = new FakeDriver({ cast: () => ({ scenario }) })
  let next: Promise<void> | undefined
  const processes = new Proxy(driver.processes, {
    get(table, name) {
      const value = Reflect.get(table, name)
      if (name !== 'descendants') return typeof value === 'function' ? value.bind(table) : value
      return async (pid: number) => {
        const wait = next
        next = undefined
        await wait
        return table.descendants(pid)
      }
    },
  })
  const process = createProcess({ driver: bareDriver(driver, { processes }) })
  return {
    process,
    clock: driver.clock,
    breakLook() {
      next = Promise.reject(new Error('no'))
      next.catch(() => {})
    },
    holdLook() {
      const { promise, resolve } = Promise.withResolvers<void>()
      next = promise
      return resolve
    },
  }
}

describe('a monitor', () => {
  test('of a tree counts anew after a look that failed, and tells of no look that ends after the watch', async () => {
    const { process, clock, breakLook, holdLook } = rehearsedTree()
    const monitor = process.monitor(await process.forever().start('large'))
    const raisedAt: number[] = []
    const watch = () => monitor.onHighMemory('200MB', () => raisedAt.push(clock.monotonic()), { tree: true })
    let end = watch()
    await clock.advance(1500)
    breakLook()
    await clock.advance(6500)
    // Its first look counts for nothing, and the one after 2 s was in vain: three in a row are those after 3, 4 and 5 s.
    assert.deepEqual(raisedAt, [5000])
    end()
    end = watch()
    await clock.advance(2500)
    const release = holdLook()
    await clock.advance(1000)
    end()
    release()
    await clock.advance(5000)
    assert.deepEqual(raisedAt, [5000])
  })

  test('stands on the shared Process unless it is made by another one', async () => {
    using fake = Process.fake({ job: Process.describe().memory('100MB').hangs() })
    const running = await Process.forever().start('job')
    const other = createProcess()
    const monitor = new ProcessMonitor(running.id())
    assert.deepEqual([await monitor.isRunning(), await other.monitor(running.id()).isRunning()], [true, false])
    // A process says itself where it runs.
    assert.equal(await other.monitor(running).isRunning(), true)
    await fake.advance(1)
  })

  test('keeps to the rehearsal in which a callback was given', async () => {
    const seen: string[] = []
    const rehearse = (answer: string) =>
      Process.fake({ job: Process.describe().memory('600MB').hangs(), who: answer }, async (fake) => {
        const monitor = Process.monitor(await Process.forever().start('job'))
        const told = new Promise<void>((resolve) => {
          monitor.onHighMemory(async () => {
            seen.push((await Process.run('who')).output())
            resolve()
          })
        })
        await fake.advance('5s')
        await told
      })
    await Promise.all([rehearse('one'), rehearse('other')])
    assert.deepEqual(seen.sort(), ['one', 'other'])
  })

  test('moves no time, neither by its looks nor by its callbacks', async () => {
    const { fake, running, monitor } = await watched(Process.describe().memory('1GB').hangs())
    monitor.onHighMemory(() => running.restart())
    monitor.onExit(() => {})
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(fake.driver.clock.monotonic(), 0)
    await fake.advance('10s')
    assert.equal(fake.driver.clock.monotonic(), 10_000)
    fake.restore()
  })

  test('moves no time by what its callbacks run', async () => {
    const own = createProcess()
    using fake = own.fake({ quick: Process.describe().after('1s'), slow: Process.describe().after('2h') })
    const running = await own.start('quick')
    let begun = false
    own.monitor(running).onExit(() => {
      begun = true
      return own.forever().run('slow')
    })
    await running.wait()
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([begun, fake.driver.clock.monotonic()], [true, 1000])
  })

  test('counts anew after a look that failed', async () => {
    const driver = new FakeDriver({ cast: () => ({ scenario: [{ use: { memory: 900 } }, { hang: true }] }) })
    const { clock, processes } = driver
    const sample = processes.sample.bind(processes)
    const fails = (at: number) => at === 3000
    processes.sample = async (pids) => {
      const seen = await sample(pids)
      return fails(clock.monotonic()) ? (new Map(pids.map((pid) => [pid, { pid, errno: 'EMFILE' }])) as never) : seen
    }
    const own = createProcess({ driver })
    const seen: number[] = []
    own.monitor(await own.forever().start('job')).onHighMemory(800, () => seen.push(clock.monotonic()))
    await clock.advance(10_000)
    assert.deepEqual(seen, [6000])
    await driver.close()
  })

  test('forgets callbacks of a pid that is over', async () => {
    const own = createProcess()
    using fake = own.fake({ '*': Process.describe().after('1s') })
    const monitor = own.monitor()
    const running = await own.start('job')
    const pid = running.id()
    const forgotten = [
      watchedOver((callback) => monitor.onExit(pid, callback)),
      watchedOver((callback) => monitor.onExit(NOBODY, callback)),
      watchedOver((callback) => monitor.onError(pid, callback)),
      watchedOver((callback) => monitor.onHighMemory('1GB', callback, { process: pid })),
      watchedOver((callback) => monitor.onHighCpu('50%', callback, { process: pid })),
    ]
    await running.wait()
    await fake.advance('5s')
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
    assert.deepEqual(
      forgotten.map((callback) => callback.deref() === undefined),
      Array(5).fill(true),
    )
    monitor.stop()
  })

  test('has limits of its own where none is said', async () => {
    const { fake, monitor } = await watched(
      Process.describe().memory('513MB').cpu(0.91).after('10s').memory('511MB').cpu(0.89).hangs(),
    )
    const seen: string[] = []
    monitor.onHighMemory((usage) => seen.push(`${usage}`))
    monitor.onHighCpu((usage) => seen.push(`${usage}`))
    await fake.advance('1h')
    assert.deepEqual(seen, ['513 MB (limit 512 MB)', '91 % (limit 90 %)'])
    fake.restore()
  })

  test('hears at the very look that makes it certain', async () => {
    const { fake, monitor } = await watched(Process.describe().after('9500ms').memory('600MB').hangs(), { every: '2s' })
    const seen: [string, number][] = []
    const note = (name: string) => () => seen.push([name, fake.driver.clock.monotonic()])
    monitor.onHighMemory(note('three looks'))
    monitor.onHighMemory('512MB', note('one look'), { samples: 1 })
    monitor.onHighMemory('512MB', note('another window'), { samples: 4, window: '5s' })
    monitor.onHighMemory('512MB', note('grace'), { samples: 1, grace: '1m' })
    await fake.advance('5m')
    assert.deepEqual(seen, [
      ['one look', 10_000],
      ['three looks', 14_000],
      ['another window', 25_000],
      ['grace', 60_000],
    ])
    fake.restore()
  })

  test('hears again of what has been over meanwhile', async () => {
    const burst = (program: ReturnType<typeof Process.describe>) => program.cpu(1).after('10s').cpu(0.1).after('10s')
    const { fake, monitor } = await watched(burst(burst(Process.describe())).hangs())
    const seen: number[] = []
    monitor.onHighCpu('50%', ({ value }) => seen.push(value))
    await fake.advance('1h')
    assert.deepEqual(seen, [1, 1])
    fake.restore()
  })

  test('leaves no timer and no listener behind, after thousands of processes', async () => {
    const own = createProcess()
    using fake = own.fake({ '*': Process.describe().after('1s') })
    const monitor = own.monitor(undefined, { every: 100 })
    let exits = 0
    for (let round = 0; round < 2000; round++) {
      const running = await own.start('job')
      monitor.onExit(running.id(), () => exits++)
      monitor.onHighMemory('1GB', () => {}, { process: running.id() })
      monitor.onError(running.id(), () => {})
      await running.wait()
    }
    await fake.advance('1s')
    assert.deepEqual([exits, fake.driver.clock.untilNext()], [2000, undefined])
  })

  test('ends its loops when it is stopped', async () => {
    const { fake, monitor } = await watched(Process.describe().hangs())
    let seen = 0
    for await (const { nth } of monitor.samples()) {
      seen = nth
      if (nth === 5) monitor.stop()
    }
    assert.equal(seen, 5)
    assert.equal(fake.driver.clock.untilNext(), undefined)
    fake.restore()
  })

  test('goes on with a process that is restarted while somebody loops over its samples', async () => {
    const { fake, running, monitor } = await watched(Process.describe().after('3s'))
    const seen: [number, number][] = []
    for await (const { pid, nth } of monitor.samples()) {
      seen.push([pid - running.id(), nth])
      if (seen.length === 2) void running.restart()
    }
    assert.deepEqual(seen, [
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
      [1, 3],
    ])
    fake.restore()
  })

  test('waits with its loops for whoever decides whether a process goes on', async () => {
    const { fake, running, monitor } = await watched(Process.describe().after('1500ms'))
    running.lineage.keeper = () => running.startAgain()
    const seen: [number, number][] = []
    const loop = (async () => {
      for await (const { pid, at } of monitor.samples()) seen.push([pid - running.id(), at])
    })()
    await fake.advance('5s')
    await running.lineage.restart()
    await fake.advance('1s')
    running.lineage.keeper = undefined
    await fake.advance('5s')
    await loop
    assert.deepEqual(seen, [
      [0, 0],
      [0, 1000],
      [1, 5000],
      [1, 6000],
    ])
    fake.restore()
  })

  test('reports what goes wrong in a callback as a warning where nobody wants to hear it', async () => {
    const { fake, running, monitor } = await watched(Process.describe().hangs())
    monitor.onExit(() => {
      throw new Error('on purpose')
    })
    const warning = new Promise<Error>((resolve) => process.once('warning', resolve))
    await running.stop()
    const { name, message } = await warning
    assert.deepEqual(
      [name, message],
      ['MonitorWarning', `The onExit callback for process ${running.id()} failed: on purpose`],
    )
    fake.restore()
  })
})

/** Gives a callback away and keeps only the means to see whether somebody else still has it. */
function watchedOver(give: (callback: () => void) => void): WeakRef<() => void> {
  const callback = (): void => {}
  give(callback)
  return new WeakRef(callback)
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

describe('a monitor refuses', () => {
  const monitor = createProcess().monitor()

  for (const pid of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`${pid} as a pid`, async () => {
      const message = `Cannot look at process ${pid}: expected a pid`
      assert.throws(() => createProcess().monitor(pid), { name: 'TypeError', message })
      assert.throws(() => monitor.onExit(pid, () => {}), { name: 'TypeError', message })
      await assert.rejects(monitor.isRunning(pid), { name: 'TypeError', message })
      await assert.rejects(monitor.getStats(pid), { name: 'TypeError', message })
    })
  }

  test('to guess whom it is about', async () => {
    const expected = { name: 'TypeError', message: /named? one/ }
    assert.throws(() => monitor.onExit(() => {}), expected)
    assert.throws(() => monitor.onHighMemory(() => {}), expected)
    assert.throws(() => monitor.samples(), expected)
    await assert.rejects(monitor.getStats(), expected)
  })

  test('limits that are none', () => {
    const about = createProcess().monitor(NOBODY)
    const call = () => {}
    for (const limit of [-1, Number.NaN, 'much', Number.POSITIVE_INFINITY] as never[])
      assert.throws(() => about.onHighMemory(limit, call), TypeError, String(limit))
    assert.throws(() => about.onHighMemory(0, call), {
      code: 'ERR_BAD_THRESHOLD',
      message: 'Cannot use 0 as a limit of memory: expected more than 0',
    })
    for (const limit of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '0%', 'much', '-5%'] as never[])
      assert.throws(() => about.onHighCpu(limit, call), { code: 'ERR_BAD_THRESHOLD' }, String(limit))
    assert.throws(() => about.onHighCpu(80, call), {
      code: 'ERR_BAD_THRESHOLD',
      message: "Cannot use 80 as a limit of cpu: 1 is one core, write '80%' or '8000%'",
    })
    about.onHighCpu('8000%', call)()
  })

  test('options that mean nothing', () => {
    const about = createProcess().monitor(NOBODY)
    const call = () => {}
    for (const options of [{ samples: 0 }, { hysteresis: 1 }])
      assert.throws(() => about.onHighMemory('1GB', call, options), { code: 'ERR_BAD_THRESHOLD' })
    for (const options of [{ window: 0 }, { window: 'soon' }, { grace: -1 }])
      assert.throws(() => about.onHighCpu(call, options), TypeError)
    for (const options of [{ every: 0 }, { every: -1 }, { callbackTimeout: 'long' }])
      assert.throws(() => createProcess().monitor(NOBODY, options), TypeError)
  })

  test('what is no callback', () => {
    const about = createProcess().monitor(NOBODY)
    const none = undefined as never
    const message = (hook: string) => ({ name: 'TypeError', message: `Cannot use undefined as a callback of ${hook}` })
    assert.throws(() => about.onExit(none), message('onExit'))
    assert.throws(() => about.onHighMemory(none), message('onHighMemory'))
    assert.throws(() => about.onHighCpu(none), message('onHighCpu'))
    assert.throws(() => about.onHighMemory('1GB', none), TypeError)
  })

  test('to tell what only the parent of a process knows', () => {
    assert.throws(
      () =>
        createProcess()
          .monitor(process.ppid)
          .onOutput(() => {}),
      {
        name: 'NotOurProcessError',
        code: 'ERR_NOT_OUR_PROCESS',
        message: `Cannot hear the output of process ${process.ppid}: it was not started here, or is over`,
      },
    )
  })
})
