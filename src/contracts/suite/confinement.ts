import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { IsolationOptions } from '../../isolation-options.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { refused } from './isolated.ts'
import { untilGone } from './readiness.ts'

/** A child that has left the group of its parent, and tells its pid. */
const ESCAPEE: Scenario = [{ tell: 'pid' }, { close: 'out' }, { close: 'err' }, { hang: true }]

/** Where a process may not get, and that nothing of it gets away. */
export const confinement: Topic = {
  name: 'confinement',
  cases(fact) {
    fact(
      'a process without a network runs as any other',
      async (stage) => {
        const result = await stage.process.isolate({ privateNetwork: true }).run(stage.actor({ exit: 3 }))
        assert.equal(result.exitCode(), 3)
      },
      refused('privateNetwork', { privateNetwork: true }),
    )

    fact(
      'a process writes only where it may',
      (stage) =>
        withFolder(stage, async (folder) => {
          const [open, closed] = [join(folder, 'open'), join(folder, 'closed')]
          await stage.driver.files.makeFolder(open)
          await stage.driver.files.makeFolder(closed)
          const pending = stage.process.isolate({ readOnly: { writable: [open] } })
          const allowed = await pending.run(stage.actor({ file: join(open, 'file'), data: 'written' }))
          const denied = await pending.run(stage.actor({ file: join(closed, 'file'), data: 'written' }))
          assert.deepEqual([allowed.exitCode(), denied.exitCode()], [0, 1])
          assert.match(denied.errorOutput(), /EROFS/)
          assert.equal(await stage.driver.files.readText(join(open, 'file')), 'written')
          assert.equal(await stage.driver.files.stat(join(closed, 'file')), undefined)
        }),
      refused('readOnly', { readOnly: true }),
    )

    fact(
      'the end of a process is the end of a child with a session of its own',
      async (stage) => {
        const process = await escaping(stage, { wholeTree: true }, [{ read: 'line' }, { exit: 4 }])
        const child = Number(/\d+/.exec(process.output()))
        await process.write('go on\n')
        assert.equal((await process.wait()).exitCode(), 4)
        await untilGone(stage, child)
      },
      refused('wholeTree', { wholeTree: true }),
    )

    fact(
      'a child with a session of its own is reached by a stop, and waited for',
      async (stage) => {
        const process = await escaping(stage, { wholeTree: true }, [{ hang: true }])
        const child = Number(/\d+/.exec(process.output()))
        const result = await process.stop()
        assert.deepEqual([result.signal(), result.survivors], ['SIGTERM', []])
        assert.equal(await stage.driver.processes.isRunning(child), false)
      },
      refused('wholeTree', { wholeTree: true }),
    )

    fact(
      'a process that dies with its parent writes and exits as any other',
      async (stage) => {
        const steps: Scenario = [{ echo: 'in' }, { write: 'err', data: 'err' }, { exit: 5 }]
        const result = await stage.process
          .isolate({ dieWithParent: true })
          .input('in')
          .run(stage.actor(...steps))
        assert.deepEqual([result.output(), result.errorOutput(), result.exitCode()], ['in', 'err', 5])
      },
      refused('dieWithParent', { dieWithParent: true }),
    )

    fact(
      'a process that dies with its parent can still be asked to stop, and answers',
      async (stage) => {
        const steps: Scenario = [
          { on: 'SIGTERM', do: [{ exit: 6 }] },
          { write: 'out', data: 'ready\n' },
          { hang: true },
        ]
        const process = await stage.process.isolate({ dieWithParent: true }).start(stage.actor(...steps))
        await process.waitUntil((_, line) => line === 'ready')
        assert.equal((await process.stop()).exitCode(), 6)
      },
      refused('dieWithParent', { dieWithParent: true }),
    )
  },
}

async function escaping(
  stage: Stage,
  options: IsolationOptions,
  steps: Scenario,
): ReturnType<Stage['process']['start']> {
  const process = await stage.process.isolate(options).start(stage.actor({ fork: ESCAPEE, detached: true }, ...steps))
  await process.waitUntil((_, line) => /^\d+$/.test(line))
  return process
}
