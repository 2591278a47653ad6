import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, FakeDriver, type GroupStartError, Process, ProcessGroup } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const describing = () => Process.describe()
const deaf = () => describing().ignores('SIGTERM').output('ready').hangs()
const ready = (after: string) => describing().after(after).output('ready').hangs()
const SHOWN = { ready: { output: 'ready' } } as const

test('the group of the specification runs its example', async () => {
  using _ = Process.fake({ 'web-server *': describing().hangs(), 'worker *': describing().hangs() })
  const group = new ProcessGroup()
  group.add('web-server', '--port=8080')
  group.add('worker', '--queue=default')
  await group.start()
  Process.assertRan('web-server --port=8080').assertRan('worker --queue=default')
  assert.equal(group.isRunning(), true)
  group.signal('SIGTERM', 'worker')
  await group.stop()
  assert.deepEqual(
    (await group.wait()).map((result) => result.signal()),
    ['SIGTERM', 'SIGTERM'],
  )
})

describe('starting', () => {
  test('two starts at once are one, and a start of what is up does nothing', async () => {
    const { group, process } = rehearsed()
    group.add('a', ['a'])
    await Promise.all([group.start(), group.start()])
    await group.start()
    assert.equal(process.recorded().length, 1)
  })

  test('a start during a stop begins when that is over', async () => {
    const { group, said, fake } = rehearsed({ deaf: deaf() })
    group.add('a', ['deaf'], { graceTime: '5s', ...SHOWN })
    await group.start()
    const stopping = group.stop()
    const starting = group.start()
    await Promise.all([stopping, starting])
    assert.deepEqual(said('starting', 'stopped'), ['a starting', 'a stopped', 'a starting'])
    assert.equal(fake.now().getTime() - Date.UTC(2026, 0, 1), 5000)
  })

  test('a stop during a start wins, and so does one after a start that waits for a stop', async () => {
    const { group, states, process } = rehearsed({ slow: ready('1h'), deaf: deaf() })
    group.add('a', ['slow'], SHOWN)
    const starting = assert.rejects(group.start(), { name: 'GroupStartError', message: /"a" was stopped/ })
    await group.stop()
    await starting
    const other = process.group().add('a', ['deaf'], SHOWN)
    await other.start()
    const stopping = other.stop()
    const late = assert.rejects(other.start(), { code: 'ERR_SLOT_REFUSED', message: /was stopped meanwhile/ })
    const again = other.stop()
    await Promise.all([stopping, late, again])
    assert.deepEqual([states(), process.recorded().length], [{ a: 'idle' }, 1])
  })

  test('what was added later is started by the next start, and what is done is not done again beside what runs', async () => {
    const { group, process } = rehearsed({ job: 'done', a: describing().hangs() })
    group.add('job', ['job']).add('a', ['a'])
    await group.start()
    group.add('b', ['b'])
    await group.start()
    assert.deepEqual(
      process.recorded().map(({ text }) => text),
      ['job', 'a', 'b'],
    )
  })

  test('a group that is over is started anew', async () => {
    const { group, process, states } = rehearsed({ job: 'done' })
    group.add('job', ['job'])
    for (let count = 0; count < 3; count++) {
      await group.start()
      await group.wait()
    }
    assert.deepEqual([process.recorded().length, states()], [3, { job: 'done' }])
  })

  test('siblings are started at once, and each waits only for its own', async () => {
    const { group, events } = rehearsed({ 'slow *': ready('3s'), 'quick *': ready('1s') })
    group.add('x', ['quick', 'x'], { ...SHOWN, after: 'a' })
    group
      .add('a', ['slow', 'a'], SHOWN)
      .add('b', ['quick', 'b'], SHOWN)
      .add('y', ['quick', 'y'], { after: ['b'] })
    await group.start()
    assert.deepEqual(
      events.filter(({ type }) => type === 'started').map(({ slot, at }) => [slot, at]),
      [
        ['a', 0],
        ['b', 0],
        ['y', 1000],
        ['x', 3000],
      ],
    )
    const waiting = events.filter((event) => event.type === 'waiting').map((event) => [event.slot, event.on])
    assert.deepEqual(waiting, [
      ['x', ['a']],
      ['y', ['b']],
    ])
  })

  test('a member may come after one that is started, is done, or has succeeded', async () => {
    const { group, said } = rehearsed({ job: describing().after('1s').exitCode(0), bad: describing().exitCode(2) })
    group.add('migrate', ['job']).add('try', ['bad'], { restart: 'never' })
    group.add('first', ['first'], { after: { migrate: 'started' } })
    group.add('then', ['then'], { after: { migrate: 'succeeded', try: 'done' } })
    await group.start()
    assert.deepEqual(said('started'), ['migrate started', 'try started', 'first started', 'then started'])
  })

  test('one whose condition can never be met is skipped with the reason, and so are those after it', async () => {
    const { group, events } = rehearsed({ bad: describing().exitCode(2) })
    group.add('job', ['bad'], { restart: 'never' })
    group.add('a', ['a'], { after: { job: 'succeeded' } }).add('b', ['b'], { after: 'a' })
    const error = await group.start().then(
      () => assert.fail('it started'),
      (reason: GroupStartError) => reason,
    )
    assert.deepEqual(
      error.unstarted.map(({ slot, reason }) => `${slot} ${reason}`),
      ['a skipped: "job" is done, not succeeded', 'b skipped: "a" is skipped'],
    )
    assert.deepEqual(
      events.filter((event) => event.type === 'skipped').map((event) => [event.slot, event.because]),
      [
        ['a', '"job" is done, not succeeded'],
        ['b', '"a" is skipped'],
      ],
    )
  })

  test('a dependency that comes back from a crash in time is waited for', async () => {
    const { group, said, process } = rehearsed()
    using _ = process.fake({
      db: process.sequence([describing().after('1s').exitCode(1), ready('1s')]),
      api: ready('0s'),
    })
    group.add('db', ['db'], SHOWN).add('api', ['api'], { after: 'db' })
    await group.start()
    assert.deepEqual(said('started', 'restarting', 'skipped'), [
      'db started',
      'db restarting',
      'db started',
      'api started',
    ])
  })

  test('a command that nothing knows fails at once, with the reason', async () => {
    const { group, states } = rehearsed({ gone: describing().failsToStart('ENOENT') })
    group.add('a', ['gone']).add('b', ['b'])
    const message = 'Cannot start the group "group": "a" failed: Cannot start "gone": file not found in PATH'
    await assert.rejects(group.start(), { name: 'GroupStartError', code: 'ERR_GROUP_START', message })
    assert.deepEqual([group.isRunning(), states()], [false, { a: 'idle', b: 'idle' }])
  })

  test('what the machine refuses for now is tried again', async () => {
    const { group, process, said } = rehearsed()
    using _ = process.fake({ a: process.sequence([describing().failsToStart('EAGAIN'), describing().hangs()]) })
    group.add('a', ['a'])
    await group.start()
    assert.deepEqual(said('startFailed', 'restarting', 'started'), ['a startFailed', 'a restarting', 'a started'])
  })
})

