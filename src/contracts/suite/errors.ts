import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { ProcessFailedError, ProcessStartError } from '../../errors.ts'
import type { Scenario } from '../scenario.ts'
import { actorText } from './actor-command.ts'
import type { Topic } from './harness.ts'
import { startsNothing } from './starts-nothing.ts'

/** What goes wrong, and how the caller hears of it. */
export const errors: Topic = {
  name: 'errors',
  cases(fact) {
    fact('a program that does not exist is a failed result of a run, with code 127', async (stage) => {
      const result = await stage.process.run(stage.actor({ failToStart: 'ENOENT' }))
      assert.deepEqual([result.failed(), result.exitCode(), result.output()], [true, 127, ''])
      assert.deepEqual(result.outcome, { kind: 'notStarted', errno: 'ENOENT' })
      const error = thrownBy(() => result.throw())
      assert.match(error.message, /exit code 127 \(not started: ENOENT\)/)
      assert(error.cause instanceof ProcessStartError)
      assert.match(error.cause.message, /^Cannot start ".+": file not found/)
    })

    fact('a program that may not be executed has code 126', async (stage) => {
      const result = await stage.process.run(stage.actor({ failToStart: 'EACCES' }))
      assert.equal(result.exitCode(), 126)
      assert.deepEqual(result.outcome, { kind: 'notStarted', errno: 'EACCES' })
    })

    fact('a program that does not exist makes a start reject, with the result', (stage) =>
      assert.rejects(stage.process.start(stage.actor({ failToStart: 'ENOENT' })), (error) => {
        assert(error instanceof ProcessStartError)
        const { code, errno, result } = error
        assert.deepEqual([code, errno, result?.exitCode()], ['ERR_PROCESS_START', 'ENOENT', 127])
        assert.equal(result?.outcome.kind, 'notStarted')
        return true
      }),
    )

    fact('what a shell cannot start is an exit of the shell', async (stage) => {
      const missing = await stage.process.run(actorText([{ failToStart: 'ENOENT' }]))
      assert.deepEqual(missing.outcome, { kind: 'exited', code: 127 })
      const forbidden = await stage.process.run(actorText([{ failToStart: 'EACCES' }]))
      assert.deepEqual(forbidden.outcome, { kind: 'exited', code: 126 })
    })

    fact('a failure that is thrown tells the command, the code and the end of both streams', async (stage) => {
      const scenario = [{ write: 'out', data: 'OUT\n' }, { write: 'err', data: 'ERR\n' }, { exit: 3 }] as const
      const result = await stage.process.run(stage.actor(...scenario))
      const error = thrownBy(() => result.throw())
      assert.equal(error.code, 'ERR_PROCESS_FAILED')
      assert.equal(error.result, result)
      for (const part of [result.command(), 'exit code 3', '\nOUT', '\nERR']) assert(error.message.includes(part))
    })

    fact('the message of a failure stays short, however much was written', async (stage) => {
      const scenario = [
        { write: 'out', data: '0123456789', times: 100_000 },
        { write: 'out', data: 'END' },
      ] as const
      const result = await stage.process.run(stage.actor(...scenario, { exit: 1 }))
      const { message } = thrownBy(() => result.throw())
      assert(message.length < 10_000 && message.includes('89END'), `${message.length} characters`)
    })

    fact('a failure is thrown only on condition, and a success never is', async (stage) => {
      const failed = await stage.process.run(stage.actor({ exit: 1 }))
      const done = await stage.process.run(stage.actor({ exit: 0 }))
      const heard: unknown[] = []
      assert.equal(failed.throwIf(false), failed)
      assert.equal(done.throw().throwIf(true), done)
      const error = thrownBy(() => failed.throwIf(true, (...all) => heard.push(...all)))
      assert(heard[0] === failed && heard[1] === error, 'the callback is to hear of the result and the error')
    })

    fact('what an output callback throws stops the process and reaches the caller', (stage) =>
      startsNothing(stage, async () => {
        const mine = new Error('the callback gave up')
        const running = stage.process.run(stage.actor({ write: 'out', data: 'x' }, { hang: true }), giveUp(mine))
        await assert.rejects(running, (error) => error === mine)
      }),
    )

    fact('what the condition of a waitUntil throws stops the process and reaches the caller', (stage) =>
      startsNothing(stage, async () => {
        const mine = new Error('the condition gave up')
        const lives: Scenario[] = [
          [{ write: 'out', data: 'line\n' }, { hang: true }],
          [{ write: 'out', data: 'a last line without an end' }],
        ]
        const fails = async (life: Scenario): Promise<void> => {
          const running = await stage.process.start(stage.actor(...life))
          await assert.rejects(running.waitUntil(giveUp(mine)), (error) => error === mine)
        }
        await Promise.all(lives.map(fails))
      }),
    )

    fact('an input that fails before its process starts reaches the caller', (stage) =>
      startsNothing(stage, async () => {
        const mine = new Error('there is no such file')
        const input = new Readable({ read: () => {} })
        const late = stage.process.input(input).command(stage.actor({ echo: 'in' }))
        const pool = stage.process.pool({ first: stage.actor({ wait: 50 }), late }).concurrency(1)
        const running = pool.run()
        input.destroy(mine)
        await assert.rejects(running, (error) => error === mine)
      }),
    )

    fact('what an input throws midway stops the process and reaches the caller', (stage) =>
      startsNothing(stage, async () => {
        const mine = new Error('the input broke off')
        for (const last of [{ hang: true }, { exit: 0 }] as const) {
          const running = stage.process.input(brokenOff(mine)).run(stage.actor({ echo: 'in' }, last))
          await assert.rejects(running, (error) => error === mine)
        }
      }),
    )
  },
}

function thrownBy(action: () => unknown): ProcessFailedError {
  try {
    action()
  } catch (error) {
    assert(error instanceof ProcessFailedError)
    return error
  }
  assert.fail('nothing was thrown')
}

function giveUp(error: Error): () => never {
  return () => {
    throw error
  }
}

async function* brokenOff(error: Error): AsyncGenerator<string> {
  yield 'some of it\n'
  throw error
}
