import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type HandlerContext, Process, type ProcessFactory } from '../../src/index.ts'

type Program = (context: HandlerContext) => Promise<number | undefined>

/** An instance on which `program` is what every command runs. */
function rehearse(program: Program): ProcessFactory {
  const own = createProcess()
  own.fake(program)
  return own
}

describe('what a program reads', () => {
  test('is all of its input at once', async () => {
    const own = rehearse(async ({ stdin, stdout }) => void (await stdout.write((await stdin.text()).toUpperCase())))
    assert.equal((await own.input('one\ntwo').run('upper')).output(), 'ONE\nTWO')
  })

  test('is its input line by line, without the line ends', async () => {
    const lines: (string | undefined)[] = []
    const own = rehearse(async ({ stdin }) => {
      for (let read = 0; read < 4; read++) lines.push(await stdin.line())
      return 0
    })
    await own.input('one\r\n\nthree').run('read')
    assert.deepEqual(lines, ['one', '', 'three', undefined])
  })

  test('is what is left of its input in a loop', async () => {
    const lines: string[] = []
    const own = rehearse(async ({ stdin }) => {
      await stdin.line()
      for await (const line of stdin) lines.push(line)
      return 0
    })
    await own.input('header\none\ntwo\n').run('read')
    assert.deepEqual(lines, ['one', 'two'])
  })

  test('is end-of-file without an input', async () => {
    const own = rehearse(async ({ stdin }) =>
      (await stdin.line()) === undefined && (await stdin.text()) === '' ? 4 : 5,
    )
    assert.equal((await own.run('read')).exitCode(), 4)
  })

  test('comes as its caller writes it', async () => {
    const own = rehearse(async ({ stdin, stdout }) => {
      for await (const name of stdin) await stdout.write(`hello ${name}\n`)
      return 0
    })
    const running = await own.start('greet')
    await running.write('Ada\n')
    assert.equal(await running.waitUntil((_, line) => line === 'hello Ada'), true)
    await running.write('Bob')
    running.endInput()
    assert.deepEqual((await running.wait()).lines(), ['hello Ada', 'hello Bob'])
  })
})

describe('what a program writes', () => {
  test('goes to two streams, as text or bytes', async () => {
    const own = rehearse(async ({ stdout, stderr }) => {
      await stdout.write('out ')
      await stderr.write('err')
      await stdout.write(Buffer.from([0xf0, 0x9f, 0x8e, 0xad]))
      return 0
    })
    const result = await own.run('write')
    assert.deepEqual([result.output(), result.errorOutput()], ['out 🎭', 'err'])
  })

  test('comes before what it answers in the end', async () => {
    const own = createProcess()
    using _ = own.fake(async ({ stdout }) => {
      await stdout.write('first, ')
      return Process.describe().after('2s').output('then this').exitCode(3)
    })
    const result = await own.run('write')
    assert.deepEqual([result.output(), result.exitCode(), result.durationMs], ['first, then this\n', 3, 2000])
  })

  test('waits for a reader that is behind', async () => {
    let written = 0
    const own = rehearse(async ({ stdout }) => {
      for (; written < 100; written++) await stdout.write('x'.repeat(10_000))
      return 0
    })
    const running = await own.quietly().start('flood')
    for await (const _ of running) {
      assert(written < 60, `${written} pieces were written before the first was read`)
      break
    }
  })

  test('ends it by PIPE when nobody reads any more', async () => {
    const own = createProcess()
    using _ = own.fake({
      yes: async ({ stdout }) => {
        for (;;) await stdout.write('y\n'.repeat(5000))
      },
      head: async ({ stdin, stdout }) => void (await stdout.write(`${await stdin.line()}`)),
    })
    const result = await own.pipe(['yes', 'head'])
    assert.equal(result.output(), 'y')
    assert.deepEqual(
      result.stages.map((stage) => stage.signal()),
      ['SIGPIPE', null],
    )
  })
})

