import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type ProcessFactory } from '../src/index.ts'

/** Stands in for a runner: gives its hooks away, and calls them. */
function guarded(own: ProcessFactory) {
  const hooks = { begin: () => {}, end: () => {} }
  own.guardTests({
    beforeEach: (hook) => {
      hooks.begin = hook
    },
    afterEach: (hook) => {
      hooks.end = hook
    },
  })
  return hooks
}

const REFUSED = /^Commands were refused while this test ran:\n\nCannot start "rm -rf build"/

describe('guarded tests', () => {
  test('run nothing real by default', async () => {
    const own = createProcess()
    guarded(own)
    await assert.rejects(own.run(['true']), { code: 'ERR_PROCESS_STRAY' })
  })

  test('leave a list of what may run as it is, whoever comes first', async () => {
    const before = createProcess().preventStrayProcesses({ allow: ['true'] })
    guarded(before)
    const after = createProcess()
    guarded(after)
    after.preventStrayProcesses({ allow: ['true'] })
    for (const own of [before, after]) assert.equal((await own.run(['true'])).exitCode(), 0)
  })

  test('fail when a stray was refused, also where nobody saw it, and then not again', async () => {
    const own = createProcess()
    const { begin, end } = guarded(own)
    begin()
    await own.run('rm -rf build').catch(() => {})
    assert.throws(end, { message: REFUSED })
    begin()
    end()
  })

  test('fail when a stray was refused in a rehearsal, for everybody or for a callback', async () => {
    const own = createProcess()
    const { begin, end } = guarded(own)
    begin()
    own.fake({ 'git *': '' })
    await own.run('rm -rf build').catch(() => {})
    assert.throws(end, { message: REFUSED })
    begin()
    await own.fake({ 'git *': '' }, () => own.run('rm -rf build').catch(() => {}))
    assert.throws(end, { message: REFUSED })
  })

  test('pass when they take the strays that they expect', async () => {
    const own = createProcess()
    const { begin, end } = guarded(own)
    begin()
    await own.run('rm -rf build').catch(() => {})
    assert.deepEqual(
      own.takeStrays().map(({ code }) => code),
      ['ERR_PROCESS_STRAY'],
    )
    end()
  })

  test('end rehearsals and spies that were forgotten, also when a stray fails them', async () => {
    const own = createProcess()
    const { begin, end } = guarded(own)
    begin()
    own.fake(own.describe().hangs())
    const server = await own.start('server')
    own.spy()
    own.fake({})
    await own.run('rm -rf build').catch(() => {})
    assert.throws(end)
    assert.throws(() => own.recorded(), /nothing is recorded/)
    assert.equal((await server.wait()).signal(), 'SIGKILL')
  })

  test('side by side end nothing before the last of them is over', async () => {
    const own = createProcess()
    const { begin, end } = guarded(own)
    begin()
    begin()
    own.fake('rehearsed')
    end()
    assert.equal((await own.run('ls')).output(), 'rehearsed')
    end()
    assert.throws(() => own.recorded(), /nothing is recorded/)
  })

  test('side by side all fail of a stray, as it may be of any of them', async () => {
    const own = createProcess()
    const { begin, end } = guarded(own)
    begin()
    begin()
    await own.run('rm -rf build').catch(() => {})
    assert.throws(end, { message: REFUSED })
    assert.throws(end, { message: REFUSED })
    begin()
    end()
  })

  test('know nothing of strays before the first of them', async () => {
    const own = createProcess().preventStrayProcesses()
    await own.run('rm -rf build').catch(() => {})
    const { begin, end } = guarded(own)
    begin()
    end()
  })
})

test('of refused strays only the first hundred are kept, in order', async () => {
  const own = createProcess().preventStrayProcesses()
  for (let count = 1; count <= 101; count++) await own.run(['rm', `${count}`]).catch(() => {})
  const texts = own.takeStrays().map(({ message }) => message)
  assert.equal(texts.length, 100)
  assert.match(texts[0] ?? '', /"rm 1"/)
  assert.match(texts[99] ?? '', /"rm 100"/)
  assert.deepEqual(own.takeStrays(), [])
})

test('restore leaves the rehearsals of callbacks alone', async () => {
  const own = createProcess()
  const output = await own.fake('callback', async () => {
    own.restore()
    return (await own.run('ls')).output()
  })
  assert.equal(output, 'callback')
})
