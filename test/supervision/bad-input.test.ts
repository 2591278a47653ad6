import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { type CommandInput, Process, ProcessGroup, ProcessRecovery, type SlotOptions } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

/** Nothing may have been started by the time that bad input is refused. */
async function refused(stage: ReturnType<typeof rehearsed>, wait: Promise<unknown>, error: object): Promise<void> {
  await assert.rejects(wait, error)
  assert.deepEqual([stage.process.recorded().length, stage.events.length], [0, 0])
}

describe('a group is refused before anything starts', () => {
  test('when somebody comes after a name that is not in it', async () => {
    const stage = rehearsed()
    stage.group.add('db', ['db']).add('api', ['api'], { after: ['db', 'cache'] })
    const message = 'Cannot start the group: "api" comes after "cache", which is not in it'
    await refused(stage, stage.group.start(), { name: 'BadGroupError', code: 'ERR_BAD_GROUP', message })
  })

  test('when its members wait for each other in a circle, or one for itself', async () => {
    const stage = rehearsed()
    stage.group.add('a', ['a'], { after: 'b' }).add('b', ['b'], { after: 'c' }).add('c', ['c'], { after: 'a' })
    const message = 'Cannot start the group: "a" comes after "b" comes after "c" comes after "a"'
    await refused(stage, stage.group.start(), { code: 'ERR_BAD_GROUP', message })
    const alone = rehearsed()
    alone.group.add('a', ['a'], { after: 'a' })
    await refused(alone, alone.group.start(), { code: 'ERR_BAD_GROUP', message: /"a" comes after "a"$/ })
  })

  const names: readonly string[] = ['', 'a b', 'a/b', 'a#2']
  for (const name of names) {
    test(`when a member is called ${JSON.stringify(name)}`, () => {
      assert.throws(() => rehearsed().group.add(name, ['x']), { code: 'ERR_BAD_GROUP', message: /a name is text/ })
    })
  }

  test('when a name is taken', () => {
    const { group } = rehearsed()
    assert.throws(() => group.add('a', ['x']).add('a', ['y']), { code: 'ERR_BAD_GROUP', message: /the name is taken/ })
  })

  test('when a group would contain itself, be in two groups, or run twice', () => {
    const { process } = rehearsed()
    const [outer, inner] = [process.group(), process.group()]
    outer.add('inner', inner)
    for (const add of [
      () => inner.add('outer', outer),
      () => outer.add('self', outer),
      () => process.group().add('again', inner),
      () => outer.add('many', process.group(), { instances: 2 }),
    ]) {
      assert.throws(add, { code: 'ERR_BAD_GROUP' })
    }
  })

  const options: readonly (readonly [SlotOptions | object, RegExp])[] = [
    [{ maxMemory: 0 }, /0 as a limit of memory/],
    [{ maxMemory: -1 }, /-1 as a size/],
    [{ maxMemory: { limit: '1GB', samples: 0 } }, /0 as samples in a row/],
    [{ maxMemory: { limit: '1GB', every: 0 } }, /0 as every/],
    [{ maxCpu: 0 }, /0 as a limit of cpu/],
    [{ maxCpu: -0.5 }, /-0\.5 as a limit of cpu/],
    [{ maxCpu: { limit: 0.5, hysteresis: 1 } }, /1 as a hysteresis/],
    [{ hang: {} }, /\{\} as hang/],
    [{ hang: { silence: 0 } }, /0 as hang\.silence/],
    [{ hang: { noProgress: -1 } }, /-1 as a duration/],
    [{ hang: { heartbeat: { output: 'x', within: 0 } } }, /0 as hang\.heartbeat\.within/],
    [{ hang: { probe: { probe: { port: 80 }, failures: 0 } } }, /0 as failures/],
    [{ hang: { probe: { probe: { port: 0 } } } }, /as a probe/],
    [{ hang: { probe: { probe: { http: 'nowhere' } } } }, /as a probe/],
    [{ ready: {} }, /as ready/],
    [{ ready: { output: 1 } }, /as ready/],
    [{ ready: { file: '' } }, /as ready/],
    [{ readyTimeout: 0 }, /0 as readyTimeout/],
    [{ timeout: 0 }, /0 as timeout/],
    [{ graceTime: -1 }, /-1 as a duration/],
    [{ stopSignal: 'SIGNOTHING' }, /SIGNOTHING/],
    [{ instances: 1.5 }, /1\.5 as instances/],
    [{ instances: -1 }, /-1 as instances/],
    [{ after: { db: 'soon' } }, /"soon" as a condition/],
    [{ restart: 'maybe' }, /"maybe" as restart/],
  ]
  for (const [given, message] of options) {
    test(`when a member has the options ${JSON.stringify(given)}`, () => {
      assert.throws(() => rehearsed().group.add('a', ['a'], given as SlotOptions), { message })
    })
  }

  const unknown: readonly (readonly [what: string, options: object, RegExp])[] = [
    ['an option', { restrat: 1 }, /^Cannot add "a" with the option "restrat": known are after, ready, .*, restart, /],
    ['an option of a group', { strategy: 'one-for-all' }, /with the option "strategy"/],
    [
      'option of a back-off',
      { backoff: { frist: 1 } },
      /^Cannot use a backoff with the option "frist": known are first, /,
    ],
    ['a way to hang', { hang: { silense: 1, limit: 1 } }, /^Cannot look for hanging with the option "silense"/],
    ['an option of a probe', { hang: { probe: { probe: { port: 80 }, failure: 1 } } }, /with the option "failure"/],
    ['an option of a limit', { maxMemory: { limit: 1, sample: 1 } }, /^Cannot limit memory with the option "sample"/],
    [
      'option of a limit of the processor',
      { maxCpu: { limit: 1, evry: 1 } },
      /^Cannot limit cpu with the option "evry"/,
    ],
  ]
  for (const [what, given, message] of unknown) {
    test(`when a member has ${what} that nobody knows`, () => {
      assert.throws(() => rehearsed().group.add('a', ['a'], given), { name: 'TypeError', message })
    })
  }

  test('when it has an option that nobody knows, or what are no options', () => {
    const message = /^Cannot make a group with the option "restrat": known are name, strategy, ledger, restart, /
    assert.throws(() => new ProcessGroup({ restrat: 1 } as object), { name: 'TypeError', message })
    assert.throws(() => new ProcessGroup('web' as never), {
      name: 'TypeError',
      message: 'Cannot make a group with "web": expected an object of options',
    })
    assert.throws(() => rehearsed().group.add('a', ['a'], null as never), TypeError)
  })

  const empty: readonly (readonly [name: string, command?: CommandInput])[] = [
    [''],
    ['  '],
    ['x', ''],
    ['x', []],
    ['x', ['']],
  ]
  for (const [name, command] of empty) {
    test(`when the command of a member is empty: ${JSON.stringify([name, command])}`, async () => {
      const stage = rehearsed()
      const { group } = stage
      assert.throws(() => (command === undefined ? group.add(name) : group.add(name, command)), {
        name: 'TypeError',
        message: /^Cannot start an empty command: /,
      })
      assert.throws(() => group.add('each', () => command ?? name), TypeError)
      assert.deepEqual(group.status(), [])
    })
  }

  test('when the command of a member is none', () => {
    const { group, process } = rehearsed()
    for (const add of [
      () => group.add(5 as never),
      () => group.add('x', 5 as never),
      () => group.add('x', process.timeout('1s')),
      () => group.add('x', ['node', 5 as never]),
      () => group.add('x', 'a\0b'),
    ]) {
      assert.throws(add, { name: 'TypeError', message: /^Cannot (use|start) / })
    }
  })

  test('when its strategy is none', () => {
    assert.throws(() => new ProcessGroup({ strategy: 'two-for-one' as 'one-for-one' }), {
      name: 'TypeError',
      message: /"two-for-one" as strategy/,
    })
  })
})

