import assert from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'

/** Leaves a child behind that holds its stdout open for a minute. */
const LEAVES_A_CHILD: Scenario = [{ write: 'out', data: 'mine\n' }, { fork: [{ wait: 60_000 }] }, { exit: 3 }]

/** How a process ends, and how that is known. */
export const exit: Topic = {
  name: 'exit',
  cases(fact) {
    fact('a process that comes to the end of its steps exits with 0', async (stage) => {
      assert.deepEqual(await exitOf(stage, [{ write: 'out', data: 'x' }]), { code: 0, signal: null })
    })

    for (const code of [0, 3, 255]) {
      fact(`an exit with ${code} is code ${code} and no signal`, async (stage) => {
        assert.deepEqual(await exitOf(stage, [{ exit: code }]), { code, signal: null })
      })
    }

    fact('exit codes wrap at 256', async (stage) => {
      const exits = await Promise.all([256, 259].map((code) => exitOf(stage, [{ exit: code }])))
      assert.deepEqual(exits, [
        { code: 0, signal: null },
        { code: 3, signal: null },
      ])
    })

    fact('a death by a signal is that signal and no code', async (stage) => {
      const signals = ['SIGKILL', 'SIGTERM', 'SIGUSR1'] as const
      const exits = await Promise.all(signals.map((signal) => exitOf(stage, [{ die: signal }])))
      assert.deepEqual(
        exits,
        signals.map((signal) => ({ code: null, signal })),
      )
    })

    fact('a result gives a death by a signal as 128 and its number', async (stage) => {
      const result = await stage.process.run(stage.actor({ die: 'SIGTERM' }))
      assert.deepEqual([result.exitCode(), result.signal()], [143, 'SIGTERM'])
      assert.deepEqual(result.outcome, { kind: 'signalled', signal: 'SIGTERM' })
    })

    fact('only an exit with 0 is a success', async (stage) => {
      const ends = [{ exit: 0 }, { exit: 1 }, { exit: 143 }, { die: 'SIGKILL' }] as const
      const results = await Promise.all(ends.map((end) => stage.process.run(stage.actor(end))))
      assert.deepEqual(
        results.map((result) => [result.successful(), result.failed()]),
        [[true, false], ...Array(3).fill([false, true])],
      )
    })

    fact('the exit is known while a child left behind holds the output open', async (stage) => {
      const handle = await stage.start(LEAVES_A_CHILD)
      let ended = false
      handle.stdout?.flow(
        () => {},
        () => {
          ended = true
        },
      )
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
      assert.deepEqual([ended, (await handle.survivors()).length], [false, 1])
    })

    fact('a child left behind that goes on talking keeps nobody waiting either', async (stage) => {
      const talk = Array.from({ length: 200 }, () => [{ write: 'out', data: '.' }, { wait: 40 }] as const).flat()
      const running = await stage.process.start(stage.actor({ fork: talk }, { exit: 3 }))
      try {
        const result = await running.wait()
        assert.deepEqual([result.exitCode(), result.incomplete], [3, true])
      } finally {
        running.signal('SIGKILL')
      }
    })

    fact('a caller does not wait for a child that was left behind', async (stage) => {
      const running = await stage.process.start(stage.actor(...LEAVES_A_CHILD))
      try {
        const result = await running.wait()
        assert.deepEqual([result.output(), result.exitCode(), result.incomplete], ['mine\n', 3, true])
        assert(result.durationMs < 30_000, `${result.durationMs} ms is to be far less than the life of the child`)
      } finally {
        running.signal('SIGKILL')
      }
    })

    fact('an exit that is looked at later is the same', async (stage) => {
      const handle = await stage.start([{ exit: 7 }])
      const first = await stage.exit(handle)
      await stage.sleep(5)
      assert.equal(await stage.exit(handle), first)
    })

    fact('after the exit no signal reaches anybody', async (stage) => {
      const handle = await stage.start([])
      await stage.exit(handle)
      assert.deepEqual([handle.kill('SIGTERM', 'process'), handle.kill('SIGKILL', 'group')], [false, false])
      assert.deepEqual(await handle.survivors(), [])
    })

    fact('a process is running from its start to the end of a wait for it', async (stage) => {
      const running = await stage.process.start(stage.actor({ read: 'all' }))
      assert.deepEqual([running.running(), running.result], [true, undefined])
      const result = await running.wait()
      assert.equal(running.running(), false)
      assert.equal(running.result, result)
    })

    fact('each wait gives the same result', async (stage) => {
      const running = await stage.process.start(stage.actor({ exit: 4 }))
      const [first, second] = await Promise.all([running.wait(), running.wait()])
      assert.equal(first, second)
      assert.equal(await running.wait(), first)
    })

    fact('a result has all the output, however much came right before the exit', async (stage) => {
      const result = await stage.process.run(
        stage.actor({ write: 'out', data: '0123456789', times: 50_000 }, { write: 'err', data: 'last' }, { exit: 1 }),
      )
      assert.equal(result.output(), '0123456789'.repeat(50_000))
      assert.deepEqual([result.errorOutput(), result.incomplete], ['last', false])
    })

    fact('the duration is the time that the process took', (stage) => lasts(stage, (ms) => ms === 80), {
      needs: 'virtualTime',
      otherwise: 'and what the machine took to start it',
      // A timer of Node may fire up to a millisecond early.
      twin: (stage) => lasts(stage, (ms) => ms >= 79 && ms < 30_000),
    })
  },
}

async function exitOf(stage: Stage, scenario: Scenario): Promise<unknown> {
  return stage.exit(await stage.start(scenario))
}

async function lasts(stage: Stage, right: (ms: number) => boolean): Promise<void> {
  const running = await stage.process.start(stage.actor({ read: 'line' }, { wait: 80 }))
  await running.write('go on\n')
  const { durationMs } = await running.wait()
  assert(right(durationMs), `${durationMs} ms`)
}
