import assert from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'
import type { Topic } from './harness.ts'
import { childOf, READY, ready, say, untilGone, untilState } from './readiness.ts'

const IDLE: Scenario = [READY, { hang: true }]
/** Beyond all pids that a machine gives away, unless it has started millions of processes. */
const NOBODY = 4_000_000

/** What can be known of a process by its pid, whoever started it. */
export const processTable: Topic = {
  name: 'process table',
  cases(fact) {
    fact('a process leads a group and a session of its own, and is running', async (stage) => {
      const { pid } = (await ready(stage, IDLE)).handle
      const row = await stage.driver.processes.find(pid)
      assert.deepEqual([row?.pid, row?.group, row?.session, row?.state], [pid, pid, pid, 'running'])
    })

    fact('two processes have the same parent', async (stage) => {
      const [one, two] = await Promise.all([stage.start(IDLE), stage.start(IDLE)])
      const rows = await Promise.all([one, two].map(({ pid }) => stage.driver.processes.find(pid)))
      assert(rows[0]?.parent)
      assert.equal(rows[0].parent, rows[1]?.parent)
    })

    fact('a child is in the group and the session of its parent', async (stage) => {
      const { pid } = (await ready(stage, [{ fork: [{ hang: true }] }, ...IDLE])).handle
      const child = await childOf(stage, pid)
      assert.notEqual(child.pid, pid)
      assert.deepEqual([child.parent, child.group, child.session], [pid, pid, pid])
    })

    fact('a detached child has a group and a session of its own, and the same parent', async (stage) => {
      const { pid } = (await ready(stage, [{ fork: [{ hang: true }], detached: true }, ...IDLE])).handle
      const child = await childOf(stage, pid)
      try {
        assert.deepEqual([child.parent, child.group, child.session], [pid, child.pid, child.pid])
      } finally {
        stage.driver.processes.signal(child.pid, 'SIGKILL')
        await untilGone(stage, child.pid)
      }
    })

    fact('a child whose parent is over gets another one', async (stage) => {
      const steps: Scenario = [{ fork: [{ hang: true }] }, READY, { read: 'line' }]
      const { handle } = await ready(stage, steps, { stdin: 'pipe' })
      const child = await childOf(stage, handle.pid)
      await say(stage, handle)
      await stage.exit(handle)
      const orphan = await stage.driver.processes.find(child.pid)
      assert.deepEqual([orphan?.group, orphan?.state], [handle.pid, 'running'])
      assert(orphan && orphan.parent > 0 && orphan.parent !== handle.pid, `the parent is ${orphan?.parent}`)
    })

    fact('the list has every process once, ordered by pid', async (stage) => {
      const started = await Promise.all([stage.start(IDLE), stage.start(IDLE), stage.start(IDLE)])
      const pids = (await stage.driver.processes.list()).map(({ pid }) => pid)
      assert.deepEqual(
        pids,
        [...new Set(pids)].sort((a, b) => a - b),
      )
      for (const { pid } of started) assert(pids.includes(pid), `${pid} is not in the list`)
    })

    fact('a process that is over runs no more and has no row', async (stage) => {
      const { pid } = await stage.start(IDLE)
      const { processes } = stage.driver
      assert.equal(await processes.isRunning(pid), true)
      processes.signal(pid, 'SIGKILL')
      await untilGone(stage, pid)
      await stage.until(async () => (await processes.find(pid)) === undefined)
      assert((await processes.list()).every((row) => row.pid !== pid))
    })

    fact('a pid that nobody has is nowhere', async ({ driver: { processes } }) => {
      assert.deepEqual(
        [await processes.find(NOBODY), await processes.isRunning(NOBODY), await processes.usage(NOBODY)],
        [undefined, false, undefined],
      )
      assert.deepEqual([processes.signal(NOBODY, 'SIGTERM'), processes.signal(-NOBODY, 'SIGTERM')], [false, false])
    })

    fact('a stopped process still runs, and is listed as stopped until it goes on', async (stage) => {
      const { pid } = (await ready(stage, IDLE)).handle
      assert.equal(stage.driver.processes.signal(pid, 'SIGSTOP'), true)
      await untilState(stage, pid, 'stopped')
      assert.equal(await stage.driver.processes.isRunning(pid), true)
      stage.driver.processes.signal(pid, 'SIGCONT')
      await untilState(stage, pid, 'running')
    })

    fact('a signal to a pid reaches that process alone', async (stage) => {
      const { handle } = await ready(stage, [{ fork: [{ hang: true }] }, ...IDLE])
      const child = await childOf(stage, handle.pid)
      assert.equal(stage.driver.processes.signal(child.pid, 'SIGKILL'), true)
      await untilGone(stage, child.pid)
      assert.equal(await stage.driver.processes.isRunning(handle.pid), true)
    })

    fact('a signal to a negative pid reaches the whole group', async (stage) => {
      const { handle } = await ready(stage, [{ fork: [{ hang: true }] }, ...IDLE])
      const child = await childOf(stage, handle.pid)
      assert.equal(stage.driver.processes.signal(-handle.pid, 'SIGTERM'), true)
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGTERM' })
      await untilGone(stage, child.pid)
    })

    fact('the start of a process stays the same, and another process has another', async (stage) => {
      const one = await stage.start(IDLE)
      const before = await stage.driver.processes.find(one.pid)
      await stage.sleep(50)
      const two = await stage.driver.processes.find((await stage.start(IDLE)).pid)
      assert.equal((await stage.driver.processes.find(one.pid))?.startedAt, before?.startedAt)
      assert.notEqual(two?.startedAt, before?.startedAt)
    })

    fact('the command of a process names what it runs', async (stage) => {
      const { pid } = await stage.start([{ wait: 54_321 }])
      assert.match((await stage.driver.processes.find(pid))?.command ?? '', /54321/)
    })
  },
}
