import assert from 'node:assert/strict'
import { ProcessTimedOutError } from '../../errors.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { READY } from './readiness.ts'
import { rejection } from './rejection.ts'
import { everyWait } from './waiting.ts'

const HANG: Scenario = [{ hang: true }]
const STUBBORN: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, READY, ...HANG]

/** How long a process may run, and what happens when it runs longer. */
export const timeouts: Topic = {
  name: 'timeouts',
  cases(fact) {
    fact('a process that reaches its timeout is stopped, and its waiter is told', async (stage) => {
      const process = await stage.process
        .command(stage.actor(...HANG))
        .timeout(50)
        .start()
      const error = await rejection(ProcessTimedOutError, process.wait())
      assert.deepEqual([error.name, error.code], ['ProcessTimedOutError', 'ERR_PROCESS_TIMED_OUT'])
      assert.deepEqual(error.result.outcome, { kind: 'timedOut', timeout: 50 })
      assert.equal(error.timeout, 50)
      assert.equal(await stage.driver.processes.isRunning(process.id()), false)
    })

    fact('the error has the output up to the timeout', outputOfItsInstantToo, {
      needs: 'virtualTime',
      otherwise: 'all that was heard',
      twin: allThatWasHeard,
    })

    fact('a process that ends within its limits is left alone', async (stage) => {
      const pending = stage.process.command(stage.actor({ write: 'out', data: 'x' }, { exit: 3 }))
      const process = await pending.timeout('20s').idleTimeout('20s').start()
      const result = await process.wait()
      assert.deepEqual([result.exitCode(), result.output()], [3, 'x'])
      assert.deepEqual(process.signals, [])
    })

    fact('a limit of 0 is none, and forever lifts the timeout', async (stage) => {
      const limited = stage.process
        .command(stage.actor({ wait: 20 }))
        .timeout(5)
        .idleTimeout(5)
      const lifted = [limited.timeout(0).idleTimeout(0), limited.forever().idleTimeout(0)]
      const results = await Promise.all(lifted.map((pending) => pending.run()))
      assert.deepEqual(
        results.map((result) => result.successful()),
        [true, true],
      )
    })

    fact('a process has 60 s unless told otherwise', stoppedAfterAMinute, {
      needs: 'virtualTime',
      otherwise: 'as its settings say, without waiting for it',
      twin: async (stage) => assert.equal(stage.process.command(stage.actor(...HANG)).settings.timeout, 60_000),
    })

    fact('an exit at the instant of the timeout beats it, a later one does not', exactMoment, {
      needs: 'virtualTime',
      otherwise: 'it is never stopped before',
      twin: neverBefore,
    })

    fact('a process that nobody waits for is stopped too, and a later wait rejects', async (stage) => {
      const process = await stage.process
        .command(stage.actor(...HANG))
        .timeout(40)
        .start()
      await stage.until(() => !process.running())
      await rejection(ProcessTimedOutError, process.wait())
    })

    fact('everybody who waits in one way or another is told', async (stage) => {
      const process = await stage.process
        .command(stage.actor(...HANG))
        .timeout(40)
        .start()
      await Promise.all(everyWait(process).map((wait) => rejection(ProcessTimedOutError, wait)))
    })

    fact('ensureNotTimedOut throws after the timeout and not before', async (stage) => {
      const process = await stage.process
        .command(stage.actor(...HANG))
        .timeout(40)
        .start()
      process.ensureNotTimedOut()
      await stage.until(() => !process.running())
      assert.throws(() => process.ensureNotTimedOut(), ProcessTimedOutError)
    })

    fact('ensureNotTimedOut is content with a process that was stopped for another reason', async (stage) => {
      const process = await stage.process
        .command(stage.actor(...HANG))
        .timeout('20s')
        .start()
      await process.stop()
      process.ensureNotTimedOut()
    })

    fact('a process that ignores being stopped is killed after its grace', killedInTime, {
      needs: 'virtualTime',
      otherwise: 'not before it',
      twin: killedIfItIgnored,
    })

    fact('limits may be given as text and as parts', async (stage) => {
      const pending = stage.process.command(stage.actor(...HANG))
      const [text, parts] = await Promise.all([
        rejection(ProcessTimedOutError, pending.timeout('0.04s').run()),
        rejection(ProcessTimedOutError, pending.idleTimeout({ seconds: 0, milliseconds: 30 }).run()),
      ])
      assert.deepEqual([text.timeout, parts.timeout], [40, 30])
    })

    fact('a timeout longer than 2^31 ms is reached when it is over', stoppedAfterAMonth, {
      needs: 'virtualTime',
      otherwise: 'not at once',
      twin: untouchedWithinAMonth,
    })
  },
}