test('a signal that one may not get reaches all others', async () => {
  const driver = new FakeDriver({ cast: () => ({ scenario: [{ hang: true }] }), time: 'auto' })
  const group = createProcess({ driver }).group({ restart: 'never' })
  for (const name of ['a', 'b', 'c']) group.add(name, [name])
  await group.start()
  const [, foreign] = group.status().map(({ pid }) => pid)
  const { processes } = driver
  const refusing = { sent: ({ to }: { to?: { pid: number } }) => (to?.pid === foreign ? 'EPERM' : 0) }
  processes.fate = Object.assign(Object.create({ died: () => 0, reaped() {} }), refusing)
  assert.throws(() => group.signal('SIGKILL'), { code: 'EPERM' })
  processes.fate = undefined
  await driver.clock.advance(10)
  assert.deepEqual(
    group.status().map(({ name, pid }) => [name, pid !== undefined]),
    [
      ['a', false],
      ['b', true],
      ['c', false],
    ],
  )
  await group.stop()
})

describe('stopping', () => {
  test('those that come after others are down before those are asked', async () => {
    const { group, said, events } = rehearsed({ slow: deaf() })
    group
      .add('db', ['db'])
      .add('api', ['slow'], { after: 'db', graceTime: '2s', ...SHOWN })
      .add('web', ['web'], { after: 'api' })
    await group.start()
    await group.stop()
    assert.deepEqual(said('stopping', 'stopped'), [
      'web stopping',
      'web stopped',
      'api stopping',
      'api stopped',
      'db stopping',
      'db stopped',
    ])
    assert.deepEqual(
      events.filter(({ type }) => type === 'stopped').map(({ at }) => at),
      [0, 2000, 2000],
    )
  })

  test('nothing comes back once it was accepted, also of what is to be stopped last', async () => {
    const { group, process, states } = rehearsed({ db: describing().after('10s').exitCode(1), slow: deaf() })
    group.add('db', ['db']).add('api', ['slow'], { after: 'db', graceTime: '1m', ...SHOWN })
    await group.start()
    await group.stop()
    assert.deepEqual([process.recorded().length, states()], [2, { db: 'idle', api: 'idle' }])
  })

  test('what has ended meanwhile is no crash', async () => {
    const { group, events, said } = rehearsed({ db: describing().after('10s').exitCode(1), slow: deaf() })
    group.add('db', ['db']).add('api', ['slow'], { after: 'db', graceTime: '1m', ...SHOWN })
    await group.start()
    await group.stop()
    assert.deepEqual(said('crash'), [])
    assert(events.every((event) => event.type !== 'exited' || event.expected))
  })

  const ends = {
    waiting: { a: ready('1h'), b: describing().hangs() },
    starting: { a: describing().hangs() },
    running: { a: ready('1h') },
    ready: { a: describing().hangs() },
    backoff: { a: describing().exitCode(1) },
    done: { a: 'done' },
    failed: { a: describing().exitCode(1) },
  } as const
  for (const [state, rules] of Object.entries(ends)) {
    test(`a stop of what is ${state} leads to rest, and leaves nothing`, async () => {
      const { group, states, process, fake } = rehearsed(rules as never, { maxRestarts: state === 'failed' ? 0 : 5 })
      if (state === 'waiting') group.add('b', ['b'], { after: 'a' })
      group.add('a', ['a'], state === 'running' || state === 'waiting' ? SHOWN : {})
      const starting = group.start().catch(() => {})
      if (state !== 'starting') await fake.advance(50)
      assert.equal(states()[state === 'waiting' ? 'b' : 'a'], state)
      const { stuck } = await group.stop()
      await starting
      assert.deepEqual([stuck, process.active()], [[], []])
      const before = process.recorded().length
      await fake.advance('1h')
      assert.deepEqual([new Set(Object.values(states())), process.recorded().length], [new Set(['idle']), before])
    })
  }

  test('a block that is left stops its group', async () => {
    const { group } = rehearsed()
    {
      await using left = group.add('a', ['a'])
      await left.start()
    }
    assert.equal(group.isRunning(), false)
  })
})

