import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Handler } from '../../src/fake/handlers.ts'
import { Process, ProcessRecovery, type SupervisionEvent } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const describing = () => Process.describe()
const EXACT = { backoff: { first: 100, factor: 2, cap: 1000, jitter: 0 } } as const

test('the recovery of the specification runs its example', async () => {
  using fake = Process.fake({ server: describing().after('1s').crashes() })
  const notified: string[] = []
  const notifyAdmin = async (text: string) => void notified.push(text)
  const process = await Process.start('server')
  const recovery = new ProcessRecovery(process)
  recovery.onCrash(async () => {
    await notifyAdmin('Process crashed')
    await process.restart()
  })
  await fake.advance('3s')
  await recovery.stop()
  assert.deepEqual([notified.length >= 2, notified[0]], [true, 'Process crashed'])
  Process.assertRanTimes('server', notified.length + 1)
})

/** A recovery of a process in a rehearsal, and what it says. */
async function looking(what: Handler, options: ConstructorParameters<typeof ProcessRecovery>[1] = {}) {
  const stage = rehearsed({ it: what })
  const process = await stage.process.forever().start('it')
  const recovery = stage.process.recovery(process, options).policy({ restart: 'never', ...EXACT })
  const events: SupervisionEvent[] = []
  recovery.onEvent((event) => events.push(event))
  const said = (...kinds: readonly string[]) =>
    events.filter(({ type }) => kinds.includes(type)).map(({ type }) => type)
  return { ...stage, process, recovery, events, said, runs: () => stage.process.recorded().length }
}

describe('a callback', () => {
  test('that restarts the process is held to the limits, and told when there is no more', async () => {
    const { process, recovery, events, fake, runs } = await looking(describing().after('1s').exitCode(1))
    recovery.policy({ restart: 'never', maxRestarts: 2 })
    const failures: unknown[] = []
    recovery.onCrash(async () => {
      await process.restart().catch((error: { code: string }) => failures.push(error.code))
    })
    await fake.advance('1m')
    assert.deepEqual([runs(), failures], [3, ['ERR_NOT_RESTARTED']])
    assert.equal(events.at(-1)?.type, 'failed')
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'restarting' ? [event.delay] : [])),
      [100, 200],
    )
  })

  test('that comes too late to restart what has been restarted does nothing', async () => {
    const { process, recovery, said, fake, runs } = await looking(describing().after('5s').exitCode(1))
    recovery.policy({ restart: 'on-failure' })
    const restarted: number[] = []
    recovery.onCrash(async () => {
      await fake.driver.clock.sleep(1000)
      restarted.push((await process.restart()).id())
    })
    await fake.advance('7s')
    assert.deepEqual([runs(), restarted, said('restarting')], [2, [process.lineage.current.id()], ['restarting']])
    await recovery.stop()
  })

  test('that throws, rejects or never ends changes nothing but what is reported', async () => {
    const { recovery, events, fake, runs } = await looking(describing().after('5s').exitCode(1), {
      callbackTimeout: '2s',
    })
    recovery.policy({ restart: 'on-failure', maxRestarts: 1 })
    recovery
      .onCrash(() => {
        throw new Error('thrown')
      })
      .onCrash(async () => Promise.reject(new Error('rejected')))
      .onCrash(() => new Promise(() => {}))
    await fake.advance('8s')
    const failures = events.flatMap((event) =>
      event.type === 'callbackFailed' ? [[event.hook, String(event.error), event.at]] : [],
    )
    assert.deepEqual(failures, [
      ['onCrash', 'Error: thrown', 5000],
      ['onCrash', 'Error: rejected', 5000],
      ['onCrash', 'Error: it is still not over after 2000 ms', 7000],
    ])
    assert.equal(runs(), 2)
    await recovery.stop()
  })

  test('that stops the process wins over a policy that would start it again', async () => {
    const { recovery, fake, runs } = await looking(describing().after('1s').exitCode(1))
    recovery.policy({ restart: 'always' })
    recovery.onCrash(() => recovery.stop())
    await fake.advance('1h')
    assert.deepEqual([runs(), recovery.status()[0]?.state], [1, 'idle'])
  })

  test('gets the process that it is about, and which one it was', async () => {
    const { process, recovery, fake } = await looking(describing().after('1s').output('last words').exitCode(4))
    recovery.policy({ restart: 'on-failure', maxRestarts: 1 })
    const told: unknown[] = []
    recovery.onCrash((crash) =>
      told.push([
        `${crash}`,
        crash.incarnation,
        crash.process?.output(),
        crash.process === process,
        crash.trouble.outcome,
      ]),
    )
    await fake.advance('3s')
    const outcome = { kind: 'exited', code: 4 }
    assert.deepEqual(told, [
      ['exit code 4', 1, 'last words\n', true, outcome],
      ['exit code 4', 2, 'last words\n', false, outcome],
    ])
  })
})

