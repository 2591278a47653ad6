import assert from 'node:assert/strict'
import type { ProcessSample } from '../process-table.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { childOf, READY, ready, say, untilGone, untilState } from './readiness.ts'

const IDLE: Scenario = [READY, { hang: true }]
const MEGABYTE = 1024 * 1024
const HOLDS_MEMORY: Scenario = [{ use: { memory: 8 * MEGABYTE } }, { hang: true }]
const NOBODY = 4_000_000

/** Looking at many processes again and again, whoever started them. */
export const samples: Topic = {
  name: 'samples',
  cases(fact) {
    fact('one look tells of all processes that are there, and leaves out the others', async (stage) => {
      const pids = (await Promise.all([stage.start(IDLE), stage.start(IDLE)])).map(({ pid }) => pid)
      const found = await stage.driver.processes.sample([...pids, NOBODY])
      assert.deepEqual([...found.keys()], pids)
      assert.deepEqual(await stage.driver.processes.sample([]), new Map())
    })

    fact('a sample says of a process what its row says', async (stage) => {
      const { pid } = (await ready(stage, IDLE)).handle
      const row = await stage.driver.processes.find(pid)
      const { parent, group, session, state, startedAt } = await sample(stage, pid)
      assert.deepEqual({ pid, parent, group, session, state, startedAt, command: row?.command }, row)
    })

    fact('a sample has the memory and the threads of a process', async (stage) => {
      const { pid } = (await ready(stage, [{ use: { memory: 64 * MEGABYTE } }, ...IDLE])).handle
      const { memory, threads } = await sample(stage, pid)
      assert(memory >= 64 * MEGABYTE && memory < 1024 * MEGABYTE, `it holds ${memory} bytes`)
      assert(threads !== undefined && threads >= 1)
    })

    fact('the processor time and the age of a process grow, at a moment of the clock', async (stage) => {
      const { clock } = stage.driver
      const { pid } = (await ready(stage, [{ use: { cpu: 1 } }, ...IDLE])).handle
      const before = await sample(stage, pid)
      assert(before.at <= clock.monotonic() && before.at > clock.monotonic() - 5000)
      await stage.sleep(300)
      const after = await sample(stage, pid)
      const [passed, spent, aged] = [after.at - before.at, after.cpuTime - before.cpuTime, after.uptime - before.uptime]
      assert(passed >= 300, `${passed} ms passed`)
      // The machine counts in steps of 10 ms, and others may be busy on it too.
      assert(spent > 0 && spent <= passed + 50, `it spent ${spent} of ${passed} ms`)
      assert(Math.abs(aged - passed) <= 30, `it aged by ${aged} of ${passed} ms`)
    })

    fact('a process that is held is sampled like any other, until it is over', async (stage) => {
      const { processes } = stage.driver
      const { pid } = await stage.start(IDLE)
      const release = [processes.hold(pid), processes.hold(pid)]
      const first = await sample(stage, pid)
      release[0]?.()
      assert.equal((await sample(stage, pid)).startedAt, first.startedAt)
      processes.signal(pid, 'SIGKILL')
      await untilGone(stage, pid)
      await stage.until(async () => !(await processes.sample([pid])).has(pid))
      release[1]?.()
      release[1]?.()
      assert.equal((await processes.sample([pid])).size, 0)
    })

    fact('a child that ends while its parent is stopped is a zombie until that goes on', zombie)

    fact('details tell what a process has written and read', async (stage) => {
      const steps: Scenario = [READY, { read: MEGABYTE }, { write: 'out', data: 'x', times: MEGABYTE }, ...IDLE]
      const { handle, output } = await ready(stage, steps, { stdin: 'pipe' })
      const before = (await stage.driver.processes.details(handle.pid))?.io
      await stage.drive(handle.stdin?.write(Buffer.alloc(MEGABYTE)) ?? Promise.resolve(false))
      await stage.until(() => output().length > MEGABYTE)
      const after = (await stage.driver.processes.details(handle.pid))?.io
      const [read, written] = [(after?.read ?? 0) - (before?.read ?? 0), (after?.written ?? 0) - (before?.written ?? 0)]
      assert(read >= MEGABYTE && written >= MEGABYTE, `it read ${read} and wrote ${written} bytes`)
    })

    fact('details tell how many descriptors a process has, and its share of all memory', async (stage) => {
      const steps: Scenario = [
        { use: { memory: 8 * MEGABYTE } },
        READY,
        { read: 'line' },
        { close: 'err' },
        { tell: 'pid' },
      ]
      const { handle, output } = await ready(stage, [...steps, { hang: true }], { stdin: 'pipe' })
      const before = await stage.driver.processes.details(handle.pid)
      await say(stage, handle)
      await stage.until(() => output().endsWith(`${handle.pid}\n`))
      const after = await stage.driver.processes.details(handle.pid, { proportionalMemory: true })
      assert.equal(before?.proportionalMemory, undefined)
      assert.equal(after?.descriptors, (before?.descriptors ?? 0) - 1)
      assert((after?.proportionalMemory ?? 0) >= 8 * MEGABYTE)
      assert.equal(await stage.driver.processes.details(NOBODY), undefined)
    })

    fact('the descendants of a process are its children and theirs, and no orphans', async (stage) => {
      const { processes } = stage.driver
      const leaf: Scenario = [{ hang: true }]
      const { pid } = (await ready(stage, [{ fork: [{ fork: leaf, quiet: true }, ...leaf], quiet: true }, ...IDLE]))
        .handle
      await stage.until(async () => (await processes.descendants(pid)).length === 2)
      const child = await childOf(stage, pid)
      const grandchild = await childOf(stage, child.pid)
      assert.deepEqual(
        await processes.descendants(pid),
        [child.pid, grandchild.pid].sort((a, b) => a - b),
      )
      processes.signal(child.pid, 'SIGKILL')
      await untilGone(stage, child.pid)
      await stage.until(async () => (await processes.descendants(pid)).length === 0)
      assert.equal(await processes.isRunning(grandchild.pid), true)
      assert.deepEqual(await processes.descendants(NOBODY), [])
    })
  },
}

async function zombie(stage: Stage): Promise<void> {
  const { processes } = stage.driver
  const { pid } = (await ready(stage, [{ fork: HOLDS_MEMORY }, ...IDLE])).handle
  const child = (await childOf(stage, pid)).pid
  processes.signal(pid, 'SIGSTOP')
  await untilState(stage, pid, 'stopped')
  processes.signal(child, 'SIGKILL')
  await stage.until(async () => (await processes.find(child))?.state === 'zombie', 'being a zombie')
  assert.equal(await processes.isRunning(child), false)
  assert.deepEqual([(await sample(stage, child)).state, (await sample(stage, child)).memory], ['zombie', 0])
  assert.deepEqual([processes.signal(child, 0), processes.signal(child, 'SIGTERM')], [true, true])
  processes.signal(pid, 'SIGCONT')
  await stage.until(async () => (await processes.find(child)) === undefined, 'the end of the zombie')
}

async function sample(stage: Stage, pid: number): Promise<ProcessSample> {
  const found = (await stage.driver.processes.sample([pid])).get(pid)
  assert(found && !('errno' in found), `nothing is known of ${pid}`)
  return found
}