describe('restarting', () => {
  test('two at once are one, and a stop wins over either', async () => {
    const { group, process, states } = rehearsed()
    group.add('a', ['a'])
    await group.start()
    await Promise.all([group.restart('a'), group.restart('a')])
    assert.equal(process.recorded().length, 2)
    const restarting = assert.rejects(group.restart(), { code: 'ERR_SLOT_REFUSED' })
    await group.stop()
    await restarting
    assert.deepEqual([process.recorded().length, states()], [2, { a: 'idle' }])
  })

  test('one that waits for its turn to come back is started at once', async () => {
    const { group, process, fake, states } = rehearsed(
      { a: describing().after('1s').exitCode(1) },
      { backoff: { first: '1h', cap: '1h' } },
    )
    group.add('a', ['a'])
    await group.start()
    await fake.advance('2s')
    assert.deepEqual(states(), { a: 'backoff' })
    await group.restart('a')
    assert.deepEqual([states(), process.recorded().length], [{ a: 'ready' }, 2])
    await group.stop()
    await fake.advance('3h')
    assert.equal(process.recorded().length, 2)
  })

  test('one that does not come up again is an error to whoever waits for it', async () => {
    const { group, process } = rehearsed()
    using _ = process.fake({ a: process.sequence([describing().hangs(), describing().exitCode(1)]) })
    group.add('a', ['a'], { maxRestarts: 0, ready: { command: ['true'] } })
    await group.start().catch(() => {})
    await assert.rejects(group.restart('a'), { code: 'ERR_SLOT_REFUSED' })
  })

  test('it is not counted against the limit', async () => {
    const { group, states } = rehearsed({}, { maxRestarts: 1 })
    group.add('a', ['a'])
    await group.start()
    for (let count = 0; count < 5; count++) await group.restart('a')
    assert.deepEqual([states(), group.status()[0]?.restarts], [{ a: 'ready' }, 0])
    await group.stop()
  })
})

