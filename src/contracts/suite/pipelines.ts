import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Duration } from '../../duration.ts'
import { ProcessTimedOutError } from '../../errors.ts'
import type { MemberList } from '../../members.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { READY, readyProcess } from './readiness.ts'
import { rejection } from './rejection.ts'
import { CAT, commands, ENDLESS, HANG, HEAD, HELLO } from './stages.ts'
import { startsNothing } from './starts-nothing.ts'

/** Processes that read what others write. */
export const pipelines: Topic = {
  name: 'pipelines',
  cases(fact) {
    fact('bytes flow in order through three stages', async (stage) => {
      const abc = ['a', 'b', 'c'].flatMap((data): Scenario => [{ write: 'out', data }, { wait: 5 }])
      const result = await stage.process.pipe(commands(stage, abc, CAT, CAT))
      assert.deepEqual([result.output(), result.successful()], ['abc', true])
    })

    fact('a driver that connects no two processes says why, and refuses to with the same words', async ({ driver }) => {
      const { joints } = driver.capabilities
      if (joints !== true) await assert.rejects(driver.joint(), { message: `Cannot make a joint: ${joints}` })
    })

    fact('a megabyte flows through unchanged', async (stage) => {
      const line = `${'0123456789abcde'.repeat(4)}\n`
      const times = Math.ceil(1_048_576 / line.length)
      const result = await stage.process.pipe(commands(stage, [{ write: 'out', data: line, times }], CAT, CAT))
      assert(result.output() === line.repeat(times), `${result.output().length} bytes came`)
    })

    fact('the result is that of the last stage, and has all stages in order', async (stage) => {
      const all = commands(stage, HELLO, [{ read: 'all' }, { write: 'err', data: 'b\n' }], [{ read: 'all' }])
      const texts = all.map((command) => stage.process.command(command).toString())
      const result = await stage.process.pipe(all)
      assert.deepEqual(
        result.stages.map((one) => one.command()),
        texts,
      )
      assert.deepEqual([result.command(), result.stages[1]?.errorOutput()], [texts[2], 'b\n'])
    })

    fact('a stage is known by its name and by its place, and an unknown one is refused by name', async (stage) => {
      const result = await stage.process.pipe((pipe) => [
        pipe.command(stage.actor(...HELLO)),
        pipe.as('copy').command(stage.actor(...CAT)),
      ])
      assert.equal(result.stage('copy'), result.stages[1])
      assert.equal(result.stage(0), result.stages[0])
      assert.throws(() => result.stage('count'), {
        name: 'TypeError',
        message: 'Cannot give the stage "count": the stages are [0,"copy"]',
      })
    })

    fact('a stage that is a plain command may take as long as the first', async (stage) => {
      const first = stage.process.command(stage.actor(...HELLO)).timeout(100)
      const error = await rejection(ProcessTimedOutError, first.pipe(stage.actor(...HANG)).run())
      assert.equal(error.timeout, 100)
    })

    fact('a stage that goes on writing does not reach its idle timeout', (stage) => flowsOn(stage, 50), {
      needs: 'virtualTime',
      otherwise: 'nor does one that is over before',
      twin: (stage) => flowsOn(stage, '20s'),
    })

    fact('the first stage reads the text or the file that it is given', (stage) =>
      withFolder(stage, async (folder) => {
        const pipeline = stage.process.command(stage.actor(...CAT)).pipe(stage.actor(...CAT))
        assert.equal((await pipeline.pipeInput('some text')).output(), 'some text')
        const file = join(folder, 'in')
        await stage.driver.files.write(file, 'from a file')
        assert.equal((await pipeline.pipeInput({ file })).output(), 'from a file')
      }),
    )

    fact('an input file that is not there is a failed start', (stage) =>
      withFolder(stage, async (folder) => {
        const pipeline = stage.process.command(stage.actor(...CAT)).pipe(stage.actor(...CAT))
        const result = await pipeline.pipeInput({ file: join(folder, 'none') })
        assert.deepEqual(result.outcome, { kind: 'notStarted', errno: 'ENOENT' })
      }),
    )

    fact('output goes to files that are emptied first, or added to', (stage) =>
      withFolder(stage, async (folder) => {
        const [out, err] = [join(folder, 'out'), join(folder, 'err')]
        const writer = stage.process.command(stage.actor(...HELLO, { write: 'err', data: 'oh\n' }))
        const pipeline = writer
          .pipe(stage.actor(...CAT))
          .pipeOutput(out)
          .pipeErrorOutput(err)
        const contents: string[] = []
        for (const way of [pipeline, pipeline, pipeline.append()]) {
          assert.equal((await way).output(), '')
          for (const file of [out, err]) contents.push(await stage.driver.files.readText(file))
        }
        assert.deepEqual(contents, ['hello\n', 'oh\n', 'hello\n', 'oh\n', 'hello\nhello\n', 'oh\noh\n'])
      }),
    )

    fact('the error output of all stages goes to one file, whoever writes first', (stage) =>
      withFolder(stage, async (folder) => {
        const file = join(folder, 'err')
        await stage.driver.files.write(file, 'old')
        const late: Scenario = [...HELLO, { wait: 150 }, { write: 'err', data: 'late\n' }]
        const early: Scenario = [{ read: 'line' }, { write: 'err', data: 'early\n' }, ...CAT]
        const result = await stage.process
          .command(stage.actor(...late))
          .pipe(stage.actor(...early))
          .pipeErrorOutput(file)
        const lines = (await stage.driver.files.readText(file)).split('\n')
        assert.deepEqual([lines.sort(), result.errorOutput()], [['', 'early', 'late'], ''])
      }),
    )

    fact('a callback hears every stage, under its name or its place', async (stage) => {
      const heard: Record<string, string> = {}
      const noisy: Scenario = [{ read: 'all' }, { write: 'err', data: 'noise' }, { write: 'out', data: 'bye' }]
      const stages = (pipe: MemberList) => {
        pipe.command(stage.actor(...HELLO))
        pipe.as('named').command(stage.actor(...noisy))
      }
      const result = await stage.process.pipe(stages, (type, chunk, key) => {
        heard[`${key} ${type}`] = `${heard[`${key} ${type}`] ?? ''}${chunk}`
      })
      assert.deepEqual(heard, { '0 out': 'hello\n', 'named err': 'noise', 'named out': 'bye' })
      assert.equal(result.output(), 'bye')
    })

    fact('with a callback the bytes flow on, and an early end of the reader is no failure', async (stage) => {
      const result = await stage.process.pipe(commands(stage, ENDLESS, CAT, HEAD), () => {})
      assert.deepEqual([result.successful(), result.output()], [true, 'enough\n'])
      assert.deepEqual(
        result.stages.map((one) => one.signal()),
        ['SIGPIPE', 'SIGPIPE', null],
      )
    })

    fact('a name is given once', async (stage) => {
      const twice = async () =>
        stage.process.pipe((pipe) => {
          for (const steps of [HELLO, CAT]) pipe.as('same').command(stage.actor(...steps))
        })
      await startsNothing(stage, () => assert.rejects(twice, TypeError))
    })

    fact('a pipeline without a stage is refused', async (stage) => {
      const refusal = { name: 'TypeError', message: /without a command/ }
      for (const none of [[], () => {}]) await assert.rejects(async () => stage.process.pipe(none), refusal)
    })

    fact('an array, a function and a chain make the same pipeline', async (stage) => {
      const [hello, cat] = [stage.actor(...HELLO), stage.actor(...CAT)]
      const results = await Promise.all([
        stage.process.pipe([hello, cat]),
        stage.process.pipe((pipe) => [hello, cat].forEach((command) => void pipe.command(command))),
        stage.process.command(hello).pipe(cat),
        stage.process.command(hello).pipe(cat).pipeThrough([cat]),
      ])
      assert.deepEqual(
        results.map((result) => [result.output(), result.stages.length]),
        [2, 2, 2, 3].map((count) => ['hello\n', count]),
      )
    })

    fact('a process that runs already is read from the first byte it wrote', async (stage) => {
      const process = await readyProcess(stage, [READY, { wait: 20 }, ...HELLO])
      const result = await process.pipe(stage.actor(...CAT))
      assert.deepEqual([result.output(), result.stages.length], ['ready\nhello\n', 2])
      assert.equal(result.stage('source').output(), 'ready\nhello\n')
    })
  },
}

async function flowsOn(stage: Stage, idle: Duration): Promise<void> {
  const ticks = Array.from({ length: 3 }, (): Scenario => [{ wait: 30 }, { write: 'out', data: 'tick ' }]).flat()
  const writer = stage.process.command(stage.actor(...ticks)).idleTimeout(idle)
  assert.equal((await writer.pipe(stage.actor(...CAT))).output(), 'tick tick tick ')
}