describe('what makes no sense now is refused, and changes nothing', () => {
  test('a restart of a member that is not there, or of a group that is not up', async () => {
    const { group } = rehearsed()
    group.add('a', ['a'])
    await assert.rejects(group.restart('b'), { code: 'ERR_BAD_GROUP', message: /nobody was added by that name/ })
    const message = 'Cannot restart "a": the group is not up'
    await assert.rejects(group.restart('a'), { name: 'SlotRefusedError', code: 'ERR_SLOT_REFUSED', message })
    assert.throws(() => group.isRunning('b'), { code: 'ERR_BAD_GROUP' })
    assert.throws(() => group.signal('SIGNOTHING' as 'SIGTERM'), TypeError)
    await assert.rejects(group.scale('b', 2), { code: 'ERR_BAD_GROUP' })
    await assert.rejects(group.scale('a', -1), TypeError)
  })

  test('a restart while the group is being stopped', async () => {
    const { process, group, fake } = rehearsed({ slow: Process.describe().ignores('SIGTERM').hangs() })
    group.add('a', ['slow'])
    await group.start()
    const stopping = group.stop()
    await assert.rejects(group.restart('a'), { message: 'Cannot restart "a": the group is being stopped' })
    assert.deepEqual(await stopping, { stopped: ['a'], stuck: [] })
    assert.equal(process.recorded().length, 1)
    fake.restore()
  })

  test('a second recovery of a process, and one of a process that is in a group', async () => {
    const { process, group } = rehearsed()
    const running = await process.start('a')
    new ProcessRecovery(running, {}, process)
    assert.throws(() => new ProcessRecovery(running, {}, process), {
      code: 'ERR_SLOT_REFUSED',
      message: /somebody else does/,
    })
    group.add('b', ['b'])
    await group.start()
    const [, member] = process.active()
    assert(member)
    assert.throws(() => process.recovery(member), { code: 'ERR_SLOT_REFUSED' })
  })

  test('a callback that is none, and a patience of 0', async () => {
    const { process } = rehearsed()
    const recovery = process.recovery(await process.start('a'))
    assert.throws(() => recovery.onCrash(undefined as never), TypeError)
    assert.throws(() => recovery.onHang(() => {}, { silence: 0 }), TypeError)
    assert.throws(() => recovery.onHighMemory(() => {}, 0), { code: 'ERR_BAD_THRESHOLD' })
    assert.throws(() => recovery.onHighCpu(() => {}, -1), { code: 'ERR_BAD_THRESHOLD' })
    assert.throws(() => recovery.policy({ maxRestarts: -1 }), TypeError)
    assert.throws(() => recovery.policy({ foo: 1 } as object), {
      name: 'TypeError',
      message: /^Cannot set a policy with the option "foo": known are restart, /,
    })
    const other = await process.start('b')
    assert.throws(() => process.recovery(other, { callbackTimeout: 0 }), TypeError)
    assert.throws(
      () => process.recovery(other, { timeout: 1 } as object),
      /with the option "timeout": known are callbackTimeout$/,
    )
  })
})

