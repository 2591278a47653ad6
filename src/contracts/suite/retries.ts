import assert from 'node:assert/strict'
import { ProcessCancelledError, ProcessTimedOutError } from '../../errors.ts'
import type { Scenario } from '../scenario.ts'
import type { Topic } from './harness.ts'
import { rejection } from './rejection.ts'

const FAILS: Scenario = [{ write: 'out', data: 'run\n' }, { exit: 3 }]

/** Running a command again because it failed. */
export const retries: Topic = {
  name: 'retries',
  cases(fact) {
    fact('a command that fails is run as often as allowed, and its last result counts', async (stage) => {
      const { heard, hear } = listener()
      const result = await stage.process.retry(3).run(stage.actor(...FAILS), hear)
      assert.deepEqual([result.exitCode(), result.output()], [3, 'run\n'])
      assert.equal(heard(), 'run\n'.repeat(3))
    })

    fact('a command is run until it succeeds, and not once more', async (stage) => {
      const input = inputForRun(3)
      const { heard, hear } = listener()
      const pending = stage.process.input(input).retry(5)
      const result = await pending.run(stage.actor({ tell: 'pid' }, { read: 'line' }), (type, chunk) => {
        hear(type, chunk)
        const told = /(\d+)\n$/.exec(heard())?.[1]
        if (told && input.runs() < 3) stage.driver.processes.signal(Number(told), 'SIGKILL')
      })
      assert.deepEqual([input.runs(), result.successful()], [3, true])
    })

    fact('a command that succeeds is run once', async (stage) => {
      const { heard, hear } = listener()
      await stage.process.retry(3).run(stage.actor({ write: 'out', data: 'run\n' }), hear)
      assert.equal(heard(), 'run\n')
    })

    fact('a command that cannot be started is tried again too', async (stage) => {
      const seen: (number | null)[] = []
      const when = (result: { exitCode(): number | null }) => seen.push(result.exitCode()) > 0
      const result = await stage.process.retry(3, { when }).run(stage.actor({ failToStart: 'ENOENT' }))
      assert.deepEqual([...seen, result.exitCode()], [127, 127, 127])
    })

    fact('a condition that is given each result and its number ends it early', async (stage) => {
      const seen: unknown[] = []
      const pending = stage.process.retry(5, {
        when: (result, attempt) => {
          seen.push([result.exitCode(), attempt])
          return attempt < 2
        },
      })
      await pending.run(stage.actor({ exit: 4 }))
      assert.deepEqual(seen, [
        [4, 1],
        [4, 2],
      ])
    })

    fact('the delay passes between two runs, and may depend on their number', async (stage) => {
      const { clock } = stage.driver
      const start = clock.monotonic()
      const asked: number[] = []
      const delay = (attempt: number) => `${asked.push(attempt) * 20}ms`
      await stage.process.retry(3, { delay }).run(stage.actor({ exit: 1 }))
      assert.deepEqual(asked, [1, 2])
      assert(clock.monotonic() - start >= 20 + 40)
    })

    fact('no delay follows the last run', async (stage) => {
      const { clock } = stage.driver
      const start = clock.monotonic()
      await stage.process.retry(1, { delay: '1h' }).run(stage.actor({ exit: 1 }))
      assert(clock.monotonic() - start < 3_600_000)
    })

    fact('an abort during the delay ends it, as if the next run had been cancelled', async (stage) => {
      const reason = new Error('enough')
      const abort = new AbortController()
      const { heard, hear } = listener()
      const delay = () => {
        stage.driver.clock.setTimeout(() => abort.abort(reason), 10)
        return '1h'
      }
      const start = stage.driver.clock.monotonic()
      const run = stage.process
        .abortSignal(abort.signal)
        .retry(9, { delay })
        .run(stage.actor(...FAILS), hear)
      const error = await rejection(ProcessCancelledError, run)
      assert.deepEqual([error.cause, error.result.outcome, heard()], [reason, { kind: 'cancelled', reason }, 'run\n'])
      assert(stage.driver.clock.monotonic() - start < 3_600_000)
    })

    fact('a run that reaches its timeout is not tried again', async (stage) => {
      let asked = 0
      const pending = stage.process.timeout(30).retry(3, { when: () => asked++ >= 0 })
      await rejection(ProcessTimedOutError, pending.run(stage.actor({ hang: true })))
      assert.equal(asked, 0)
    })
  },
}

function listener(): { heard: () => string; hear: (type: string, chunk: string) => void } {
  const chunks: string[] = []
  return { heard: () => chunks.join(''), hear: (_type, chunk) => chunks.push(chunk) }
}

/** Input that only one of the runs gets; those before it wait for theirs. */
function inputForRun(lucky: number) {
  let runs = 0
  const pieces = async function* (): AsyncGenerator<string> {
    if (++runs < lucky) await new Promise(() => {})
    yield 'go\n'
  }
  return { runs: () => runs, [Symbol.asyncIterator]: pieces }
}