async function outputOfItsInstantToo(stage: Stage): Promise<void> {
  const steps: Scenario = [
    { write: 'out', data: 'early ' },
    { wait: 50 },
    { write: 'out', data: 'just' },
    { write: 'err', data: 'just' },
    { wait: 1 },
    { write: 'out', data: 'late' },
  ]
  const { result } = await rejection(ProcessTimedOutError, stage.process.timeout(50).run(stage.actor(...steps)))
  assert.deepEqual([result.output(), result.errorOutput()], ['early just', 'just'])
}

async function allThatWasHeard(stage: Stage): Promise<void> {
  const heard: string[] = []
  const run = stage.process.timeout(250).run(stage.actor(READY, ...HANG), (_, chunk) => heard.push(chunk))
  const { result } = await rejection(ProcessTimedOutError, run)
  assert.equal(result.output(), heard.join(''))
}

async function stoppedAfterAMinute(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const start = clock.monotonic()
  const error = await rejection(ProcessTimedOutError, stage.process.run(stage.actor(...HANG)))
  assert.deepEqual([error.timeout, clock.monotonic() - start], [60_000, 60_000])
}

async function exactMoment(stage: Stage): Promise<void> {
  const pending = stage.process.timeout(100)
  for (const ms of [99, 100]) assert.equal((await pending.run(stage.actor({ wait: ms }))).durationMs, ms)
  const { result } = await rejection(ProcessTimedOutError, pending.run(stage.actor({ wait: 101 })))
  assert.equal(result.durationMs, 100)
}

async function neverBefore(stage: Stage): Promise<void> {
  const { result } = await rejection(ProcessTimedOutError, stage.process.timeout(60).run(stage.actor(...HANG)))
  assert(result.durationMs >= 60)
}

async function killedInTime(stage: Stage): Promise<void> {
  const run = stage.process
    .command(stage.actor(...STUBBORN))
    .timeout(50)
    .graceTime(30)
    .run()
  const { result } = await rejection(ProcessTimedOutError, run)
  assert.deepEqual([result.signal(), result.durationMs], ['SIGKILL', 80])
  assert.deepEqual(result.outcome, { kind: 'timedOut', timeout: 50 })
}

// A machine may be so slow that it is stopped before it can ignore that.
async function killedIfItIgnored(stage: Stage): Promise<void> {
  const run = stage.process
    .command(stage.actor(...STUBBORN))
    .timeout(250)
    .graceTime(50)
    .run()
  const { result } = await rejection(ProcessTimedOutError, run)
  assert.deepEqual(result.outcome, { kind: 'timedOut', timeout: 250 })
  if (result.seeInOutput('ready')) assert(result.signal() === 'SIGKILL' && result.durationMs >= 300)
}

async function stoppedAfterAMonth(stage: Stage): Promise<void> {
  const month = 30 * 24 * 3_600_000
  const run = stage.process
    .command(stage.actor(...HANG))
    .timeout('30d')
    .idleTimeout('60d')
    .run()
  const { result } = await rejection(ProcessTimedOutError, run)
  assert.equal(result.durationMs, month)
}

async function untouchedWithinAMonth(stage: Stage): Promise<void> {
  const run = stage.process
    .command(stage.actor({ wait: 20 }))
    .timeout('30d')
    .idleTimeout('60d')
    .run()
  assert.equal((await run).successful(), true)
}
