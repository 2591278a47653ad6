import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, test } from 'vitest'
import { BadScenarioError, createProcess, Process } from '../../src/index.ts'

/** A description as code without types may call it. */
type Loose = Readonly<Record<keyof ReturnType<typeof Process.describe>, (...values: unknown[]) => unknown>>

const CIRCULAR: { itself?: unknown } = {}
CIRCULAR.itself = CIRCULAR

const REFUSED: readonly (readonly [string, (it: Loose) => unknown, string | RegExp])[] = [
  ['a share of a core that is none', (it) => it.cpu(Number.NaN), / a share of a core is a number from 0 on, not NaN$/],
  ['a share of a core below 0', (it) => it.cpu(-1), / a share of a core is a number from 0 on, not -1$/],
  [
    'a bigint of cores',
    (it) => it.cpu(10n),
    /^Cannot describe the step .*: a share of a core is a number from 0 on, not 10n$/,
  ],
  ['a circle of cores', (it) => it.cpu(CIRCULAR), /^Cannot describe the step .*: a share of a core is .*Circular/],
  [
    'a pid that is no number',
    (it) => it.id(Number.NaN),
    'Cannot describe the pid NaN: expected a whole number from 1 on',
  ],
  ['a pid as text', (it) => it.id('7'), 'Cannot describe the pid "7": expected a whole number from 1 on'],
  ['a pid below 1', (it) => it.id(-5), 'Cannot describe the pid -5: expected a whole number from 1 on'],
  [
    'a reading of lines',
    (it) => it.reads('lines'),
    'Cannot describe the step {"read":"lines"}: it reads "line", "all", or a number of bytes',
  ],
  [
    'a reply that is a number',
    (it) => it.replies(5),
    'Cannot describe the step {"reply":[5]}: 5 is no reply: expected { when, write }',
  ],
  ['a reply of a number', (it) => it.replies({ when: '*', write: 5 }), /: 5 is neither text nor bytes$/],
  [
    'a reason for not starting that no system has',
    (it) => it.failsToStart('ENOPE'),
    'Cannot describe the step {"failToStart":"ENOPE"}: no such reason for not starting',
  ],
  ['output that is a number', (it) => it.output(5), 'Cannot describe the output 5: expected text, lines or bytes'],
  [
    'lines of numbers',
    (it) => it.errorOutput(['a', 5]),
    'Cannot describe the output ["a",5]: expected text, lines or bytes',
  ],
  [
    'no output instead',
    (it) => it.replaceOutput(undefined),
    'Cannot describe the output undefined: expected text, lines or bytes',
  ],
  ['a child that is no description', (it) => it.forks(5), 'Cannot describe a child by 5: expected a description'],
  [
    'an answer that is no description',
    (it) => it.answers('SIGTERM', 'x'),
    'Cannot describe an answer by "x": expected a description',
  ],
  ['a port that there is not', (it) => it.listens(70_000), /: a port is a whole number from 1 to 65535$/],
  ['a status that is none', (it) => it.listens(80, 2), /: a status is a whole number from 100 to 999$/],
  ['a file without a path', (it) => it.writesFile(5, 'x'), /: a file has a path$/],
  ['a file of a number', (it) => it.writesFile('/a', 5), /: 5 is neither text nor bytes$/],
  ['an exit code that is none', (it) => it.exitCode(1.5), /: an exit code is a whole number$/],
  ['a crash by what ends nobody', (it) => it.crashes('SIGCHLD'), /: nobody dies of that signal$/],
  [
    'a step that there is not',
    (it) => it.add({ sing: 'a song' }),
    'Cannot describe the step {"sing":"a song"}: no such step',
  ],
]

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

  for (const [what, describing, message] of REFUSED) {
    test(`refuses ${what} in words, at once`, () => {
      assert.throws(() => describing(Process.describe() as unknown as Loose), { code: 'ERR_BAD_SCENARIO', message })
    })
  }

  test('that was refused a word is as it was before', () => {
    const job = Process.describe().output('x').exitCode(3)
    for (const bad of [5, null, [1]] as unknown as string[]) {
      assert.throws(() => job.output(bad), BadScenarioError)
      assert.throws(() => job.replaceOutput(bad), BadScenarioError)
    }
    assert.throws(() => job.cpu(Number.NaN), BadScenarioError)
    assert.deepEqual(job.scenario(), [{ write: 'out', data: 'x\n' }, { exit: 3 }])
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
