import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { SystemDriver } from '../../src/driver/index.ts'
import {
  createProcess,
  type Driver,
  FakeDriver,
  type IsolationOptions,
  isolated,
  ProcessIsolation,
} from '../../src/index.ts'
import { watchMemory } from '../../src/memory-watch.ts'
import { bareDriver } from '../bare-driver.ts'

const MEGABYTE = 1024 * 1024

/** A machine that only says what it was asked for: `limits` and the like of a command, as JSON. */
function asked(...layers: readonly IsolationOptions[]): ReturnType<typeof createProcess> {
  const cast = (command: { isolation?: unknown; user?: unknown; group?: unknown }) => {
    const { isolation, user, group } = command
    return { scenario: [{ write: 'out', data: JSON.stringify({ isolation, user, group }) }] as const }
  }
  const plain: Driver = new FakeDriver({ cast })
  return createProcess({ driver: layers.reduce((driver, layer) => isolated(driver, layer), plain) })
}

describe('an isolation', () => {
  test('can be made on its own, stands on the shared Process, and adds up', () => {
    const isolation = new ProcessIsolation()
    isolation.setUser('www-data')
    isolation.setResourceLimits({ memory: '1MB' }).setResourceLimits({ openFiles: 5 }).setNice(3)
    assert.deepEqual(isolation.options, { user: 'www-data', limits: { memory: '1MB', openFiles: 5 }, nice: 3 })
  })

  test('can be said by methods as well as by options', () => {
    const isolation = new ProcessIsolation()
      .setSupplementaryGroups(['audio'])
      .setWorkingDirectory('/srv')
      .setUmask(0o077)
      .setEnvironment('clean')
      .noNewPrivileges()
      .dieWithParent()
      .killWholeTree()
      .privateNetwork()
      .readOnlyFiles({ writable: ['/tmp'] })
      .prefer('nice')
      .prefer('umask')
    assert.deepEqual(isolation.options, {
      supplementaryGroups: ['audio'],
      workingDirectory: '/srv',
      umask: 0o077,
      environment: 'clean',
      noNewPrivileges: true,
      dieWithParent: true,
      wholeTree: true,
      privateNetwork: true,
      readOnly: { writable: ['/tmp'] },
      prefer: ['nice', 'umask'],
    })
    assert.equal(isolation.prefer().prefer('nice').options.prefer, true)
  })

  test('leaves what was said before as it is, where it says nothing of it itself', () => {
    const account = { user: 'build', group: 'build' }
    const pending = asked()
      .path('/srv')
      .command('x')
      .isolate({ ...account, environment: 'clean', prefer: ['nice'] })
    const { settings } = pending.isolate({ nice: 4 }).isolate({ umask: 0o077, prefer: ['umask'] })
    const { user, group, path, isolation, environment } = settings
    assert.deepEqual({ user, group, path }, { ...account, path: '/srv' })
    assert.deepEqual(isolation, { nice: 4, umask: 0o077, prefer: ['umask'] })
    assert.equal(typeof environment, 'function')
    assert.equal(pending.isolate({ environment: 'inherit' }).settings.environment, undefined)
  })

  test('prefers what it preferred before, unless that is demanded since', () => {
    const pending = asked()
      .command('x')
      .isolate({ umask: 0o077, nice: 4, prefer: ['umask', 'nice'] })
    assert.deepEqual(pending.isolate({ nice: 5 }).settings.isolation?.prefer, ['umask'])
    assert.deepEqual(pending.isolate({ noNewPrivileges: true }).settings.isolation?.prefer, ['umask', 'nice'])
  })

  test('starts a command as it runs one', async () => {
    const running = await asked().isolation({ nice: 4 }).start('x')
    assert.equal((await running.wait()).json<{ isolation: { nice: number } }>().isolation.nice, 4)
  })

  test('that a driver cannot give is told as such, demand by demand, and fails a start', async () => {
    const fake = new FakeDriver({ cast: () => ({ scenario: [] }) })
    const driver = bareDriver(fake)
    const isolation = createProcess({ driver }).isolation({ nice: 4 })
    const known = isolation.capabilities()
    assert.deepEqual([known.nice, known.privateNetwork], Array(2).fill('its driver keeps no processes apart'))
    for (const act of [async () => isolation.plan('x'), () => isolation.run('x')])
      await assert.rejects(act, { code: 'ERR_PROCESS_ISOLATION' })
  })

  test('is taken as it is when it is used: what is said later is for later uses', async () => {
    const process = asked()
    const isolation = process.isolation().setNice(1)
    const pending = process.isolate(isolation)
    isolation.setNice(2)
    assert.equal((await pending.run('x')).json<{ isolation: { nice: number } }>().isolation.nice, 1)
  })

  test('a value that is refused leaves all as it was', () => {
    const isolation = createProcess().isolation({ nice: 1 })
    assert.throws(() => isolation.setNice(99), TypeError)
    assert.throws(() => isolation.setResourceLimits({ memory: -1 }), TypeError)
    assert.deepEqual(isolation.options, { nice: 1 })
  })

  test('calls of isolate and limits add up, the later one counts', async () => {
    const pending = asked()
      .limits({ memory: '1MB', core: 0 })
      .isolate({ nice: 1, user: 'a' })
      .limits({ memory: '2MB' })
      .user('b')
    const { isolation, user } = (await pending.run('x')).json<{ isolation: unknown; user: string }>()
    assert.deepEqual(isolation, { memory: 2 * MEGABYTE, core: { soft: 0, hard: 0 }, nice: 1, prefer: [] })
    assert.equal(user, 'b')
  })
})

