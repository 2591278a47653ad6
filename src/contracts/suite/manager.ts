import assert from 'node:assert/strict'
import type { Topic } from './harness.ts'
import { READY, readyProcess } from './readiness.ts'

/** What a Process knows of, and does to, what it has started. */
export const manager: Topic = {
  name: 'manager',
  cases(fact) {
    fact('kill reaches a process by its pid, with TERM unless told otherwise', async (stage) => {
      const [asked, told] = await Promise.all([1, 2].map(() => readyProcess(stage, [READY, { hang: true }])))
      assert(asked && told)
      assert.deepEqual([stage.process.kill(asked.id()), stage.process.kill(told.id(), 9)], [true, true])
      const results = await Promise.all([asked.wait(), told.wait()])
      assert.deepEqual(
        results.map((result) => result.signal()),
        ['SIGTERM', 'SIGKILL'],
      )
    })

    fact('kill says that there is nobody with a pid', (stage) => {
      assert.equal(stage.process.kill(4_000_000), false)
      return Promise.resolve()
    })

    fact('kill refuses what is no pid, and reaches nobody', (stage) => {
      for (const pid of [0, -1, 1.5, Number.NaN, '7' as never]) {
        const message = `Cannot signal ${typeof pid === 'string' ? '"7"' : pid}: expected a pid`
        assert.throws(() => stage.process.kill(pid, 'SIGCONT'), { name: 'TypeError', message })
      }
      return Promise.resolve()
    })

    fact('a program runs with its arguments and all its options in one call', async (stage) => {
      const [program = '', ...args] = stage.actor({ tell: 'cwd' }, { tell: 'env:GIVEN' }, { tell: 'env:PATH' })
      const options = { workingDirectory: '/', environment: { GIVEN: 'here' }, includeParentEnvironment: false }
      const result = await stage.process.run(program, args, options)
      assert.deepEqual(result.lines(), ['/', 'here', ''])
      const inShell = await stage.process.run(program, args, { environment: { GIVEN: 'a b' }, runInShell: true })
      assert.deepEqual(inShell.lines().slice(1), ['a b', process.env.PATH])
      const [actor = '', ...wild] = stage.actor({ write: 'out', data: '/* ~ $HOME {a,b}' })
      assert.equal((await stage.process.run(actor, wild, { runInShell: true })).output(), '/* ~ $HOME {a,b}')
    })

    fact('a program starts with its arguments and options in one call', async (stage) => {
      const [program = '', ...args] = stage.actor({ tell: 'env:GIVEN' }, { exit: 3 })
      const running = await stage.process.start(program, args, { environment: { GIVEN: 'here' } })
      const result = await running.wait()
      assert.deepEqual([result.lines(), result.exitCode()], [['here'], 3])
    })

    fact('the limits and the retries of one call hold as those that are set', async (stage) => {
      const [program = '', ...hangs] = stage.actor({ hang: true })
      await assert.rejects(stage.process.run(program, hangs, { timeout: 40 }), {
        code: 'ERR_PROCESS_TIMED_OUT',
        timeout: 40,
      })
      await assert.rejects(stage.process.run(program, hangs, { idleTimeout: 40 }), {
        code: 'ERR_PROCESS_IDLE_TIMED_OUT',
        timeout: 40,
      })
      using _ = stage.process.spy()
      await stage.process.run(program, stage.actor({ exit: 3 }).slice(1), { retryAttempts: 3, retryDelay: 5 })
      assert.equal(stage.process.recorded().length, 3)
    })

    fact('a process tells what it uses, until it is over', async (stage) => {
      const running = await readyProcess(stage, [{ use: { memory: 32 * 1024 ** 2 } }, READY, { hang: true }])
      assert(((await running.stats())?.memory ?? 0) >= 32 * 1024 ** 2)
      await running.stop()
      assert.equal(await running.stats(), undefined)
    })

    fact('a process that runs already is piped on from the first byte it wrote', async (stage) => {
      const running = await readyProcess(stage, [READY, { read: 'line' }, { write: 'out', data: 'late\n' }])
      await running.write('go\n')
      const result = await running.pipe(stage.actor({ echo: 'in' })).pipe(stage.actor({ echo: 'in' }))
      assert.deepEqual([result.output(), result.stages.length], ['ready\nlate\n', 3])
    })

    fact('a spy lets everything run as it would and takes note of it', async (stage) => {
      using _ = stage.process.spy()
      const result = await stage.process.run(stage.actor({ write: 'out', data: 'seen' }, { exit: 3 }))
      assert.deepEqual([result.output(), result.exitCode()], ['seen', 3])
      const [run] = stage.process.assertRanCount(1).recorded()
      assert.deepEqual([run?.output, run?.result?.exitCode()], ['seen', 3])
    })
  },
}
