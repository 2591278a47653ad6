import assert from 'node:assert/strict'
import { ProcessIdleTimedOutError, ProcessTimedOutError } from '../../errors.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { rejection } from './rejection.ts'

const HANG: Scenario = [{ hang: true }]

/** How long a process may be silent, and what happens when it is so longer. */
export const idleTimeouts: Topic = {
  name: 'idle timeouts',
  cases(fact) {
    fact('output of either stream begins the idle timeout anew, kept or not', exactSilence, {
      needs: 'virtualTime',
      otherwise: 'it is never stopped before',
      twin: silentLongEnough,
    })

    fact('a process that is silent for too long has an error of its own, which is a timeout too', async (stage) => {
      const run = stage.process
        .command(stage.actor(...HANG))
        .idleTimeout(40)
        .run()
      const error = await rejection(ProcessIdleTimedOutError, run)
      assert(error instanceof ProcessTimedOutError)
      assert.deepEqual([error.name, error.code], ['ProcessIdleTimedOutError', 'ERR_PROCESS_IDLE_TIMED_OUT'])
      assert.deepEqual(error.result.outcome, { kind: 'idleTimedOut', timeout: 40 })
    })

    fact('of two limits the one that is reached first counts', async (stage) => {
      const pending = stage.process.command(stage.actor(...HANG))
      const [late, silent] = await Promise.all([
        rejection(ProcessTimedOutError, pending.timeout(40).idleTimeout('20s').run()),
        rejection(ProcessTimedOutError, pending.timeout('20s').idleTimeout(40).run()),
      ])
      assert.deepEqual([late.result.outcome.kind, silent.result.outcome.kind], ['timedOut', 'idleTimedOut'])
    })

    fact('a silent process that nobody waits for is stopped too', async (stage) => {
      const process = await stage.process.idleTimeout(40).start(stage.actor(...HANG))
      process.ensureNotTimedOut()
      await stage.until(() => !process.running())
      assert.throws(() => process.ensureNotTimedOut(), ProcessIdleTimedOutError)
      await rejection(ProcessIdleTimedOutError, process.wait())
    })
  },
}

async function exactSilence(stage: Stage): Promise<void> {
  const steps: Scenario = [
    { wait: 50 },
    { write: 'out', data: 'o' },
    { wait: 49 },
    { write: 'err', data: 'e' },
    ...HANG,
  ]
  const limited = stage.process.idleTimeout(50)
  for (const pending of [limited, limited.quietly()]) {
    const { result } = await rejection(ProcessIdleTimedOutError, pending.run(stage.actor(...steps)))
    assert.equal(result.durationMs, 50 + 49 + 50)
  }
}

// A machine may take longer than the limit to start it: only what came before it was stopped counts.
async function silentLongEnough(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const steps: Scenario = [{ write: 'out', data: 'o' }, { wait: 40 }, { write: 'err', data: 'e' }, ...HANG]
  let heard = clock.monotonic()
  const process = await stage.process
    .command(stage.actor(...steps))
    .idleTimeout(150)
    .start(undefined, () => {
      if (process.signals.length === 0) heard = clock.monotonic()
    })
  await rejection(ProcessIdleTimedOutError, process.wait())
  assert(clock.monotonic() - heard >= 150)
}