describe('a layer', () => {
  test('of two limits the lower one holds, and a demand stays one when only one side prefers it', async () => {
    const outer: IsolationOptions = {
      limits: { memory: '2MB', openFiles: { soft: 10, hard: 20 }, cpuTime: '5s' },
      privateNetwork: true,
      readOnly: { writable: ['/tmp', '/srv/a'] },
      prefer: true,
    }
    const process = asked(outer)
    const pending = process.isolate({
      limits: { memory: '1MB', openFiles: { soft: 15, hard: 15 } },
      privateNetwork: true,
      readOnly: { writable: ['/tmp/mine', '/srv'] },
    })
    const { isolation } = (await pending.run('x')).json<{ isolation: Record<string, unknown> & { prefer: string[] } }>()
    assert.deepEqual(
      [isolation.memory, isolation.openFiles, isolation.cpuTime, isolation.readOnly],
      [MEGABYTE, { soft: 10, hard: 15 }, { soft: 5, hard: 6 }, { writable: ['/tmp/mine', '/srv/a'] }],
    )
    assert.deepEqual(
      ['privateNetwork', 'memory', 'cpuTime'].map((demand) => isolation.prefer.includes(demand)),
      [false, false, true],
    )
  })

  test('its user and group are those of what is started, also over those that a command asks for', async () => {
    const process = asked({ user: 'nobody' })
    const { user, group } = (await process.user('root').group('root').run('x')).json<Record<string, unknown>>()
    assert.deepEqual([user, group], ['nobody', undefined])
  })

  test('an environment of its own is that of commands which inherit, and they can add to it', async () => {
    process.env.REHEARSAL_SECRET = 'secret'
    try {
      const driver = isolated(new SystemDriver(), { environment: { from: 'clean', variables: { LAYER: 'yes' } } })
      const result = await createProcess({ driver }).env({ MINE: 'too' }).run('echo "$REHEARSAL_SECRET-$LAYER-$MINE"')
      assert.equal(result.output(), '-yes-too\n')
    } finally {
      delete process.env.REHEARSAL_SECRET
    }
  })
})

describe('memory that nobody enforces', () => {
  test('is looked at every 100 ms, over the whole tree, until the process is over', async () => {
    const scenario = [
      { fork: [{ wait: 250 }, { use: { memory: 80 * MEGABYTE } }, { hang: true }], detached: true },
      { use: { memory: 30 * MEGABYTE } },
      { hang: true },
    ] as const
    const driver = new FakeDriver({ cast: () => ({ scenario }) })
    const start = () => createProcess({ driver }).start('x')
    const first = await start()
    const handle = { pid: first.id(), clock: driver.clock, exit: first.ended().then(() => ({ code: 0, signal: null })) }
    let exceededAt = Number.NaN
    void watchMemory(handle as never, 100 * MEGABYTE, driver.processes, () => {
      exceededAt = driver.clock.monotonic()
    })
    const result = await first.wait()
    assert.deepEqual([exceededAt, result.signal()], [300, 'SIGKILL'])
    assert.deepEqual(await driver.processes.list(), [])
  })

  test('is that of the tree alone, and may be all that is allowed', async () => {
    const { pids, watch, left } = await machine([100, 90])
    assert.equal(await watch(100 * MEGABYTE), undefined)
    assert.equal(await watch(100 * MEGABYTE - 1), 0)
    assert.deepEqual(await left(), pids.slice(1))
  })

  test('is not looked at any more once the process is over', async () => {
    const { pids, watch, left } = await machine([100])
    assert.equal(await watch(MEGABYTE, Promise.resolve()), undefined)
    assert.deepEqual(await left(), pids)
  })
})

/** A machine whose processes hold so many megabytes each, and how to watch the first of them for a second. */
async function machine(held: readonly number[]) {
  const rest = [...held]
  const cast = () => ({ scenario: [{ use: { memory: (rest.shift() ?? 0) * MEGABYTE } }, { hang: true }] as const })
  const driver = new FakeDriver({ cast })
  const { clock, processes } = driver
  const own = createProcess({ driver })
  const pids: number[] = []
  for (const _ of held) pids.push((await own.start('x')).id())
  const left = async () => (await processes.list()).map(({ pid }) => pid)
  const watch = async (limit: number, exit: Promise<unknown> = new Promise(() => {})) => {
    const began = clock.monotonic()
    let exceededAfter: number | undefined
    void watchMemory({ pid: pids[0], clock, exit } as never, limit, processes, () => {
      exceededAfter = clock.monotonic() - began
    })
    await clock.advance(1000)
    return exceededAfter
  }
  return { pids, watch, left }
}

test('a start within a call keeps nothing apart, and is refused when it is to', () => {
  for (const driver of [new SystemDriver(), new FakeDriver({ cast: () => ({ scenario: [{ exit: 0 }] }) })]) {
    const command = {
      line: ['x'],
      cwd: undefined,
      env: {},
      inheritEnv: true,
      foreground: false,
      isolation: { nice: 5 },
    }
    const streams = { stdin: 'end', stdout: 'pipe', stderr: 'pipe' } as const
    const caller = { real: () => assert.fail('it was started'), closed: new Promise<void>(() => {}) }
    assert.throws(() => driver.atOnce.start({ ...command, ...streams }, caller as never), {
      code: 'ERR_PROCESS_ISOLATION',
    })
    assert.throws(() => driver.atOnce.run({ ...command, ...streams }, caller as never), {
      code: 'ERR_PROCESS_ISOLATION',
    })
  }
})
