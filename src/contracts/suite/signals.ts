import assert from 'node:assert/strict'
import { constants } from 'node:os'
import type { Scenario } from '../scenario.ts'
import type { Signal } from '../signals.ts'
import type { Topic } from './harness.ts'
import { READY, ready, readyProcess, say } from './readiness.ts'

const DEADLY: readonly Signal[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 'SIGUSR1', 'SIGUSR2']
const HARMLESS: readonly Signal[] = ['SIGCHLD', 'SIGCONT', 'SIGWINCH', 'SIGURG']

const says = (data: string): Scenario => [{ write: 'out', data }]

/** What a signal does to a process, and who is reached by it. */
export const signals: Topic = {
  name: 'signals',
  cases(fact) {
    for (const signal of DEADLY) {
      fact(`${signal} ends a process that says nothing about it`, async (stage) => {
        const { handle } = await ready(stage, [READY, { hang: true }])
        assert.equal(handle.kill(signal, 'process'), true)
        assert.deepEqual(await stage.exit(handle), { code: null, signal })
      })
    }

    fact('CHLD, CONT, WINCH and URG change nothing by default', async (stage) => {
      const { handle } = await ready(stage, [READY, { read: 'line' }, { exit: 3 }], { stdin: 'pipe' })
      for (const signal of HARMLESS) assert.equal(handle.kill(signal, 'process'), true)
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
    })

    fact('an ignored signal changes nothing', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, READY, { read: 'line' }, { exit: 4 }]
      const { handle } = await ready(stage, scenario, { stdin: 'pipe' })
      assert.equal(handle.kill('SIGTERM', 'process'), true)
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: 4, signal: null })
    })

    fact('a process that handles a signal goes on afterwards', async (stage) => {
      const handled: Scenario = [{ write: 'out', data: 'caught\n' }]
      const scenario: Scenario = [{ on: 'SIGTERM', do: handled }, READY, { read: 'line' }, { exit: 5 }]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      handle.kill('SIGTERM', 'process')
      await stage.until(() => output() === 'ready\ncaught\n')
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: 5, signal: null })
    })

    fact('a handler may end the process with a code of its own', async (stage) => {
      const handled: Scenario = [{ write: 'out', data: 'bye\n' }, { exit: 7 }]
      const { handle, output } = await ready(stage, [{ on: 'SIGINT', do: handled }, READY, { hang: true }])
      handle.kill('SIGINT', 'process')
      assert.deepEqual(await stage.exit(handle), { code: 7, signal: null })
      await stage.until(() => output() === 'ready\nbye\n')
    })

    fact('several signals are each handled, as often as they come', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGUSR1', do: says('1') }, { on: 'SIGUSR2', do: says('2') }, READY]
      const { handle, output } = await ready(stage, [...scenario, { hang: true }])
      for (const [signal, heard] of [
        ['SIGUSR1', '1'],
        ['SIGUSR2', '12'],
        ['SIGUSR1', '121'],
      ] as const) {
        handle.kill(signal, 'process')
        await stage.until(() => output() === `ready\n${heard}`)
      }
    })

    fact('kill says whether it reached anybody', async (stage) => {
      const { handle } = await ready(stage, [READY, { hang: true }])
      assert.deepEqual([handle.kill('SIGWINCH', 'process'), handle.kill('SIGWINCH', 'group')], [true, true])
      handle.kill('SIGKILL', 'process')
      await stage.exit(handle)
      assert.deepEqual([handle.kill('SIGTERM', 'process'), handle.kill('SIGTERM', 'group')], [false, false])
    })

    fact('a process may die of a signal by its own doing, even of one that it ignores', async (stage) => {
      const handle = await stage.start([{ on: 'SIGTERM', do: 'ignore' }, { die: 'SIGTERM' }])
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGTERM' })
    })

    fact('a signal to the group reaches a child, one to the process does not', async (stage) => {
      const told = (word: string): Scenario => [{ on: 'SIGUSR2', do: says(word) }]
      const child: Scenario = [...told('c'), READY, { hang: true }]
      const { handle, output } = await ready(stage, [...told('p'), { fork: child }, { hang: true }])
      handle.kill('SIGUSR2', 'process')
      await stage.until(() => output() === 'ready\np')
      await stage.sleep(50)
      assert.equal(output(), 'ready\np')
      handle.kill('SIGUSR2', 'group')
      await stage.until(() => ['ready\nppc', 'ready\npcp'].includes(output()))
    })

    fact('TSTP, TTIN and TTOU stop nobody who has no shell to let it go on', async (stage) => {
      const { handle } = await ready(stage, [READY, { read: 'line' }, { exit: 3 }], { stdin: 'pipe' })
      for (const signal of ['SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const) handle.kill(signal, 'group')
      await stage.sleep(30)
      assert.equal((await stage.driver.processes.find(handle.pid))?.state, 'running')
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
    })

    fact('a handler that comes later replaces the one before', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGUSR2', do: says('1') }, { on: 'SIGUSR2', do: says('2') }, READY]
      const { handle, output } = await ready(stage, [...scenario, { hang: true }])
      handle.kill('SIGUSR2', 'process')
      await stage.until(() => output() === 'ready\n2')
    })

    fact('what a handler does takes its time beside the other steps', async (stage) => {
      const handled: Scenario = [...says('a'), { wait: 100 }, ...says('c'), { exit: 3 }]
      const scenario: Scenario = [{ on: 'SIGUSR2', do: handled }, READY, { read: 'line' }, ...says('b'), { hang: true }]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      handle.kill('SIGUSR2', 'process')
      await stage.until(() => output() === 'ready\na')
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
      await stage.until(() => output() === 'ready\nabc')
    })

    fact('a signal that comes with a line is heard before or after it, and neither is lost', async (stage) => {
      const scenario: Scenario = [
        { on: 'SIGUSR2', do: says('s') },
        READY,
        { read: 'line' },
        ...says('l'),
        { hang: true },
      ]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      const saying = say(stage, handle)
      handle.kill('SIGUSR2', 'process')
      await saying
      await stage.until(() => ['ready\nsl', 'ready\nls'].includes(output()))
    })

    fact('a parent hears of the end of its child by CHLD', async (stage) => {
      const heard: Scenario = [{ write: 'out', data: 'child' }, { exit: 3 }]
      const scenario: Scenario = [{ on: 'SIGCHLD', do: heard }, { fork: [{ wait: 30 }] }, READY, { hang: true }]
      const { handle, output } = await ready(stage, scenario)
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
      await stage.until(() => output() === 'ready\nchild')
    })

    fact('a running process is sent signals by name or number, and remembers them in order', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGUSR1', do: says('1\n') }, { on: 'SIGUSR2', do: says('2\n') }, READY]
      const process = await readyProcess(stage, [...scenario, { hang: true }])
      process.signal('SIGUSR1')
      assert(await process.waitUntil((_type, line) => line === '1'))
      process.signal(constants.signals.SIGUSR2)
      assert(await process.waitUntil((_type, line) => line === '2'))
      assert.deepEqual(process.signals, ['SIGUSR1', 'SIGUSR2'])
      assert.deepEqual([process.hasReceivedSignal('SIGUSR2'), process.hasReceivedSignal(15)], [true, false])
    })
  },
}
