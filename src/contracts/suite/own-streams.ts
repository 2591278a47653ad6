import assert from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'
import type { Topic } from './harness.ts'
import { READY, ready, say } from './readiness.ts'

const HANG: Scenario = [{ hang: true }]
const MUCH: Scenario = [{ write: 'out', data: 'y\n', times: 200_000 }]

const says = (data: string, write: 'out' | 'err' = 'out'): Scenario => [{ write, data }]

/** What a process does with its own streams: it reads them in turn, and may close them early. */
export const ownStreams: Topic = {
  name: 'own streams',
  cases(fact) {
    fact('a process that has closed its stdin reads end-of-file', async (stage) => {
      const scenario: Scenario = [{ close: 'in' }, { read: 'line' }, { read: 'all' }, { echo: 'in' }, ...says('end')]
      const handle = await stage.start(scenario, { stdin: 'pipe' })
      assert.equal(await stage.text(handle.stdout), 'end')
    })

    fact('who waits for a line when stdin is closed gets end-of-file', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGUSR2', do: [{ close: 'in' }] }, READY, { read: 'line' }, ...says('end')]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      handle.kill('SIGUSR2', 'process')
      assert.deepEqual(await stage.exit(handle), { code: 0, signal: null })
      await stage.until(() => output() === 'ready\nend')
    })

    fact('what was read already is gone when stdin is closed', async (stage) => {
      const scenario: Scenario = [READY, { read: 1 }, { close: 'in' }, { echo: 'in' }, ...says('end')]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      await say(stage, handle, 'abc')
      await stage.exit(handle)
      await stage.until(() => output() === 'ready\nend')
    })

    fact('reads that wait at the same time are served one after the other', async (stage) => {
      const handled: Scenario = [...says('heard\n'), { read: 'line' }, ...says('second\n')]
      const scenario: Scenario = [{ on: 'SIGUSR2', do: handled }, READY, { read: 'line' }, ...says('first\n'), ...HANG]
      const { handle, output } = await ready(stage, scenario, { stdin: 'pipe' })
      handle.kill('SIGUSR2', 'process')
      await stage.until(() => output() === 'ready\nheard\n')
      await say(stage, handle)
      await stage.until(() => output() === 'ready\nheard\nfirst\n')
      await say(stage, handle)
      await stage.until(() => output() === 'ready\nheard\nfirst\nsecond\n')
    })

    fact('a line comes whole, however its writer has cut it', async (stage) => {
      const { handle, output } = await ready(stage, [READY, { read: 'line' }, ...says('line')], { stdin: 'pipe' })
      for (const piece of ['o', 'n', 'e'])
        await stage.drive(handle.stdin?.write(Buffer.from(piece)) as Promise<boolean>)
      await stage.sleep(30)
      assert.equal(output(), 'ready\n')
      await say(stage, handle, '')
      await stage.until(() => output() === 'ready\nline')
    })

    fact('a stream that is closed is at its end for its reader, and the other one is not', async (stage) => {
      const scenario: Scenario = [...says('a'), { close: 'out' }, { read: 'line' }, ...says('b', 'err')]
      const handle = await stage.start(scenario, { stdin: 'pipe' })
      const errors = stage.collect(handle.stderr)
      assert.equal(await stage.text(handle.stdout), 'a')
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: 0, signal: null })
      await stage.until(() => errors() === 'b')
    })

    fact('what is written to a stream that is closed goes nowhere, and nobody dies of it', async (stage) => {
      const scenario: Scenario = [{ close: 'out' }, { close: 'out' }, ...says('lost'), ...says('kept', 'err')]
      const handle = await stage.start(scenario)
      const [out, err] = await Promise.all([stage.text(handle.stdout), stage.text(handle.stderr)])
      assert.deepEqual([out, err, await stage.exit(handle)], ['', 'kept', { code: 0, signal: null }])
    })

    fact('what waits for room in a stream is lost when that is closed, and the process goes on', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGUSR2', do: [{ close: 'out' }] }, READY, ...MUCH]
      const handle = await stage.start([...scenario, ...says('on', 'err')])
      const errors = stage.collect(handle.stderr)
      const output = stage.collect(handle.stdout)
      await stage.until(() => output().length > 100_000)
      handle.stdout?.pause()
      await stage.sleep(50)
      handle.kill('SIGUSR2', 'process')
      await stage.until(() => errors() === 'on')
      assert.deepEqual(await stage.exit(handle), { code: 0, signal: null })
    })

    fact('a child does not inherit what was closed', async (stage) => {
      const child: Scenario = [...says('lost'), ...says('child', 'err')]
      const handle = await stage.start([{ close: 'out' }, { fork: child }, { read: 'line' }], { stdin: 'pipe' })
      const errors = stage.collect(handle.stderr)
      assert.equal(await stage.text(handle.stdout), '')
      await stage.until(() => errors() === 'child')
    })

    fact('a process that has closed all of its streams may still have children', async (stage) => {
      const all: Scenario = [{ close: 'in' }, { close: 'out' }, { close: 'err' }]
      const children: Scenario = [{ fork: HANG }, { fork: HANG, detached: false, quiet: true }]
      const handle = await stage.start([...all, ...children, ...HANG], { stdin: 'pipe' })
      await stage.until(async () => (await handle.survivors()).length === 3, 'having two children')
    })

    fact('a child holds a stream open that its parent has closed', async (stage) => {
      const child: Scenario = [{ on: 'SIGUSR2', do: [...says('child'), { exit: 0 }] }, READY, ...HANG]
      const { handle, output } = await ready(stage, [{ fork: child }, { close: 'out' }, ...HANG])
      handle.kill('SIGUSR2', 'group')
      await stage.until(() => output() === 'ready\nchild')
    })

    fact('a writer whose reader is gone dies of it only when it writes', async (stage) => {
      const { handle } = await ready(stage, [READY, { read: 'line' }, ...says('more')], { stdin: 'pipe' })
      handle.stdout?.close()
      await stage.sleep(30)
      assert.equal((await stage.driver.processes.find(handle.pid))?.state, 'running')
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGPIPE' })
    })

    fact('a process that handles PIPE hears of each write that is lost', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGPIPE', do: says('lost;', 'err') }, READY, { read: 'line' }]
      const handle = await stage.start([...scenario, ...says('1'), ...says('2'), { exit: 3 }], { stdin: 'pipe' })
      const output = stage.collect(handle.stdout)
      const errors = stage.collect(handle.stderr)
      await stage.until(() => output() === 'ready\n')
      handle.stdout?.close()
      await say(stage, handle)
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
      await stage.until(() => errors().startsWith('lost;'))
    })
  },
}
