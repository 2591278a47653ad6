import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { ProcessCancelledError, ProcessTimedOutError } from '../../errors.ts'
import type { InvokedProcess } from '../../invoked-process.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { READY, readyProcess } from './readiness.ts'
import { rejection } from './rejection.ts'
import { startsNothing } from './starts-nothing.ts'
import { everyWait } from './waiting.ts'

const HANG: Scenario = [{ hang: true }]
const IDLE: Scenario = [READY, ...HANG]
const STUBBORN: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, ...IDLE]
const reason: Error = new Error('not wanted any more')

/** Ending a process by an abort signal. */
export const cancel: Topic = {
  name: 'cancel',
  cases(fact) {
    fact('a signal that has aborted keeps a process from starting', (stage) =>
      startsNothing(stage, async () => {
        const pending = stage.process.command(stage.actor(...HANG)).abortSignal(AbortSignal.abort(reason))
        for (const begin of [() => pending.run(), () => pending.start()]) {
          const error = await rejection(ProcessCancelledError, begin())
          assert.deepEqual([error.name, error.code], ['ProcessCancelledError', 'ERR_PROCESS_CANCELLED'])
          assert.deepEqual([error.cause, error.result.outcome], [reason, { kind: 'cancelled', reason }])
        }
      }),
    )

    fact('an abort while a process is being started is not missed', async (stage) => {
      const abort = new AbortController()
      const run = stage.process
        .command(stage.actor(...HANG))
        .abortSignal(abort.signal)
        .run()
      abort.abort(reason)
      assert.equal((await rejection(ProcessCancelledError, run)).cause, reason)
    })

    fact('an abort stops the process with everything in its group', async (stage) => {
      const { process, abort } = await startReady(stage, [{ fork: HANG }, ...IDLE])
      abort()
      await rejection(ProcessCancelledError, process.wait())
      const rows = await stage.driver.processes.list()
      assert.deepEqual(
        rows.filter(({ group, state }) => group === process.id() && state !== 'zombie'),
        [],
      )
    })

    fact('the error has the reason and the output up to then', async (stage) => {
      const { process, abort } = await startReady(stage, IDLE)
      abort()
      const { cause, result } = await rejection(ProcessCancelledError, process.wait())
      assert.deepEqual([cause, result.outcome], [reason, { kind: 'cancelled', reason }])
      assert.deepEqual([result.output(), result.signal(), result.failed()], ['ready\n', 'SIGTERM', true])
    })

    fact('a process that nobody waits for is stopped too, and a later wait rejects', async (stage) => {
      const { process, abort } = await startReady(stage, IDLE)
      abort()
      await stage.until(() => !process.running())
      await rejection(ProcessCancelledError, process.wait())
    })

    fact('everybody who waits in one way or another is told', async (stage) => {
      const { process, abort } = await startReady(stage, IDLE)
      const waits = everyWait(process)
      abort()
      await Promise.all(waits.map((wait) => rejection(ProcessCancelledError, wait)))
    })

    fact('a process that ignores being stopped is killed after its grace', async (stage) => {
      const { process, abort } = await startReady(stage, STUBBORN)
      const start = stage.driver.clock.monotonic()
      abort()
      const { result } = await rejection(ProcessCancelledError, process.wait())
      assert.equal(result.signal(), 'SIGKILL')
      assert(stage.driver.clock.monotonic() - start >= 50)
    })

    fact('an abort after the end changes nothing', async (stage) => {
      const { process, abort } = await startReady(stage, [READY, { exit: 3 }])
      const result = await process.wait()
      abort()
      assert.equal(await process.wait(), result)
      assert.deepEqual([result.exitCode(), process.signals], [3, []])
    })

    fact('a process that is over has let go of the signal, however it ended', async (stage) => {
      const abort = new AbortController()
      const listeners = () => getEventListeners(abort.signal, 'abort').length
      const pending = stage.process.abortSignal(abort.signal)
      await pending.run(stage.actor({ exit: 1 }))
      await pending.run(stage.actor({ failToStart: 'ENOENT' }))
      await rejection(ProcessTimedOutError, pending.timeout(30).run(stage.actor(...HANG)))
      assert.equal(listeners(), 0)
      const process = await pending.start(stage.actor(...HANG))
      assert.equal(listeners(), 1)
      await process.stop()
      assert.equal(listeners(), 0)
    })

    fact('an abort after the timeout changes nothing', async (stage) => {
      const abort = new AbortController()
      const pending = stage.process.abortSignal(abort.signal).timeout(40).graceTime(50)
      const process = await pending.start(stage.actor(...STUBBORN))
      await stage.until(() => process.hasReceivedSignal('SIGTERM'))
      abort.abort(reason)
      const { result } = await rejection(ProcessTimedOutError, process.wait())
      assert.deepEqual(result.outcome, { kind: 'timedOut', timeout: 40 })
    })

    fact('a timeout after the abort changes nothing', cancelledThenLate, {
      needs: 'virtualTime',
      otherwise: 'nor does one that is still far away',
      twin: cancelledInTime,
    })
  },
}

/** Starts a process that can be aborted, and waits until it is `READY`. */
async function startReady(stage: Stage, scenario: Scenario): Promise<{ process: InvokedProcess; abort: () => void }> {
  const abort = new AbortController()
  const pending = stage.process.abortSignal(abort.signal).graceTime(50)
  return { process: await readyProcess(stage, scenario, pending), abort: () => abort.abort(reason) }
}

async function cancelledThenLate(stage: Stage): Promise<void> {
  const abort = new AbortController()
  stage.driver.clock.setTimeout(() => abort.abort(reason), 20)
  const pending = stage.process.abortSignal(abort.signal).timeout(50).graceTime(100)
  const { result } = await rejection(ProcessCancelledError, pending.run(stage.actor(...STUBBORN)))
  assert.deepEqual([result.durationMs, result.outcome], [120, { kind: 'cancelled', reason }])
}

async function cancelledInTime(stage: Stage): Promise<void> {
  const { process, abort } = await startReady(stage, STUBBORN)
  abort()
  const { result } = await rejection(ProcessCancelledError, process.wait())
  assert.deepEqual(result.outcome, { kind: 'cancelled', reason })
}