describe('the two forms of adding', () => {
  test('a program with its argument is named after itself, as often as it is added', async () => {
    const { group, process } = rehearsed()
    group.add('web-server', '--port=8080').add('web-server', '--port=8081').add('/usr/bin/sleep', '30').add('worker')
    await group.start()
    assert.deepEqual(
      group.status().map(({ name }) => name),
      ['web-server', 'web-server-2', 'sleep', 'worker'],
    )
    assert.deepEqual(
      process.recorded().map(({ command }) => command),
      [['web-server', '--port=8080'], ['web-server', '--port=8081'], ['/usr/bin/sleep', '30'], ['worker']],
    )
  })

  test('a name with a command may be text for the shell, an array, a pending process, or one for each instance', async () => {
    const { group, process } = rehearsed()
    group.add('shell', 'node server.js | tee log').add('array', ['node', 'x.js'])
    group.add('pending', process.command(['node', 'y.js']).env({ A: '1' }))
    group.add('each', (instance) => ['worker', `--id=${instance}`], { instances: 2 })
    await group.start()
    assert.deepEqual(
      process.recorded().map(({ command }) => command),
      ['node server.js | tee log', ['node', 'x.js'], ['node', 'y.js'], ['worker', '--id=1'], ['worker', '--id=2']],
    )
    assert.equal(process.recorded()[2]?.env.A, '1')
    assert.deepEqual(Object.keys(stateOf(group)), ['shell', 'array', 'pending', 'each', 'each#2'])
  })
})

function stateOf(group: ProcessGroup): Record<string, string> {
  return Object.fromEntries(group.status().map(({ name, state }) => [name, state]))
}