describe('the world of a program', () => {
  test('is its command, arguments, variables, folder and pid', async () => {
    let seen: Partial<HandlerContext> = {}
    const own = rehearse(async (context) => {
      seen = context
      return 0
    })
    const running = await own.path('/srv').env({ A: '1', PATH: false }).start(['git', 'push', 'two words'])
    await running.wait()
    assert.deepEqual(seen.args, ['push', 'two words'])
    assert.deepEqual([seen.text, seen.cwd, seen.pid], ["git push 'two words'", '/srv', running.id()])
    assert.deepEqual([seen.env?.A, seen.env?.PATH, seen.env?.HOME], ['1', undefined, process.env.HOME])
  })

  test('is the folder of its caller when it was given none, and no arguments to text for the shell', async () => {
    let seen: Partial<HandlerContext> = {}
    const own = rehearse(async (context) => {
      seen = context
      return 0
    })
    await own.run('git push')
    assert.deepEqual([seen.cwd, seen.args, seen.command], [process.cwd(), [], 'git push'])
  })

  test('is the disk of the rehearsal', async () => {
    const own = createProcess()
    using fake = own.fake(
      async ({ files }) => {
        await files.write('/data/copy', await files.readText('/data/original'))
        return 0
      },
      { files: { '/data/original': 'text' } },
    )
    assert.equal((await own.run('cp')).successful(), true)
    assert.equal(await fake.files.readText('/data/copy'), 'text')
  })

  test('is virtual time', async () => {
    const seen: number[] = []
    const own = rehearse(async ({ clock }) => {
      seen.push(clock.now(), clock.monotonic())
      await clock.sleep(3_600_000)
      seen.push(clock.now(), clock.monotonic())
      return 0
    })
    const result = await own.forever().run('slow')
    const start = Date.UTC(2026, 0, 1)
    assert.deepEqual(seen, [start, 0, start + 3_600_000, 3_600_000])
    assert.equal(result.durationMs, 3_600_000)
  })

  test('has it in the process table until it ends', async () => {
    const own = rehearse(async ({ clock }) => {
      await clock.sleep(10)
      return 0
    })
    const running = await own.start(['work', 'hard'])
    assert.deepEqual(
      (await own.processes.list()).map(({ pid, command }) => [pid, command]),
      [[running.id(), 'work hard']],
    )
    await running.wait()
    assert.deepEqual(await own.processes.list(), [])
  })
})

describe('a program that fails', () => {
  test('at once has not started: start throws what it threw', async () => {
    const own = createProcess()
    const error = new Error('no licence')
    using _ = own.fake(() => {
      throw error
    })
    await assert.rejects(own.start('cad'), error)
    await assert.rejects(own.run('cad'), error)
    assert.deepEqual(await own.processes.list(), [])
  })

  test('later is an error for whoever waits, and it is ended', async () => {
    const own = rehearse(async ({ stdout }) => {
      await stdout.write('so far')
      throw new Error('out of ideas')
    })
    const running = await own.start('write')
    await assert.rejects(running.wait(), { message: 'out of ideas' })
    await assert.rejects(own.run('write'), { message: 'out of ideas' })
    assert.deepEqual([running.output(), running.running(), await own.processes.list()], ['so far', false, []])
  })

  test('later is an error for the pipeline and the pool that it is part of', async () => {
    const own = createProcess()
    const work = () => Promise.reject(new Error('out of ideas'))
    using _ = own.fake({ work, other: Process.describe().hangs() })
    await assert.rejects(own.pipe(['other', 'work']), { message: 'out of ideas' })
    await assert.rejects(own.concurrently({ a: 'other', b: 'work' }), { message: 'out of ideas' })
    assert.deepEqual(await own.processes.list(), [])
  })

  test('with an answer that means nothing is refused by name', async () => {
    const own = rehearse(async () => null as never)
    await assert.rejects(own.run('write'), {
      name: 'BadRuleError',
      message: /^Cannot answer "write" by the rule '\*' with null/,
    })
  })

  test('with something that is no error is that for whoever waits', async () => {
    const own = rehearse(() => Promise.reject('just text'))
    assert.equal(await own.run('write').catch((reason) => reason), 'just text')
  })
})
