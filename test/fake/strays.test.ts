import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

describe('in a rehearsal, a command without a rule', () => {
  test('is refused', async () => {
    const process = createProcess()
    using _ = process.fake({ 'git *': '' })
    await assert.rejects(process.run('echo real'), { code: 'ERR_PROCESS_STRAY' })
  })

  test('runs for real when it is on the list of those that may, and is noted', async () => {
    const process = createProcess().preventStrayProcesses({ allow: ['echo *'] })
    using _ = process.fake({ 'git *': 'rehearsed' })
    assert.equal((await process.run('echo real')).output(), 'real\n')
    assert.equal((await process.run('git status')).output(), 'rehearsed')
    await assert.rejects(process.run('ls'), { code: 'ERR_PROCESS_STRAY' })
    process.assertRanInOrder(['echo real', 'git status', 'ls'])
  })

  test('runs for real when strays are not prevented', async () => {
    const process = createProcess().preventStrayProcesses(false)
    using _ = process.fake({ 'git *': 'rehearsed' })
    assert.equal((await process.run('echo real')).output(), 'real\n')
  })

  test('that has a rule is rehearsed, whatever the list says', async () => {
    const process = createProcess().preventStrayProcesses({ allow: ['*'] })
    using _ = process.fake({ 'echo *': 'rehearsed' })
    assert.equal((await process.run('echo real')).output(), 'rehearsed')
  })

  test('keeps virtual time from running ahead of it while it is alive', async () => {
    const process = createProcess().preventStrayProcesses(false)
    using fake = process.fake({ late: process.describe().after('1h').output('late') })
    const late = process.forever().run('late')
    const moments: number[] = []
    await process.run('sleep 0.05; echo real; sleep 0.05', () => moments.push(fake.driver.clock.monotonic()))
    assert.deepEqual(moments, [0])
    assert.equal((await late).output(), 'late\n')
  })

  test('lives by real time limits', async () => {
    const process = createProcess().preventStrayProcesses(false)
    using _ = process.fake({ 'git *': '' })
    await assert.rejects(process.timeout(50).run(['sleep', '5']), { code: 'ERR_PROCESS_TIMED_OUT' })
  })

  test('cannot be connected to a rehearsed one', async () => {
    const process = createProcess().preventStrayProcesses(false)
    using _ = process.fake({ 'git *': 'x' })
    await assert.rejects(process.pipe(['git log', 'cat']), { code: 'ERR_NOT_FAKEABLE' })
  })
})

test('without a rehearsal the list holds for real commands', async () => {
  const process = createProcess().preventStrayProcesses({ allow: ['echo *'] })
  assert.equal((await process.run('echo real')).output(), 'real\n')
  await assert.rejects(process.run('ls'), { code: 'ERR_PROCESS_STRAY' })
  process.preventStrayProcesses(false)
  assert.equal((await process.run(['true'])).exitCode(), 0)
})