describe('coming back', () => {
  test('is after the back-off, which begins anew after a healthy time', async () => {
    const { group, events, fake } = rehearsed({ a: describing().after('1s').exitCode(1) }, { healthyAfter: '2s' })
    group.add('a', ['a'])
    await group.start()
    await fake.advance('6s')
    const delays = () => events.flatMap((event) => (event.type === 'restarting' ? [event.delay] : []))
    assert.deepEqual(delays(), [100, 200, 400, 800])
    const {
      group: healthy,
      events: all,
      fake: other,
    } = rehearsed({ a: describing().after('3s').exitCode(1) }, { healthyAfter: '2s' })
    healthy.add('a', ['a'])
    await healthy.start()
    await other.advance('10s')
    assert.deepEqual(
      all.flatMap((event) => (event.type === 'restarting' ? [event.delay] : [])),
      [100, 100, 100],
    )
  })

  test('is never more often than the limit says in any window, over a whole day', async () => {
    const { group, events, fake } = rehearsed(
      { a: describing().after('20s').exitCode(1) },
      { maxRestarts: 5, window: '2m', healthyAfter: '10s', cooldown: '10s' },
    )
    group.add('a', ['a'])
    await group.start()
    await fake.advance('1d')
    const starts = events.filter(({ type, incarnation }) => type === 'starting' && incarnation > 1).map(({ at }) => at)
    assert(starts.length > 500, `${starts.length} restarts`)
    for (const [index, at] of starts.entries()) assert(!(at - (starts[index - 5] ?? -1e9) <= 120_000), `at ${at}`)
    await group.stop()
  })

  test('after a cool-down it is tried again, and those that were skipped come up with it', async () => {
    const { group, process, states, fake } = rehearsed()
    const answers = [describing().after('1s').exitCode(1), describing().after('1s').exitCode(1), describing().hangs()]
    using other = process.fake({ a: process.sequence(answers), b: describing().hangs() })
    group.add('a', ['a'], { maxRestarts: 0, cooldown: '1m' })
    await group.start()
    await other.advance('2s')
    assert.deepEqual(states(), { a: 'failed' })
    await other.advance('10m')
    assert.deepEqual(states(), { a: 'failed' }, 'no restart at all is allowed')
    await group.stop()
    const limited = process.group({ maxRestarts: 1, window: '1m', backoff: { first: 100, jitter: 0 } })
    using third = process.fake({ a: process.sequence(answers), b: describing().hangs() })
    limited.add('a', ['a'], { cooldown: '10s' })
    await limited.start()
    await third.advance('5s')
    assert.equal(limited.status()[0]?.state, 'failed')
    await third.advance('50s')
    assert.equal(limited.status()[0]?.state, 'failed', 'its window is still full')
    await third.advance('20s')
    assert.deepEqual([limited.status()[0]?.state, limited.status()[0]?.restarts], ['ready', 2])
    await limited.stop()
    fake.restore()
  })
})