describe('restarting', () => {
  test('by whoever holds the process is one restart, however many ask, and it is followed', async () => {
    const { process, recovery, fake, runs } = await looking(describing().after('5s').exitCode(1))
    const told: number[] = []
    recovery.onCrash((crash) => told.push(crash.incarnation))
    const [first, same] = await Promise.all([process.restart(), process.restart(), recovery.restart()])
    assert.equal(first, same)
    assert.deepEqual([runs(), process.result?.signal(), process.lineage.current === first], [2, 'SIGTERM', true])
    await fake.advance('6s')
    assert.deepEqual(told, [2])
  })

  test('brings back what is down, also when nothing else would', async () => {
    const { recovery, fake, runs } = await looking(describing().after('1s').exitCode(1))
    await fake.advance('2s')
    assert.equal(recovery.status()[0]?.state, 'done')
    await recovery.restart()
    assert.deepEqual([runs(), recovery.status()[0]?.state], [2, 'ready'])
    await recovery.stop()
  })
})

describe('an owner who', () => {
  test('stops the process has it stay down, whatever the policy', async () => {
    const { process, recovery, said, fake, runs } = await looking(describing().hangs())
    recovery.policy({ restart: 'always' })
    await process.stop()
    await fake.advance('1h')
    assert.deepEqual([runs(), said('crash'), recovery.status()[0]?.state], [1, [], 'idle'])
  })

  test('waits for it gets its own end, and not that of those that follow', async () => {
    const { process, recovery, fake } = await looking(describing().after('1s').exitCode(7))
    recovery.policy({ restart: 'always' })
    assert.equal((await process.wait()).exitCode(), 7)
    await fake.advance('5s')
    await recovery.stop()
  })
})

describe('a process that hangs', () => {
  const beats = (line: string, gap: string, count: number) => {
    const description = describing()
    for (let beat = 0; beat < count; beat++) description.output(line).after(gap)
    return description
  }
  const cases: readonly (readonly [string, Handler, Parameters<ProcessRecovery['onHang']>[1], number])[] = [
    ['says nothing', beats('x', '1s', 5).hangs(), { silence: '3s' }, 7000],
    ['sends no heartbeat', beats('beat', '1s', 5).hangs(), { heartbeat: { output: /^beat$/, within: '3s' } }, 7000],
    [
      'sends no heartbeat, whatever else it says',
      beats('x', '1s', 60),
      { heartbeat: { output: 'beat', within: '3s' } },
      3000,
    ],
    [
      'touches no file',
      describing().writesFile('/tmp/beat', '1').after('2s').writesFile('/tmp/beat', '22').hangs(),
      { heartbeat: { file: '/tmp/beat', within: '4s' } },
      6000,
    ],
    [
      'answers no probe',
      describing().listens(80).after('10s').exitCode(0),
      { probe: { probe: { http: 'http://localhost' }, every: '2s', failures: 2 } },
      6000,
    ],
    ['runs for too long', beats('x', '1s', 60), { limit: '10s' }, 10_000],
    ['does nothing', describing().cpu(1).after('5s').cpu(0).hangs(), { noProgress: '4s' }, 9000],
  ]
  for (const [title, what, how, at] of cases) {
    test(`because it ${title}, is told of once`, async () => {
      const { recovery, events, fake, runs } = await looking(what)
      recovery.onHang(() => {}, how)
      await fake.advance('1m')
      const hangs = events.filter(({ type }) => type === 'hang')
      assert.deepEqual([hangs.map((event) => event.at), runs()], [[at], 1])
      await recovery.stop()
    })
  }

  test('is told of again when it had come back to life', async () => {
    const { recovery, events, fake } = await looking(describing().after('10s').output('alive').hangs())
    recovery.onHang(() => {}, { silence: '3s' })
    await fake.advance('1m')
    assert.deepEqual(
      events.filter(({ type }) => type === 'hang').map(({ at }) => at),
      [3000, 13_000],
    )
  })

  test('does so not while this program itself was held up', async () => {
    const { recovery, said, fake } = await looking(describing().hangs())
    recovery.onHang(() => {}, { silence: '10s' })
    await fake.advance('5s')
    fake.driver.clock.pass(20_000)
    await fake.advance(0)
    assert.deepEqual(said('hang'), [])
    await fake.advance('9s')
    assert.deepEqual(said('hang'), [])
    await fake.advance('1s')
    assert.deepEqual(said('hang'), ['hang'])
  })

  test('is a minute silent where nobody says what hanging is', async () => {
    const { recovery, events, fake } = await looking(describing().hangs())
    recovery.onHang(() => {})
    await fake.advance('5m')
    assert.deepEqual(
      events.filter(({ type }) => type === 'hang').map(({ at }) => at),
      [60_000],
    )
  })

  test('and uses too much at the same moment is started again once', async () => {
    const { recovery, said, fake, runs } = await looking(describing().memory('2GB').cpu(1).hangs())
    recovery.policy({ restart: 'on-failure', maxRestarts: 1 })
    const told: string[] = []
    recovery
      .onHighMemory(() => told.push('memory'), { limit: '1GB', every: '1s', samples: 3 })
      .onHighCpu(() => told.push('cpu'), { limit: 0.5, every: '1s', samples: 3 })
      .onHang(() => told.push('hang'), { silence: '3s' })
    await fake.advance('3500ms')
    assert.deepEqual([said('restarting'), runs(), told.length], [['restarting'], 2, 1])
    await recovery.stop()
  })
})

