import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, Process, type Run } from '../src/index.ts'
import { someRuns } from './some-runs.ts'

describe('an attempt that did not start', () => {
  for (const [title, rules, message] of [
    ['because its handler throws', { cmd: new RangeError('no such disk') }, 'no such disk'],
    ['because its program throws at once', { cmd: fail }, 'on purpose'],
    [
      'because there is no such program',
      { cmd: Process.describe().failsToStart() },
      'Cannot start "cmd": file not found',
    ],
    ['because its sequence is exhausted', { cmd: Process.sequence() }, 'its sequence has no answer left'],
  ] as const) {
    test(`${title} is recorded with the error`, async () => {
      const own = createProcess()
      using _ = own.fake(rules)
      await assert.rejects(own.start('cmd'))
      const [run] = own.assertRanTimes('cmd', 1).recorded()
      assert(String(run?.error).includes(message), String(run?.error))
      assert.equal(run?.result, undefined)
      assert.throws(() => own.assertNothingRan(), { message: /1 {2}cmd {2}\(not started: .*/ })
    })
  }

  test('because the caller gave up before is recorded', async () => {
    const own = createProcess()
    using _ = own.fake()
    await assert.rejects(own.abortSignal(AbortSignal.abort()).run('cmd'), { name: 'ProcessCancelledError' })
    own.assertRan('cmd')
  })

  test('because the command is no command is not recorded', async () => {
    const own = createProcess()
    using _ = own.fake()
    await assert.rejects(own.run(['a\0']), TypeError)
    own.assertNothingRan()
  })
})

describe('what is recorded', () => {
  test('is what each command was and what became of it', async () => {
    const own = await someRuns()
    const [commit, push, ls] = own.recorded()
    assert.deepEqual(commit?.command, ['git', 'commit', '-m', 'two words'])
    assert.equal(commit?.startedAt, Date.UTC(2026, 0, 1))
    assert.deepEqual([push?.output, push?.errorOutput, push?.result?.exitCode()], ['pushing\n', 'denied', 1])
    assert.deepEqual([commit?.endedAt, push?.startedAt], [Date.UTC(2026, 0, 1) + 500, Date.UTC(2026, 0, 1) + 500])
    assert.deepEqual(push?.outcome, { kind: 'exited', code: 1 })
    assert.equal(ls?.result?.signal(), 'SIGSEGV')
  })

  test('is what each command was given', async () => {
    const own = createProcess()
    using _ = own.fake()
    await own.path('/srv').env({ A: '1', B: false }).input('text').run('cmd')
    const { cwd, env, input, text } = own.recorded()[0] as Run
    assert.deepEqual({ cwd, env, input, text }, { cwd: '/srv', env: { A: '1', B: false }, input: 'text', text: 'cmd' })
  })

  test('is filtered by any pattern', async () => {
    const own = await someRuns()
    assert.deepEqual(
      own.recorded('git *').map((run) => run.text),
      ["git commit -m 'two words'", 'git push origin'],
    )
  })

  test('is the output so far of what still runs, and the signals that it was sent', async () => {
    const own = createProcess()
    using _ = own.fake(Process.describe().output('ready').ignores('SIGUSR1').hangs())
    const running = await own.start('server')
    await running.waitUntil(() => true)
    running.signal('SIGUSR1')
    const [run] = own.recorded()
    assert.deepEqual([run?.output, run?.result, run?.signals], ['ready\n', undefined, ['SIGUSR1']])
    await running.stop()
    assert.deepEqual([run?.output, run?.result?.signal(), run?.signals], ['ready\n', 'SIGTERM', ['SIGUSR1', 'SIGTERM']])
  })

  test('keeps each run of a pending process that is used again apart', async () => {
    const own = createProcess()
    using _ = own.fake(Process.sequence([1, 'second', Process.describe().failsToStart()]))
    const pending = own.command('cmd').input('same')
    for (let run = 0; run < 3; run++) await pending.run()
    const runs = own.assertRanTimes('cmd', 3).recorded()
    assert.deepEqual(
      runs.map(({ output, result, error }) => [output, result?.exitCode(), (error as Error | undefined)?.name]),
      [
        ['', 1, undefined],
        ['second', 0, undefined],
        ['', undefined, 'ProcessStartError'],
      ],
    )
    assert.equal(new Set(runs).size, 3)
  })

  test('is every attempt of a command that is tried again', async () => {
    const own = createProcess()
    using _ = own.fake(Process.sequence([1, 2, 0]))
    await own.command('cmd').retry(5, { delay: '1s' }).run()
    assert.deepEqual(
      own.recorded().map(({ result, startedAt }) => [result?.exitCode(), startedAt - Date.UTC(2026, 0, 1)]),
      [
        [1, 0],
        [2, 1000],
        [0, 2000],
      ],
    )
  })

  test('is every stage of a pipeline, in order', async () => {
    const own = createProcess()
    using _ = own.fake()
    await own.pipe(['cat access.log', 'sort', 'uniq -c'])
    assert.deepEqual(
      own.recorded().map((run) => run.text),
      ['cat access.log', 'sort', 'uniq -c'],
    )
  })
})

function fail(): never {
  throw new Error('on purpose')
}