describe('going together', () => {
  const rules = { bad: describing().after('5s').exitCode(1), slow: deaf(), '*': describing().hangs() }

  test('all are down before any comes up, when all go with one', async () => {
    const { group, said, fake } = rehearsed(rules, { strategy: 'one-for-all', maxRestarts: 1 })
    group.add('a', ['a']).add('b', ['bad'], { after: 'a' }).add('c', ['slow'], { after: 'b', graceTime: '1s' })
    await group.start()
    await fake.advance('7s')
    assert.deepEqual(said('started', 'exited'), [
      'a started',
      'b started',
      'c started',
      'b exited',
      'a exited',
      'c exited',
      'a started',
      'b started',
      'c started',
    ])
    await group.stop()
  })

  test('those that are started after it go with it, and the others stay, when the rest goes with one', async () => {
    const { group, said, fake } = rehearsed(rules, { strategy: 'rest-for-one', maxRestarts: 1 })
    group.add('z', ['z'], { after: 'b' }).add('a', ['a']).add('b', ['bad'], { after: 'a' })
    await group.start()
    await fake.advance('7s')
    assert.deepEqual(said('started', 'exited'), [
      'a started',
      'b started',
      'z started',
      'b exited',
      'z exited',
      'b started',
      'z started',
    ])
    await group.stop()
  })

  test('it goes alone unless told otherwise', async () => {
    const { group, said, fake } = rehearsed(rules, { maxRestarts: 1 })
    group.add('a', ['a']).add('b', ['bad'], { after: 'a' }).add('c', ['c'], { after: 'b' })
    await group.start()
    await fake.advance('7s')
    assert.deepEqual(said('exited', 'restarting'), ['b exited', 'b restarting'])
    await group.stop()
  })
})

describe('instances', () => {
  test('are added and taken away while the group is up', async () => {
    const { group, process, states } = rehearsed()
    group.add('web', (instance) => ['web', String(instance)], { instances: 2 }).add('b', ['b'], { after: 'web' })
    await group.start()
    await group.scale('web', 4)
    assert.deepEqual(states(), { web: 'ready', 'web#2': 'ready', 'web#3': 'ready', 'web#4': 'ready', b: 'ready' })
    await Promise.all([group.scale('web', 1), group.scale('web', 2)])
    assert.deepEqual(states(), { web: 'ready', 'web#2': 'ready', b: 'ready' })
    assert.deepEqual(
      process.active().map((one) => one.command()),
      ['web 1', 'b', 'web 2'],
    )
    await group.restart('web#2')
    assert.deepEqual(
      group.status().map(({ incarnation }) => incarnation),
      [1, 2, 1],
    )
    await group.scale('web', 0)
    assert.deepEqual([states(), group.isRunning('web')], [{ b: 'ready' }, false])
    await group.stop()
  })

  test('may be as many as wished before the start', async () => {
    const { group, states } = rehearsed()
    group.add('web', ['web'])
    await group.scale('web', 3)
    assert.deepEqual(states(), { web: 'idle', 'web#2': 'idle', 'web#3': 'idle' })
  })
})

describe('a group within a group', () => {
  const nested = (rules = {}, options = {}) => {
    const stage = rehearsed(rules)
    const inner = stage.process.group({ backoff: { first: 100, jitter: 0 }, ...options })
    return { ...stage, inner }
  }

  test('is one member: started in its turn, ready when all of it is, and stopped in its turn', async () => {
    const { group, inner, said, events } = nested({ slow: ready('2s') })
    inner.add('x', ['slow'], SHOWN).add('y', ['y'], { after: 'x' })
    group.add('app', inner, { after: 'db' }).add('db', ['db']).add('web', ['web'], { after: 'app' })
    await group.start()
    await group.stop()
    assert.deepEqual(said('ready', 'stopped'), [
      'db ready',
      'x ready',
      'y ready',
      'app ready',
      'web ready',
      'web stopped',
      'y stopped',
      'x stopped',
      'app stopped',
      'db stopped',
    ])
    assert.deepEqual([...new Set(events.map((event) => event.group))], ['group', 'group/app'])
  })

  test('that gives up crashes as a whole, and is started again as a whole', async () => {
    const { group, inner, said, fake } = nested({ bad: describing().after('5s').exitCode(1) }, { maxRestarts: 0 })
    inner.add('bad', ['bad']).add('good', ['good'])
    group.add('app', inner, { maxRestarts: 1 })
    await group.start()
    await fake.advance('30s')
    assert.deepEqual(said('failed', 'crash', 'restarting'), [
      'bad crash',
      'bad failed',
      'app crash',
      'app restarting',
      'bad crash',
      'bad failed',
      'app crash',
      'app failed',
    ])
    assert.deepEqual([inner.isRunning(), group.isRunning()], [false, false])
  })

  test('that cannot start keeps its parent from starting', async () => {
    const { group, inner } = nested({ gone: describing().failsToStart() })
    inner.add('x', ['gone'])
    group.add('app', inner, { restart: 'never' })
    await assert.rejects(group.start(), { code: 'ERR_GROUP_START', message: /"app"/ })
  })

  test('gives its results in its place, and gets signals', async () => {
    const { group, inner } = nested({
      a: describing().exitCode(1),
      b: describing().exitCode(2),
      c: describing().exitCode(3),
    })
    inner.add('b', ['b'], { restart: 'never' })
    group.add('a', ['a'], { restart: 'never' }).add('in', inner).add('c', ['c'], { restart: 'never' })
    await group.start()
    assert.deepEqual(
      (await group.wait()).map((result) => result.exitCode()),
      [1, 2, 3],
    )
  })
})

