import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, test } from 'vitest'
import { createProcess, Process } from '../../src/index.ts'

describe('a description', () => {
  test('takes back what was said of one stream, and keeps its place for what is said instead', async () => {
    const job = Process.describe().output('a').errorOutput('warning').after('1s').output('b')
    using process = rehearsing(job.replaceOutput('c'))
    const replaced = await process.own.run('job')
    assert.deepEqual([replaced.output(), replaced.errorOutput(), replaced.durationMs], ['c\n', 'warning\n', 1000])
    job.replaceErrorOutput(['x', 'y']).replaceOutput([])
    const again = await process.own.run('job')
    assert.deepEqual([again.output(), again.errorOutput(), again.durationMs], ['', 'x\ny\n', 1000])
  })

  for (const nothing of ['', [], new Uint8Array()]) {
    test(`writes nothing in the place of what was taken back when that is ${inspect(nothing)}, as in Laravel`, async () => {
      const job = Process.describe().output('x').errorOutput('y')
      using process = rehearsing(job.replaceOutput(nothing).replaceErrorOutput(nothing))
      const result = await process.own.run('job')
      assert.deepEqual([result.output(), result.errorOutput()], ['', ''])
      assert.deepEqual(job.scenario(), [])
    })
  }

  test('answers the lines that it knows, until one of them is the last', async () => {
    const replies = [
      { when: 'name', write: 'Ada\n' },
      { when: 'quit', write: 'bye\n', last: true },
      { when: '*', write: '?\n' },
    ]
    using process = rehearsing(
      Process.describe()
        .replies(...replies)
        .output('over')
        .exitCode(3),
    )
    const result = await process.own.input('name\nage\nquit\nname\n').run('job')
    assert.deepEqual([result.lines(), result.exitCode()], [['Ada', '?', 'bye', 'over'], 3])
  })

  test('is plain data: a step for each word of it, in order, and the end last', () => {
    const child = Process.describe().exitCode(1)
    const told = Process.describe()
      .output('line')
      .output('whole\n')
      .output(Buffer.from([0xff, 0]))
      .errorOutput(['a', 'b'])
      .after('2s')
      .runsFor(3)
      .ignores('SIGINT')
      .ignores(15)
      .answers('SIGHUP', child)
      .memory('1MB')
      .cpu(0.5)
      .forks(child, { detached: true })
      .reads()
      .reads('line')
      .reads(7)
      .echoes()
      .writesFile('/a', 'text')
      .writesFile('/b', Buffer.from('bytes'))
      .listens(80)
      .listens(81, 204)
    const bytes = { base64: '/wA=' }
    const steps = [
      { write: 'out', data: 'line\n' },
      { write: 'out', data: 'whole\n' },
      { write: 'out', data: bytes },
      { write: 'err', data: 'a\n' },
      { write: 'err', data: 'b\n' },
      { wait: 2000 },
      { wait: 3000 },
      { on: 'SIGINT', do: 'ignore' },
      { on: 'SIGTERM', do: 'ignore' },
      { on: 'SIGHUP', do: [{ exit: 1 }] },
      { use: { memory: 1024 ** 2 } },
      { use: { cpu: 0.5 } },
      { fork: [{ exit: 1 }], detached: true },
      { read: 'all' },
      { read: 'line' },
      { read: 7 },
      { echo: 'in' },
      { file: '/a', data: 'text' },
      { file: '/b', data: 'bytes' },
      { listen: 80 },
      { listen: 81, answer: 204 },
    ]
    assert.deepEqual(told.scenario(), steps)
    assert.deepEqual(told.exitCode(4).scenario(), [...steps, { exit: 4 }])
    const ends = [
      Process.describe().signal(9),
      Process.describe().crashes(),
      Process.describe().hangs(),
      Process.describe().failsToStart(),
    ]
    assert.deepEqual(
      ends.flatMap((end) => end.scenario()),
      [{ die: 'SIGKILL' }, { die: 'SIGSEGV' }, { hang: true }, { failToStart: 'ENOENT' }],
    )
  })

  test('may ask for a pid', async () => {
    const asked = Process.describe().id(4242)
    assert.equal(asked.pid, 4242)
    using process = rehearsing(asked)
    assert.equal((await process.own.start('job')).id(), 4242)
  })

  test('has one end: a second one is refused', () => {
    assert.throws(() => Process.describe().exitCode(1).hangs(), {
      code: 'ERR_BAD_SCENARIO',
      message: 'Cannot end a description twice: {"exit":1} is its end already',
    })
  })
})

function rehearsing(job: ReturnType<typeof Process.describe>) {
  const own = createProcess()
  const fake = own.fake({ job })
  return { own, [Symbol.dispose]: () => fake.restore() }
}
