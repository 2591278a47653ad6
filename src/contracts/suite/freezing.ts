import assert from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'
import type { Topic } from './harness.ts'
import { READY, ready, say, untilState } from './readiness.ts'

/** What becomes of a process that STOP has stopped. */
export const freezing: Topic = {
  name: 'freezing',
  cases(fact) {
    fact('STOP freezes a process, and CONT lets it go on where it was', async (stage) => {
      const scenario: Scenario = [READY, { read: 'line' }, { write: 'out', data: 'on\n' }, { exit: 6 }]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      handle.kill('SIGSTOP', 'process')
      await untilState(stage, handle.pid, 'stopped')
      await say(stage, handle)
      await stage.sleep(100)
      assert.equal(output(), 'ready\n')
      handle.kill('SIGCONT', 'process')
      await stage.until(() => output() === 'ready\non\n')
      assert.deepEqual(await stage.exit(handle), { code: 6, signal: null })
    })

    fact('a stopped process obeys a signal when it goes on, before it does anything else', async (stage) => {
      const scenario: Scenario = [READY, { read: 'line' }, { write: 'out', data: 'on\n' }]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      handle.kill('SIGSTOP', 'process')
      await untilState(stage, handle.pid, 'stopped')
      await say(stage, handle)
      assert.equal(handle.kill('SIGHUP', 'process'), true)
      await stage.sleep(30)
      assert.equal((await stage.driver.processes.find(handle.pid))?.state, 'stopped')
      handle.kill('SIGCONT', 'process')
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGHUP' })
      await stage.sleep(20)
      assert.equal(output(), 'ready\n')
    })

    fact('KILL ends a stopped process at once', async (stage) => {
      const { handle } = await ready(stage, [READY, { hang: true }])
      handle.kill('SIGSTOP', 'process')
      await untilState(stage, handle.pid, 'stopped')
      handle.kill('SIGKILL', 'process')
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGKILL' })
    })

    fact('a stopped process writes nothing and takes no input', async (stage) => {
      const scenario: Scenario = [READY, { read: 'line' }, { write: 'out', data: 'on' }, { read: 'all' }]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      handle.kill('SIGSTOP', 'process')
      await untilState(stage, handle.pid, 'stopped')
      let taken = false
      const writing = handle.stdin?.write(Buffer.from(`line\n${'x'.repeat(1_000_000)}`)).then(() => {
        taken = true
      })
      await stage.sleep(50)
      assert.deepEqual([output(), taken], ['ready\n', false])
      handle.kill('SIGCONT', 'process')
      await stage.drive(writing as Promise<void>)
      handle.stdin?.end()
      assert.deepEqual(await stage.exit(handle), { code: 0, signal: null })
    })

    fact('a signal that comes several times while a process is stopped is handled once', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGUSR2', do: [{ write: 'out', data: '2' }] }, READY, { hang: true }]
      const { handle, output } = await ready(stage, scenario)
      handle.kill('SIGSTOP', 'process')
      await untilState(stage, handle.pid, 'stopped')
      for (let times = 0; times < 3; times++) handle.kill('SIGUSR2', 'process')
      handle.kill('SIGCONT', 'process')
      await stage.until(() => output() === 'ready\n2')
      await stage.sleep(50)
      assert.equal(output(), 'ready\n2')
    })

    fact('of several deadly signals that waited, the one with the lowest number kills', async (stage) => {
      const { handle } = await ready(stage, [READY, { hang: true }])
      handle.kill('SIGSTOP', 'process')
      await untilState(stage, handle.pid, 'stopped')
      for (const signal of ['SIGALRM', 'SIGTERM', 'SIGHUP'] as const) handle.kill(signal, 'process')
      handle.kill('SIGCONT', 'process')
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGHUP' })
    })

    fact('CONT is heard by who handles it, stopped or not', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGCONT', do: [{ write: 'out', data: 'c' }] }, READY, { hang: true }]
      const { handle, output } = await ready(stage, scenario)
      handle.kill('SIGCONT', 'process')
      await stage.until(() => output() === 'ready\nc')
      handle.kill('SIGSTOP', 'process')
      await untilState(stage, handle.pid, 'stopped')
      handle.kill('SIGCONT', 'process')
      await stage.until(() => output() === 'ready\ncc')
    })
  },
}
