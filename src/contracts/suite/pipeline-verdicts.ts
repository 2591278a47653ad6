import assert from 'node:assert/strict'
import { ProcessTimedOutError } from '../../errors.ts'
import type { Scenario } from '../scenario.ts'
import type { Topic } from './harness.ts'
import { rejection } from './rejection.ts'
import { CAT, commands, ENDLESS, HANG, HEAD, HELLO } from './stages.ts'
import { startsNothing } from './starts-nothing.ts'

/** What becomes of a pipeline when a stage fails, loses its reader, or cannot be started. */
export const pipelineVerdicts: Topic = {
  name: 'verdicts of pipelines',
  cases(fact) {
    fact('the first stage that failed is the result', async (stage) => {
      const fails = (code: number): Scenario => [{ read: 'all' }, { write: 'err', data: `${code}!` }, { exit: code }]
      const result = await stage.process.pipe(commands(stage, HELLO, fails(3), fails(4), CAT))
      assert.deepEqual([result.exitCode(), result.errorOutput()], [3, '3!'])
      assert.deepEqual(
        result.stages.map((one) => one.exitCode()),
        [0, 3, 4, 0],
      )
    })

    fact('a stage whose reader needs no more dies of PIPE, which is no failure', async (stage) => {
      const result = await stage.process.pipe(commands(stage, ENDLESS, HEAD))
      assert.deepEqual([result.successful(), result.output()], [true, 'enough\n'])
      assert.equal(result.stages[0]?.signal(), 'SIGPIPE')
    })

    fact('it is a failure to those who are strict', async (stage) => {
      const result = await stage.process
        .command(stage.actor(...ENDLESS))
        .pipe(stage.actor(...HEAD))
        .strict()
      assert.deepEqual([result.failed(), result.exitCode(), result.signal()], [true, 141, 'SIGPIPE'])
    })

    fact('the code by which a shell tells of it is no failure either, but of the last stage', async (stage) => {
      const told: Scenario = [{ read: 'all' }, { exit: 141 }]
      const before = await stage.process.pipe(commands(stage, HELLO, told, CAT))
      assert.deepEqual([before.successful(), before.stages[1]?.exitCode()], [true, 141])
      const last = await stage.process.pipe(commands(stage, HELLO, CAT, told))
      assert.deepEqual([last.failed(), last.exitCode()], [true, 141])
    })

    fact('a stage that cannot start gives 127, and nothing is left running', (stage) =>
      startsNothing(stage, async () => {
        const result = await stage.process.pipe(commands(stage, HANG, [{ failToStart: 'ENOENT' }], CAT))
        assert.deepEqual([result.exitCode(), result.outcome], [127, { kind: 'notStarted', errno: 'ENOENT' }])
        assert.deepEqual(
          result.stages.map((one) => one.outcome.kind),
          ['signalled', 'notStarted'],
        )
      }),
    )

    fact('a bad stage is found before those in front of it are started', (stage) =>
      startsNothing(stage, async () => {
        let started = 0
        using _ = { [Symbol.dispose]: stage.process.events.on('started', () => started++) }
        const good = stage.process.command(stage.actor(...HELLO))
        await assert.rejects(good.pipe([]).run(), { name: 'TypeError', message: 'Cannot start an empty command: []' })
        assert.equal(started, 0)
      }),
    )

    fact('a code of its own after its reader is gone is a failure, listened to or not', async (stage) => {
      const told: Scenario = [{ on: 'SIGPIPE', do: [{ exit: 3 }] }, ...ENDLESS]
      for (const callback of [undefined, () => {}]) {
        const result = await stage.process.pipe(commands(stage, told, HEAD), callback)
        assert.deepEqual([result.exitCode(), result.stages[1]?.output()], [3, 'enough\n'])
      }
    })

    fact('a stage that reaches its timeout rejects, and nothing is left running', (stage) =>
      startsNothing(stage, async () => {
        const [writer, reader] = [HANG, CAT].map((steps) => stage.process.command(stage.actor(...steps)).forever())
        assert(writer && reader)
        const error = await rejection(ProcessTimedOutError, writer.timeout(50).pipe(reader).pipe(reader))
        assert.equal(error.result.command(), writer.toString())
        assert.equal(error.result.stages.length, 3)
      }),
    )
  },
}
