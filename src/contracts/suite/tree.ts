import assert from 'node:assert/strict'
import type { Duration } from '../../duration.ts'
import { ProcessTimedOutError } from '../../errors.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { childOf, READY, ready, readyProcess, say, toldPid, untilGone } from './readiness.ts'
import { rejection } from './rejection.ts'

const DEAF: Scenario = [{ on: 'SIGTERM', do: 'ignore' }]
/** Tells its pid and lives on, without a hand on anybody's output. */
const CHILD: Scenario = [{ tell: 'pid' }, { close: 'out' }, { close: 'err' }, { hang: true }]

/** What becomes of the children that a process starts itself. */
export const tree: Topic = {
  name: 'process tree',
  cases(fact) {
    fact('a stop reaches a child', async (stage) => {
      const process = await stage.process.start(stage.actor({ fork: CHILD }, { hang: true }))
      const child = await toldPid(process)
      assert.equal(await stage.driver.processes.isRunning(child), true)
      const result = await process.stop()
      assert.deepEqual([result.signal(), result.survivors], ['SIGTERM', []])
      assert.deepEqual(await members(stage, process.id()), [])
      assert.equal(await stage.driver.processes.isRunning(child), false)
    })

    fact('a stop reaches the child of a child', async (stage) => {
      const process = await stage.process.start(
        stage.actor({ fork: [{ fork: CHILD }, { hang: true }] }, { hang: true }),
      )
      const grandchild = await toldPid(process)
      assert.deepEqual((await process.stop()).survivors, [])
      assert.equal(await stage.driver.processes.isRunning(grandchild), false)
      assert.deepEqual(await members(stage, process.id()), [])
    })

    fact(
      'a stop gives a child that stays behind its grace and kills it',
      (stage) => leavesAChild(stage, '1m', 60_000),
      {
        needs: 'virtualTime',
        otherwise: 'not before the grace is over',
        twin: (stage) => leavesAChild(stage, 100, 100, 2000),
      },
    )

    fact('a stop is over as soon as the whole group has obeyed', async (stage) => {
      const slow: Scenario = [{ on: 'SIGTERM', do: [{ wait: 50 }, { exit: 0 }] }, ...CHILD]
      const process = await stage.process.start(stage.actor({ fork: slow }, { hang: true }))
      const child = await toldPid(process)
      const asked = stage.driver.clock.monotonic()
      await process.stop('1m')
      assert.equal(await stage.driver.processes.isRunning(child), false)
      assert(stage.driver.clock.monotonic() - asked < 4000, 'the grace was used up')
    })

    fact('a child with a session of its own is out of reach, and no survivor', async (stage) => {
      const steps: Scenario = [{ fork: [{ hang: true }], detached: true, quiet: true }, READY, { hang: true }]
      const process = await readyProcess(stage, steps)
      const child = await childOf(stage, process.id())
      try {
        const result = await process.stop()
        assert.deepEqual([result.signal(), result.survivors, result.incomplete], ['SIGTERM', [], false])
        assert.equal(await stage.driver.processes.isRunning(child.pid), true)
      } finally {
        await end(stage, child.pid)
      }
    })

    fact('a child that holds the output open does not hold up a stop', async (stage) => {
      const process = await stage.process.start(
        stage.actor({ fork: [{ tell: 'pid' }, { hang: true }], detached: true }, { hang: true }),
      )
      const child = await toldPid(process)
      try {
        const result = await process.stop()
        assert.deepEqual([result.signal(), result.incomplete], ['SIGTERM', true])
      } finally {
        await end(stage, child)
      }
    })

    fact('a child that holds no output leaves the result complete', async (stage) => {
      const steps: Scenario = [
        { fork: [{ hang: true }], quiet: true },
        { write: 'out', data: 'done\n' },
      ]
      const process = await stage.process.start(stage.actor(...steps))
      const result = await process.wait()
      assert.deepEqual([result.successful(), result.output(), result.incomplete], [true, 'done\n', false])
      assert.equal((await members(stage, process.id())).length, 1)
    })

    fact('a child that outlives its parent is heard, and a signal to the group reaches it', async (stage) => {
      const child: Scenario = [{ on: 'SIGUSR2', do: [{ write: 'out', data: 'late\n' }, { exit: 0 }] }, READY]
      const steps: Scenario = [{ fork: [...child, { hang: true }] }, { read: 'line' }, { exit: 0 }]
      const { handle, output } = await ready(stage, steps, { stdin: 'pipe' })
      await say(stage, handle)
      await stage.exit(handle)
      assert.deepEqual([handle.kill('SIGUSR2', 'process'), handle.kill('SIGUSR2', 'group')], [false, true])
      await stage.until(() => output() === 'ready\nlate\n')
      await stage.until(async () => (await handle.survivors()).length === 0)
    })

    fact('a timeout reaches a child', async (stage) => {
      const pending = stage.process.timeout(250).graceTime(30)
      const process = await pending.start(stage.actor({ fork: [...DEAF, ...CHILD] }, { hang: true }))
      await rejection(ProcessTimedOutError, process.wait())
      assert.deepEqual(await members(stage, process.id()), [])
    })

    fact('closing the driver ends the children of a process that still runs', async (stage) => {
      const process = await stage.process.start(stage.actor({ fork: [...DEAF, ...CHILD] }, { hang: true }))
      const child = await toldPid(process)
      await stage.driver.close()
      await untilGone(stage, child)
    })

    fact('closing the driver ends the children of a process that is over', async (stage) => {
      const process = await stage.process.start(stage.actor({ fork: CHILD }, { read: 'line' }, { exit: 0 }))
      const child = await toldPid(process)
      await process.write('go on\n')
      assert((await process.wait()).successful())
      assert.equal(await stage.driver.processes.isRunning(child), true)
      await stage.driver.close()
      await untilGone(stage, child)
    })
  },
}

/** The pids of what executes in a group. */
async function members(stage: Stage, group: number): Promise<number[]> {
  const rows = await stage.driver.processes.list()
  return rows.filter((row) => row.group === group && row.state !== 'zombie').map(({ pid }) => pid)
}

async function end(stage: Stage, pid: number): Promise<void> {
  stage.driver.processes.signal(pid, 'SIGKILL')
  await untilGone(stage, pid)
}

/** Stops a process that obeys at once and leaves a child that does not: it takes between `least` and `most` milliseconds. */
async function leavesAChild(stage: Stage, grace: Duration, least: number, most: number = least): Promise<void> {
  const { clock, processes } = stage.driver
  const process = await stage.process.start(stage.actor({ fork: [...DEAF, ...CHILD] }, { hang: true }))
  const child = await toldPid(process)
  const asked = clock.monotonic()
  const result = await process.stop(grace)
  const taken = clock.monotonic() - asked
  assert.deepEqual([result.signal(), result.survivors], ['SIGTERM', []])
  assert.equal(await processes.isRunning(child), false)
  assert(taken >= least && taken <= most, `it took ${taken} ms, not ${least} to ${most}`)
}
