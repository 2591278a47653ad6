import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type ProcessFactory, StrayProcessError } from '../../src/index.ts'

describe('a command that was refused as a stray', () => {
  for (const [where, begin] of [
    ['by a rehearsal', (own) => own.fake({ 'git *': own.describe().failsToStart() })],
    ['by the list of what may run, under a spy', (own) => own.preventStrayProcesses({ allow: ['git *'] }).spy()],
  ] as readonly (readonly [string, (own: ProcessFactory) => Disposable])[]) {
    test(`${where}, has not run, for any claim`, async () => {
      const own = createProcess()
      using _ = begin(own)
      await assert.rejects(own.input('x').run('rm x'), { code: 'ERR_PROCESS_STRAY' })
      own.assertNotRan('rm x').assertDidntRun('rm *').assertNothingRan().assertRanCount(0).assertRanTimes('rm x', 0)
      assert.throws(() => own.assertRan('rm x'), { message: /^Expected 'rm x' to have run, but it did not\n/ })
      assert.throws(() => own.assertInput('rm x', ''), { message: /but it did not run\n/ })
    })
  }

  test('is recorded with its error, and listed without a number', async () => {
    const own = createProcess()
    using _ = own.fake({ ls: '' })
    for (const command of ['rm x', 'ls']) await own.run(command).catch(() => {})
    assert.deepEqual(
      own.recorded().map(({ text, refused }) => [text, refused]),
      [
        ['rm x', true],
        ['ls', false],
      ],
    )
    assert(own.recorded('rm *')[0]?.error instanceof StrayProcessError)
    assert.throws(() => own.assertRanInOrder(['pwd']), {
      message:
        /^Expected 'pwd' to have run as #1, .*\n\nWhat ran:\n {2}- {2}rm x {2}\(not started: Cannot start "rm x"(.|\n)*\n {2}1 {2}ls {2}\(exit 0\)$/,
    })
  })

  test('is another thing than one whose program is not there: that was run', async () => {
    const own = createProcess()
    using _ = own.fake({ gone: own.describe().failsToStart() })
    await own.run('gone')
    own.assertRan('gone').assertRanCount(1)
  })
})

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
    process.assertRanInOrder(['echo real', 'git status'])
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
