import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import type { MemberList } from '../../members.ts'
import type { ProcessFactory } from '../../process.ts'
import type { Stage, Topic } from './harness.ts'
import { startsNothing } from './starts-nothing.ts'

/** Something that is to be refused, and how the message names the bad value. */
type Attempt = readonly [named: string, attempt: (process: ProcessFactory) => unknown]

/** What no system could start, or nobody can mean: a TypeError that names the value, before anything starts. */
export const badInput: Topic = {
  name: 'bad input',
  cases(fact) {
    fact('an empty command is refused before anything starts', (stage) =>
      refuses(stage, [
        ['empty command', (process) => process.run('')],
        ['empty command', (process) => process.run(' \n')],
        ['empty command', (process) => process.start([])],
        ['empty command', (process) => process.start(['', 'x'])],
        ['without a command', (process) => process.run()],
      ]),
    )

    fact('a command that is neither text nor words is refused before anything starts', (stage) =>
      refuses(stage, [
        ['5', (process) => process.run(5 as never)],
        ['null', (process) => process.start(null as never)],
        ['undefined as command', (process) => process.run([undefined as never])],
        ['7 as argument 1', (process) => process.run(['x', 7 as never])],
        ['{"a":1}', (process) => process.run`x ${{ a: 1 } as never}`],
      ]),
    )

    fact('a NUL byte is refused before anything starts', (stage) =>
      refuses(stage, [
        [String.raw`"a\u0000" as command`, (process) => process.run('a\0')],
        [String.raw`"\u0000b" as argument 1`, (process) => process.run(['x', '\0b'])],
        [String.raw`"/\u0000c" as folder`, (process) => process.path('/\0c').run('x')],
        [String.raw`"\u0000d" as variable D`, (process) => process.env({ D: '\0d' }).run('x')],
        [String.raw`"E\u0000"`, (process) => process.env({ 'E\0': 'e' }).run('x')],
      ]),
    )

    fact('a variable that is not text, or has no name, is refused before anything starts', (stage) =>
      refuses(stage, [
        ['5 as variable A', (process) => process.env({ A: 5 as never }).run('x')],
        ['undefined as variable A', (process) => process.env({ A: undefined as never }).start('x')],
        ['true as variable A', (process) => process.env(() => ({ A: true as never })).run('x')],
        ['"A=B"', (process) => process.env({ 'A=B': 'c' }).run('x')],
        ['""', (process) => process.env({ '': 'c' }).run('x')],
        ['7 as folder', (process) => process.path(7 as never).run('x')],
      ]),
    )

    fact('a time that is negative or no duration is refused where it is set', (stage) =>
      refuses(stage, [
        ['-1', (process) => process.timeout(-1)],
        ['-5', (process) => process.idleTimeout(-5)],
        ["'soon'", (process) => process.timeout('soon')],
        ['NaN', (process) => process.idleTimeout(Number.NaN)],
        ['Infinity', (process) => process.graceTime(Number.POSITIVE_INFINITY)],
        ['{"fortnights":2}', (process) => process.timeout({ fortnights: 2 } as never)],
        ["'-1s'", (process) => process.retry(2, { delay: '-1s' })],
      ]),
    )

    fact('an unknown signal, encoding, count or size is refused where it is set', (stage) =>
      refuses(stage, [
        ['"SIGNOPE"', (process) => process.stopSignal('SIGNOPE' as never)],
        ['99', (process) => process.stopSignal(99)],
        ['"utf9"', (process) => process.encoding('utf9' as never)],
        ['0 times', (process) => process.retry(0)],
        ['1.5 times', (process) => process.retry(1.5)],
        ["'5XB'", (process) => process.maxOutput('5XB')],
        ['-1', (process) => process.maxOutput(-1)],
      ]),
    )

    fact('an unknown user, group or option is refused where it is set', (stage) =>
      refuses(stage, [
        ['-1', (process) => process.user(-1)],
        ['""', (process) => process.user('')],
        ['"a b"', (process) => process.group('a b')],
        ['1.5', (process) => process.group(1.5)],
        ['"colour"', (process) => process.options({ colour: 'red' } as never)],
        ['"shel"', (process) => process.start('x', [], { shel: true } as never)],
        ['"argv0"', (process) => process.options({ argv0: 5 as never })],
      ]),
    )

    fact('an isolation that means nothing is refused where it is said', (stage) =>
      refuses(stage, [
        ["'-1'", (process) => process.limits({ memory: '-1' })],
        ['0', (process) => process.limits({ memory: 0 })],
        ['-5', (process) => process.limits({ fileSize: -5 })],
        ['-1', (process) => process.limits({ openFiles: -1 })],
        ['1.5', (process) => process.limits({ processes: 1.5 })],
        ['"threads"', (process) => process.limits({ threads: 5 } as never)],
        ['{"soft":9,"hard":8}', (process) => process.limits({ openFiles: { soft: 9, hard: 8 } })],
        ['20', (process) => process.isolate({ nice: 20 })],
        ['512', (process) => process.isolate({ umask: 0o1000 })],
        ['"a b"', (process) => process.isolate({ user: 'a b' })],
        ['-1', (process) => process.isolate({ supplementaryGroups: [-1] })],
        ['"yes"', (process) => process.isolate({ privateNetwork: 'yes' as never })],
        ['"speed"', (process) => process.isolate({ prefer: ['speed' as never] })],
        ['"tidy"', (process) => process.isolate({ environment: 'tidy' as never })],
        ['"A=B"', (process) => process.isolate({ environment: ['A=B'] })],
        ['"colour"', (process) => process.isolate({ colour: 'red' } as never)],
        ['-2', (process) => process.isolation().setUser(-2)],
      ]),
    )

    fact('an input that can be read only once is refused for several attempts', (stage) =>
      refuses(stage, [
        [
          'only once',
          (process) =>
            process
              .input(Readable.from(['a']))
              .retry(2)
              .run('x'),
        ],
        ['only once', (process) => process.retry(2).input(['a'].values()).run('x')],
        ['only once', (process) => process.pool({ a: process.command('x').input(['a'].values()).retry(2) })],
      ]),
    )

    fact(
      'members of a pipe or pool that share a name, or a pipe with none, are refused before anything starts',
      (stage) =>
        refuses(stage, [
          ["'a'", (process) => process.pipe((pipe) => [pipe.as('a').command('x'), pipe.as('a').command('y')])],
          ["'a'", (process) => process.concurrently((pool) => [pool.as('a').command('x'), pool.as('a').command('y')])],
          ['without a command', (process) => process.pipe([])],
          ['without a command', (process) => process.pipe((pipe) => pipe.as('a'))],
        ]),
    )

    fact('silence is not watched where it cannot be heard', (stage) =>
      refuses(stage, [
        [
          'idleTimeout',
          (process) => process.command('x').pipe(process.command('y').idleTimeout(5)).pipeOutput('f').run(),
        ],
      ]),
    )

    fact('a pipe and a concurrent run reject for bad input, they do not throw', async (stage) => {
      const twice = (list: MemberList) => [list.as('a').command('x'), list.as('a').command('y')]
      const attempts = [stage.process.pipe(twice), stage.process.concurrently(twice), stage.process.pipe([])]
      for (const attempt of await Promise.allSettled(attempts)) assert.equal(attempt.status, 'rejected')
    })

    fact('an unknown signal is refused by a running process, which runs on', async (stage) => {
      const running = await stage.process.start(stage.actor({ hang: true }))
      assert.throws(() => running.signal('SIGNOPE' as never), names('"SIGNOPE"'))
      await assert.rejects(running.stop(0, 'SIGNOPE' as never), names('"SIGNOPE"'))
      await assert.rejects(running.stop(-1), names('-1'))
      assert.deepEqual([running.running(), running.signals], [true, []])
      await running.stop()
    })

    fact('a run and a start reject for bad input, they do not throw', async (stage) => {
      const attempts = [stage.process.run(5 as never), stage.process.start(5 as never), stage.process.run('')]
      for (const attempt of await Promise.allSettled(attempts)) assert.equal(attempt.status, 'rejected')
    })
  },
}

function refuses(stage: Stage, attempts: readonly Attempt[]): Promise<void> {
  return startsNothing(stage, async () => {
    for (const [named, attempt] of attempts) await assert.rejects(async () => attempt(stage.process), names(named))
  })
}

function names(value: string): (error: Error) => true {
  return (error) => {
    assert(error instanceof TypeError, `${error} is to be a TypeError`)
    assert(error.message.includes(value), `"${error.message}" is to name ${value}`)
    return true
  }
}