describe('listening', () => {
  test('a listener that throws or rejects is reported, changes nothing, and may ask for something at once', async () => {
    const { group, said, events, states } = rehearsed({ a: describing().after('1s').exitCode(1) })
    group.add('a', ['a'])
    group.onEvent((event) => {
      if (event.type === 'starting') throw new Error('on purpose')
    })
    group.onEvent(async (event) => {
      if (event.type === 'ready') throw new Error('later')
    })
    const quit = group.onEvent(({ type }) => {
      if (type === 'crash') void group.stop()
    })
    await group.start()
    await group.wait()
    quit()
    const failures = events.flatMap((event) => (event.type === 'callbackFailed' ? [String(event.error)] : []))
    assert.deepEqual(failures, ['Error: on purpose', 'Error: later'])
    assert.deepEqual([said('restarting'), states()], [[], { a: 'idle' }])
  })

  test('one that always throws is told of each time, and not of that', async () => {
    const { group, said } = rehearsed()
    group.add('a', ['a'])
    group.onEvent(() => {
      throw new Error('always')
    })
    await group.start()
    assert.equal(said('callbackFailed').length, said('starting', 'started', 'ready').length)
    await group.stop()
  })
})

describe('the world', () => {
  test('of a rehearsal that is over starts nothing in the one that comes after', async () => {
    const process = createProcess({ driver: new FakeDriver({ cast: () => ({ scenario: [{ hang: true }] }) }) })
    const fake = process.fake({ a: describing().after('1s').exitCode(1) })
    const group = process.group().add('a', ['a'])
    await group.start()
    await fake.advance('1s')
    fake.restore()
    using spy = process.spy()
    await fake.advance('1h')
    assert.deepEqual([spy.journal.runs.length, process.active().length], [0, 0])
    assert.equal(group.status()[0]?.reason, 'its rehearsal is over')
  })

  test('waits for nobody: what a group does by itself moves no time', async () => {
    const { process, fake } = rehearsed({ probe: describing().after('500ms').exitCode(0) })
    const recovery = process.recovery(await process.forever().start('it'))
    recovery.onHang(() => {}, { probe: { probe: { command: ['probe'] }, every: '1s' } })
    await fake.advance('1s')
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(fake.now().toISOString(), '2026-01-01T00:00:01.000Z')
    await recovery.stop()
  })

  test('gives a member no time limit, and nothing to read, unless it was told to', async () => {
    const { group, states, fake } = rehearsed({ reader: describing().reads().exitCode(0) })
    group.add('long', ['long']).add('reader', ['reader'])
    group.add('short', ['short'], { timeout: '10s', restart: 'never' })
    await group.start()
    await fake.advance('1d')
    assert.deepEqual(states(), { long: 'ready', reader: 'done', short: 'done' })
    assert.equal(group.status()[0]?.incarnation, 1)
    assert.deepEqual(group.status()[2]?.lastExit, { kind: 'timedOut', timeout: 10_000 })
    await group.stop()
  })
})
