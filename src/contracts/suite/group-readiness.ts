import assert from 'node:assert/strict'
import { GroupStartError } from '../../supervision/errors.ts'
import type { Readiness } from '../../supervision/readiness.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { freePort } from './ports.ts'
import { rejection } from './rejection.ts'

const SLOW: Scenario = [{ wait: 150 }]
const HANG: Scenario = [{ hang: true }]

/** How a member of a group shows that it is ready. */
export const groupReadiness: Topic = {
  name: 'readiness in groups',
  cases(fact) {
    fact('by a line that it writes', (stage) =>
      isReadyLate(stage, [...SLOW, { write: 'err', data: 'now listening on 80\n' }, ...HANG], {
        output: /listening on \d+/,
      }),
    )

    fact('by a notice', (stage) =>
      isReadyLate(stage, [...SLOW, { write: 'out', data: 'READY=1\n' }, ...HANG], { notify: true }),
    )

    fact('by a port that it opens', async (stage) => {
      const port = await freePort(stage)
      await isReadyLate(stage, [...SLOW, { listen: port }, ...HANG], { port })
    })

    fact('by an answer over HTTP', async (stage) => {
      const port = await freePort(stage)
      const http = `http://127.0.0.1:${port}/health`
      await isReadyLate(stage, [...SLOW, { listen: port, answer: 204 }, ...HANG], { http })
    })

    fact('by a file that it writes, and not by one that was there before', (stage) =>
      withFolder(stage, async (folder) => {
        const file = `${folder}/ready`
        await stage.driver.files.write(file, 'left behind by an earlier one')
        await isReadyLate(stage, [...SLOW, { file, data: 'it is' }, ...HANG], { file })
      }),
    )

    fact('by a command that succeeds', (stage) =>
      withFolder(stage, async (folder) => {
        const file = `${folder}/ready`
        const isThere = async () => (await stage.driver.files.stat(file)) !== undefined
        await isReadyLate(stage, [...SLOW, { file, data: 'it is' }, ...HANG], isThere)
        await isReadyLate(stage, HANG, { command: stage.actor(...SLOW, { exit: 0 }) })
      }),
    )

    fact('one that is not ready in time has failed, and so has one that ends before', async (stage) => {
      for (const steps of [HANG, [{ wait: 20 }, { exit: 0 }] as const]) {
        const group = stage.process.group({ restart: 'never' })
        group.add('late', stage.actor(...steps), { ready: { output: 'ready' }, readyTimeout: 150 })
        const error = await rejection(GroupStartError, group.start())
        assert.match(error.message, /"late" failed: (not ready after 150 ms|ended before it was ready: exit code 0)/)
        assert.deepEqual(stage.process.active(), [])
      }
    })

    fact('nobody is started after one that ends before it is ready, whatever it ends with', async (stage) => {
      for (const [after, exit] of [
        ['succeeded', 0],
        ['done', 0],
        ['done', 3],
      ] as const) {
        const group = stage.process.group({ restart: 'never' })
        const types: string[] = []
        group.onEvent(({ slot, type }) => types.push(`${slot} ${type}`))
        group.add('first', stage.actor({ wait: 20 }, { exit }), { ready: { output: 'ready' } })
        group.add('second', stage.actor(...HANG), { after: { first: after } })
        const error = await rejection(GroupStartError, group.start())
        assert.match(error.message, new RegExp(`"first" failed: ended before it was ready: exit code ${exit}`))
        assert.deepEqual([types.includes('first failed'), types.includes('second starting')], [true, false])
      }
    })

    fact('one that ends with success before it is ready is started again, as any that fails', async (stage) => {
      const group = stage.process.group({ maxRestarts: 2, backoff: { first: 10, cap: 20 } })
      let starts = 0
      group.onEvent(({ type }) => type === 'started' && starts++)
      group.add('early', stage.actor({ wait: 20 }, { exit: 0 }), { ready: { output: 'ready' } })
      const error = await rejection(GroupStartError, group.start())
      assert.match(error.message, /ended before it was ready: exit code 0, after 2 restarts/)
      assert.equal(starts, 3)
    })

    fact('a probe that never answers does not hold up a stop', async (stage) => {
      const port = await freePort(stage)
      const group = stage.process.group()
      group.add('silent', stage.actor({ listen: port }, ...HANG), { ready: { http: `http://127.0.0.1:${port}/` } })
      const starting = rejection(GroupStartError, group.start())
      await stage.sleep(300)
      await group.stop()
      assert.match((await starting).message, /"silent" was stopped/)
    })
  },
}

/** Starts a group of one that is ready only after 150 ms, and stops it. */
async function isReadyLate(stage: Stage, steps: Scenario, ready: Readiness): Promise<void> {
  const { clock } = stage.driver
  const group = stage.process.group({ restart: 'never' })
  group.add('late', stage.actor(...steps), { ready })
  const begin = clock.monotonic()
  await group.start()
  assert.equal(group.status()[0]?.state, 'ready')
  assert(clock.monotonic() - begin >= 150)
  await group.stop()
}
