import assert from 'node:assert/strict'
import type { Duration } from '../../duration.ts'
import type { InvokedProcess } from '../../invoked-process.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { READY, ready, readyProcess, untilGone, untilState } from './readiness.ts'

const IDLE: Scenario = [READY, { hang: true }]
const STUBBORN: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, ...IDLE]

/** How one process is ended from outside, and what its result says then. */
export const stop: Topic = {
  name: 'stop',
  cases(fact) {
    fact('a process is asked with TERM, and its result shows that it died of it', async (stage) => {
      const process = await readyProcess(stage, IDLE)
      const result = await process.stop()
      assert.deepEqual(result.outcome, { kind: 'signalled', signal: 'SIGTERM' })
      assert.deepEqual([result.survivors, process.running()], [[], false])
      assert.equal(await stage.driver.processes.isRunning(process.id()), false)
      assert(process.hasReceivedSignal('SIGTERM'))
    })

    fact('a process that handles the request ends in its own way', async (stage) => {
      const goodbye: Scenario = [{ write: 'out', data: 'bye\n' }, { exit: 3 }]
      const process = await readyProcess(stage, [{ on: 'SIGTERM', do: goodbye }, ...IDLE])
      const result = await process.stop()
      assert.deepEqual(result.outcome, { kind: 'exited', code: 3 })
      assert.deepEqual([result.signal(), result.output()], [null, 'ready\nbye\n'])
    })

    fact('a process is asked with the stop signal of its choice', async (stage) => {
      const scenario: Scenario = [{ on: 'SIGTERM', do: [{ exit: 1 }] }, { on: 'SIGINT', do: [{ exit: 8 }] }, ...IDLE]
      const process = await readyProcess(stage, scenario, stage.process.stopSignal('SIGINT'))
      assert.equal((await process.stop()).exitCode(), 8)
      assert.deepEqual(process.signals, ['SIGINT'])
    })

    fact('CONT follows the stop signal', async (stage) => {
      const process = await readyProcess(stage, [{ on: 'SIGCONT', do: [{ exit: 5 }] }, ...STUBBORN])
      assert.equal((await process.stop()).exitCode(), 5)
    })

    fact('who dies of the stop signal has heard nothing of CONT', async (stage) => {
      const process = await readyProcess(stage, [{ on: 'SIGCONT', do: [{ write: 'out', data: 'awake' }] }, ...IDLE])
      const result = await process.stop(0)
      assert.deepEqual([result.signal(), result.output()], ['SIGTERM', 'ready\n'])
    })

    fact('a grace of 0 is enough for who does not resist', async (stage) => {
      const process = await readyProcess(stage, IDLE)
      assert.deepEqual((await process.stop(0)).outcome, { kind: 'signalled', signal: 'SIGTERM' })
    })

    fact('a process that is frozen by STOP obeys like any other', async (stage) => {
      const process = await readyProcess(stage, [{ on: 'SIGTERM', do: [{ exit: 6 }] }, ...IDLE])
      process.signal('SIGSTOP')
      await untilState(stage, process.id(), 'stopped')
      assert.equal((await process.stop()).exitCode(), 6)
    })

    fact('a process that does not obey is killed at the end of its grace', (stage) => outlives(stage, '5m', 300_000), {
      needs: 'virtualTime',
      otherwise: 'not before it',
      twin: (stage) => outlives(stage, 100, 100, 2000),
    })

    fact('a grace of 0 kills a process that does not obey at once', (stage) => outlives(stage, 0, 0), {
      needs: 'virtualTime',
      otherwise: 'soon',
      twin: (stage) => outlives(stage, 0, 0, 2000),
    })

    fact('another signal may follow the grace, and counts as long as the process obeys it', async (stage) => {
      const process = await readyProcess(stage, [{ on: 'SIGUSR2', do: [{ exit: 9 }] }, ...STUBBORN])
      assert.equal((await process.stop(50, 'SIGUSR2')).exitCode(), 9)
    })

    fact('a process that is over is left as it is', async (stage) => {
      const process = await stage.process.start(stage.actor({ exit: 4 }))
      const result = await process.wait()
      assert.equal(await process.stop(), result)
      assert.deepEqual([result.exitCode(), process.signals], [4, []])
    })

    fact('two stops at once are one, with one result', async (stage) => {
      const process = await readyProcess(stage, IDLE)
      const [one, two] = await Promise.all([process.stop(), process.stop()])
      assert.equal(one, two)
      assert.equal(await process.wait(), one)
      assert.deepEqual(process.signals, ['SIGTERM'])
    })

    fact(
      'a process that is being stopped has its reason: a limit that it reaches meanwhile changes nothing',
      async (stage) => {
        const abort = new AbortController()
        const process = await readyProcess(stage, STUBBORN, stage.process.abortSignal(abort.signal))
        const stopped = process.stop(50)
        abort.abort()
        assert.deepEqual((await stopped).outcome, { kind: 'signalled', signal: 'SIGKILL' })
        assert.equal(await process.wait(), await stopped)
      },
    )

    fact('leaving the block of a process stops it', async (stage) => {
      let seen: InvokedProcess
      {
        await using process = await readyProcess(stage, IDLE)
        seen = process
      }
      assert.equal(seen.result?.signal(), 'SIGTERM')
    })

    fact('leaving the loop over its output stops a process', async (stage) => {
      const process = await stage.process.start(stage.actor(...IDLE))
      for await (const line of process.lines()) if (line === 'ready') break
      assert.equal(process.result?.signal(), 'SIGTERM')
      assert.equal(await stage.driver.processes.isRunning(process.id()), false)
    })

    fact('a restart stops a process and starts the same command as another one', async (stage) => {
      const first = await readyProcess(stage, IDLE)
      await using second = await first.restart()
      assert.equal(first.result?.signal(), 'SIGTERM')
      assert.notEqual(second.id(), first.id())
      assert.deepEqual([second.running(), second.command()], [true, first.command()])
      assert(await second.waitUntil((_type, line) => line === 'ready'))
    })

    fact(
      'a process that was restarted hands a restart on to the one in its place, and two at once are one',
      async (stage) => {
        const first = await readyProcess(stage, IDLE)
        const second = await first.restart()
        const [third, same] = await Promise.all([first.restart(), second.restart()])
        assert.equal(third, same)
        assert.deepEqual([first.running(), second.running(), third.running()], [false, false, true])
        assert.deepEqual(
          [first, second, third].map((process) => process.lineage.current.id()),
          Array(3).fill(third.id()),
        )
        await third.stop()
      },
    )

    fact('closing the driver kills what it started', async (stage) => {
      const { handle } = await ready(stage, STUBBORN)
      const process = await readyProcess(stage, IDLE)
      await stage.driver.close()
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGKILL' })
      assert.equal((await process.wait()).signal(), 'SIGKILL')
      for (const pid of [handle.pid, process.id()]) await untilGone(stage, pid)
    })
  },
}

/** Stops a process that does not obey: it dies of KILL, between `least` and `most` milliseconds later. */
async function outlives(stage: Stage, grace: Duration, least: number, most: number = least): Promise<void> {
  const { clock } = stage.driver
  const process = await readyProcess(stage, STUBBORN)
  const asked = clock.monotonic()
  const result = await process.stop(grace)
  const taken = clock.monotonic() - asked
  assert.deepEqual(result.outcome, { kind: 'signalled', signal: 'SIGKILL' })
  assert(taken >= least && taken <= most, `it took ${taken} ms, not ${least} to ${most}`)
}
