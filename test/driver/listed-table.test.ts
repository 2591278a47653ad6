import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { SystemDriver } from '../../src/driver/index.ts'
import { ListedTable } from '../../src/driver/listed-table.ts'
import { createProcess } from '../../src/index.ts'

const NOBODY = 4_000_000

// `ps` and pidusage are there on Linux too: what they say is compared with what /proc says.
describe('the table of machines without /proc', () => {
  test('samples processes as the other one does', async () => {
    await using running = await createProcess().start(['sleep', '30'])
    const [pids, table] = [[running.id(), process.pid, NOBODY], new ListedTable()]
    const [listed, read] = [await table.sample(pids), await new SystemDriver().processes.sample(pids)]
    assert.deepEqual([...listed.keys()], [running.id(), process.pid])
    for (const pid of listed.keys()) {
      const [one, other] = [listed.get(pid), read.get(pid)]
      assert(one && other && !('errno' in one) && !('errno' in other))
      const place = ({ parent, group, state }: typeof one) => ({ parent, group, state })
      assert.deepEqual(place(one), place(other))
      assert(Math.abs(one.memory - other.memory) < 64 * 1024 ** 2, `${one.memory} and ${other.memory} bytes`)
      assert(Math.abs(one.uptime - other.uptime) < 2000, `${one.uptime} and ${other.uptime} ms`)
      assert(Math.abs(one.cpuTime - other.cpuTime) < 2000, `${one.cpuTime} and ${other.cpuTime} ms`)
    }
    assert.deepEqual(await table.sample([NOBODY]), new Map())
  })

  test('knows what a process uses, what came of it, and who is nobody', async () => {
    const table = new ListedTable()
    await using running = await createProcess().start(['sh', '-c', 'sleep 30 & echo ready; wait'])
    await running.waitUntil((_type, line) => line === 'ready')
    const usage = await table.usage(running.id())
    assert((usage?.memory ?? 0) > 0 && (usage?.uptime ?? 0) > 0)
    const children = await table.descendants(running.id())
    assert.deepEqual(children, await new SystemDriver().processes.descendants(running.id()))
    assert.equal(children.length, 1)
    assert.deepEqual(await table.details(running.id()), {
      proportionalMemory: undefined,
      descriptors: undefined,
      io: undefined,
    })
    assert.deepEqual([await table.usage(NOBODY), await table.details(NOBODY)], [undefined, undefined])
  })
})