describe('memory', () => {
  test("over the limit for a moment, in the first look, or in the grace, is nobody's trouble", async () => {
    const spike = describing()
      .memory('2GB')
      .after('2500ms')
      .memory('1MB')
      .after('10s')
      .memory('2GB')
      .after('1500ms')
      .memory('1MB')
    const { recovery, said, fake } = await looking(spike.hangs())
    recovery.onHighMemory(() => {}, { limit: '1GB', grace: '3s' })
    await fake.advance('1m')
    assert.deepEqual(said('highMemory'), [])
  })

  test('over the limit for good is told once, and again after it was well below', async () => {
    const wave = describing().memory('2GB').after('20s').memory('100MB').after('20s').memory('2GB')
    const { recovery, events, fake } = await looking(wave.hangs())
    recovery.onHighMemory(() => {}, '1GB')
    await fake.advance('2m')
    assert.deepEqual(
      events.filter(({ type }) => type === 'highMemory').map(({ at }) => at),
      [3000, 42_000],
    )
  })
})

describe('of a group', () => {
  test('all members are looked after, also those within, and those that are added by scaling', async () => {
    const { process, group, fake } = rehearsed({ 'bad *': describing().after('5s').exitCode(1) })
    const inner = process.group(EXACT).add('x', ['bad', 'x'])
    group.add('in', inner).add('y', ['bad', 'y'])
    await group.start()
    const told: string[] = []
    const recovery = process.recovery(group).onCrash(({ slot }) => told.push(slot))
    await group.scale('y', 2)
    await fake.advance('5s')
    assert.deepEqual(told.toSorted(), ['x', 'y', 'y#2'])
    recovery.policy({ restart: 'never' })
    await fake.advance('20s')
    assert.deepEqual([inner.isRunning(), group.status()[1]?.state], [false, 'done'])
    await recovery.stop()
  })

  test('a member that hangs is started again by itself, and told of', async () => {
    const { group, said, process, fake } = rehearsed({}, { maxRestarts: 1 })
    group.add('quiet', ['quiet'], { hang: { silence: '10s' } })
    await group.start()
    const told: string[] = []
    process.recovery(group).onHang((hang) => told.push(`${hang.slot}: ${hang}`))
    await fake.advance('12s')
    assert.deepEqual(said('hang', 'stopping', 'exited', 'restarting'), [
      'quiet hang',
      'quiet stopping',
      'quiet exited',
      'quiet restarting',
    ])
    assert.deepEqual(told, ['quiet: no output for 10000 ms'])
    await group.stop()
  })
})
