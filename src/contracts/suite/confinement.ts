import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { IsolationOptions } from '../../isolation-options.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { refused } from './isolated.ts'
import { READY } from './readiness.ts'

/** A child that leaves the group of its parent, and holds its output open: that is complete only when the child is over. */
const ESCAPEE: Scenario = [READY, { hang: true }]

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
        await process.write('go on\n')
        const result = await process.wait()
        assert.deepEqual([result.exitCode(), result.incomplete], [4, false])
      },
      refused('wholeTree', { wholeTree: true }),
    )

    fact(
      'a child with a session of its own is reached by a stop, and waited for',
      async (stage) => {
        const result = await (await escaping(stage, { wholeTree: true }, [{ hang: true }])).stop()
        assert.deepEqual([result.exitCode(), result.survivors, result.incomplete], [128 + 15, [], false])
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
  await process.waitUntil((_, line) => line === 'ready')
  return process
}
