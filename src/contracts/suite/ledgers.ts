import assert from 'node:assert/strict'
import { join } from 'node:path'
import { LedgerError } from '../../supervision/errors.ts'
import type { Handle } from '../driver.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { READY, ready, untilGone } from './readiness.ts'
import { rejection } from './rejection.ts'

const IDLE: Scenario = [READY, { hang: true }]
const DEAF: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, ...IDLE]

/** Groups that keep who runs in a file, and find there whom a killed supervisor has left behind. */
export const ledgers: Topic = {
  name: 'ledgers',
  cases(fact) {
    fact('whom a ledger names is ended, with its group, before anything is started', async (stage) => {
      await withFolder(stage, async (folder) => {
        const ledger = join(folder, 'state', 'ledger.json')
        const { handle } = await ready(stage, [{ fork: [{ hang: true }] }, ...DEAF])
        await leave(stage, ledger, handle)
        const group = stage.process.group({ ledger }).add('next', stage.actor(...IDLE))
        const told: string[] = []
        group.onEvent(({ type }) => told.push(type))
        await group.start()
        assert.deepEqual(told.slice(0, 2), ['leftover', 'starting'])
        const rows = await stage.driver.processes.list()
        assert(rows.every((row) => row.group !== handle.pid || row.state === 'zombie'))
        await group.stop()
      })
    })

    fact('whoever has a number that a ledger names, but was started at another time, is left alone', async (stage) => {
      await withFolder(stage, async (folder) => {
        const ledger = join(folder, 'ledger.json')
        const { handle } = await ready(stage, IDLE)
        await leave(stage, ledger, handle, 1)
        const group = stage.process.group({ ledger }).add('next', stage.actor(...IDLE))
        await group.start()
        assert.equal(await stage.driver.processes.isRunning(handle.pid), true)
        await group.stop()
        handle.kill('SIGKILL', 'process')
        await untilGone(stage, handle.pid)
      })
    })

    fact('a ledger names who runs, for its owner alone to read, and is gone when nobody does', async (stage) => {
      await withFolder(stage, async (folder) => {
        const { files, processes } = stage.driver
        const ledger = join(folder, 'ledger.json')
        const group = stage.process.group({ ledger }).add('one', stage.actor(...IDLE))
        await group.start()
        const [pid] = group.status().map((status) => status.pid)
        const { epoch, children } = JSON.parse(await files.readText(ledger))
        const [known] = children[0].known
        assert.deepEqual([epoch, known], [processes.epoch, [pid, (await processes.find(pid as number))?.startedAt]])
        assert.equal((await files.stat(ledger))?.mode, 0o600)
        await group.stop()
        assert.deepEqual(await files.list(folder), [])
      })
    })

    fact('a ledger that says nothing we know is refused, and nothing is started', async (stage) => {
      await withFolder(stage, async (folder) => {
        const ledger = join(folder, 'ledger.json')
        await stage.driver.files.write(ledger, '{"version":9}')
        const group = stage.process.group({ ledger }).add('one', stage.actor(...IDLE))
        const { message } = await rejection(LedgerError, group.start())
        assert.equal(message, `Cannot use the ledger ${ledger}: expected "version" to be 1, found 9`)
        assert.deepEqual(stage.process.active(), [])
        assert.equal(await stage.driver.files.readText(ledger), '{"version":9}')
      })
    })

    fact('this program is the parent of what it starts', async (stage) => {
      const { pid } = (await ready(stage, IDLE)).handle
      const { processes } = stage.driver
      assert.equal((await processes.find(pid))?.parent, processes.self)
      assert.equal(typeof processes.epoch, 'string')
    })
  },
}

/** Writes a ledger as somebody leaves it who is killed: with a start that is `off` by so much. */
async function leave({ driver: { files, processes } }: Stage, ledger: string, handle: Handle, off = 0): Promise<void> {
  const row = await processes.find(handle.pid)
  assert(row)
  const known = [[row.pid, row.startedAt + off]]
  const child = { slot: 'group/one', pid: row.pid, known, signal: 'SIGTERM', grace: 50 }
  await files.makeFolder(join(ledger, '..'))
  await files.write(ledger, JSON.stringify({ version: 1, epoch: processes.epoch, children: [child] }))
}
