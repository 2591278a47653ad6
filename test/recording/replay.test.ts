import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess, type ProcessFactory, type Scenario } from '../../src/index.ts'
import { linesOf, machine, useDesk } from './desk.ts'

const desk = useDesk()
const says = (data: string, ...rest: Scenario): Scenario => [{ write: 'out', data }, ...rest]
/** Answers each call with the next number. */
function counting(): ProcessFactory {
  let count = 0
  return machine(new Proxy({}, { get: () => says(String(++count)) }))
}
const outputs = async (process: ProcessFactory, ...commands: readonly string[]): Promise<string> => {
  const texts = []
  for (const command of commands) texts.push((await process.run(command)).output())
  return texts.join('')
}

describe('a replay', () => {
  test('starts nothing real, knows nobody else’s recording, and ends as it began', async () => {
    const process = createProcess()
    await process.record(desk.file, () => process.run('echo real'))
    {
      using replay = process.replay(desk.file)
      assert.equal(replay.mode, 'replay')
      assert.equal((await process.run('echo real')).output(), 'real\n')
      process.assertRan('echo *').assertAllFakesUsed()
      await assert.rejects(process.run('echo other'), { code: 'ERR_RECORDING_MISS' })
    }
    assert.equal((await process.run('echo other')).output(), 'other\n')
  })

  test('plays the n-th run of a command the n-th time, whatever else ran in between', async () => {
    const process = counting()
    await process.record(desk.file, () => outputs(process, 'a', 'b', 'a', 'b'))
    assert.equal(await process.replay(desk.file, () => outputs(process, 'b', 'b', 'a', 'a')), '2413')
  })

  test('tells runs apart by what they read, in whatever form that comes', async () => {
    const process = counting()
    const run = (input: string | Iterable<string> | AsyncIterable<string>) => process.input(input).run('x')
    await process.record(desk.file, async () => {
      for (const input of ['one', 'two', '']) await run(input)
    })
    const read = await process.replay(desk.file, async () => {
      const results = [await run(['t', 'wo']), await run(piecesOf('o', 'ne')), await process.run('x')]
      return results.map((result) => result.output())
    })
    assert.deepEqual(read, ['2', '1', '3'])
  })

  test('of a stream that is another one is a miss for who waits', async () => {
    const process = machine({ '*': [{ read: 'all' }, ...says('x')] })
    const run = (...pieces: readonly string[]) => process.input(piecesOf(...pieces)).run('x')
    await process.record(desk.file, () => run('o', 'ne'))
    const other = process.replay(desk.file, () => run('t', 'wo'))
    await assert.rejects(other, { code: 'ERR_RECORDING_MISS', message: /stdin: "two" is not "one"/ })
  })

  test('of a program that left some of its input plays whatever that is', async () => {
    const process = machine({ '*': [{ close: 'in' }, { wait: 50 }, ...says('enough')] })
    const run = (letter: string) => process.input(piecesOf(letter.repeat(100_000), letter)).run('x')
    await process.record(desk.file, () => run('a'))
    assert.deepEqual(linesOf(desk.read())[0], { run: 'x', cwd: '<cwd>', stdin: 'unread' })
    assert.equal((await process.replay(desk.file, () => run('b'))).output(), 'enough')
  })

  test('of a pipeline whose reader leaves early ends as that did', async () => {
    const process = createProcess()
    const act = async (): Promise<unknown> => {
      const result = await process.pipe([['yes'], ['head', '-2']])
      return [result.successful(), result.output(), result.stages.map(({ outcome }) => outcome)]
    }
    const real = await process.record(desk.file, act)
    assert.deepEqual((real as unknown[]).slice(0, 2), [true, 'y\ny\n'])
    assert.deepEqual(await process.replay(desk.file, act), real)
  })

  test('tells runs apart by folder and variables only where that is asked for', async () => {
    const process = counting()
    const act = async (): Promise<string> => {
      const results = [
        await process.path('/a').env({ L: 'x' }).run('p'),
        await process.path('/b').env({ L: 'y' }).run('p'),
      ]
      return results.map((result) => result.output()).join('')
    }
    const swapped = async (): Promise<string> => {
      const results = [
        await process.path('/b').env({ L: 'y' }).run('p'),
        await process.path('/a').env({ L: 'x' }).run('p'),
      ]
      return results.map((result) => result.output()).join('')
    }
    await process.record(desk.file, { match: { cwd: true, env: ['L'] } }, act)
    assert(!desk.read().includes('"y"'), 'a value is in the file')
    for (const match of [{ cwd: true }, { env: ['L'] }]) {
      assert.equal(await process.replay(desk.file, { match }, swapped), '21')
    }
    assert.equal(await process.replay(desk.file, swapped), '12')
  })

  test('gives what was recorded once only once, unless it repeats', async () => {
    const process = counting()
    await process.record(desk.file, { repeats: ['poll *'] }, () => outputs(process, 'poll a', 'poll a', 'once'))
    assert.equal(
      await process.replay(desk.file, () => outputs(process, 'poll a', 'poll a', 'poll a', 'poll a', 'once')),
      '12223',
    )
    await process.replay(desk.file, { unused: 'ignore' }, async () => {
      await process.run('once')
      await assert.rejects(process.run('once'), { code: 'ERR_RECORDING_MISS', message: /it has been played/ })
    })
  })

  test('of a command that always says the same and repeats keeps it once', async () => {
    const process = machine({ '*': says('x') })
    await process.record(desk.file, { repeats: ['*'] }, () => outputs(process, 'poll', 'poll', 'poll'))
    assert.equal(linesOf(desk.read()).length, 3)
  })

  test('takes as long as it took, in virtual time, and runs into the limits that it ran into', async () => {
    const process = machine({ '*': [{ wait: 5000 }, ...says('late', { wait: 60_000 })] })
    const act = async (): Promise<number> => {
      await assert.rejects(process.timeout('30s').run('slow'), { code: 'ERR_PROCESS_TIMED_OUT' })
      return (await process.timeout('2m').run('slow')).durationMs
    }
    assert.equal(await process.record(desk.file, act), 65_000)
    assert.equal(await process.replay(desk.file, act), 65_000)
  })

  test('brings the files that its processes read from the disk around, and writes in memory', async () => {
    const process = createProcess()
    const [from, to] = [join(desk.folder, 'from'), join(desk.folder, 'deep', 'to')]
    mkdirSync(join(desk.folder, 'deep'))
    writeFileSync(from, 'b\na\n')
    const act = async (): Promise<string> => {
      await process.command('sort').pipe(['tr', 'a-z', 'A-Z']).pipeInput({ file: from }).pipeOutput(to)
      return process.files.readText(to)
    }
    const real = await process.record(desk.file, act)
    writeFileSync(to, 'untouched')
    assert.equal(await process.replay(desk.file, act), real)
    assert.equal(await process.files.readText(to), 'untouched')
  })

  test('refuses a terminal, which no recording has', async () => {
    const process = machine({ '*': [] })
    await process.record(desk.file, () => process.run('x'))
    await process.replay(desk.file, { unused: 'ignore' }, () =>
      assert.rejects(process.tty().run('vim'), { code: 'ERR_NOT_FAKEABLE' }),
    )
  })
})

describe('a dialogue', () => {
  const login = machine({
    login: [
      ...says('name?\n', { read: 'line' }),
      ...says('password?\n', { read: 'line' }),
      ...says('in\n', { exit: 4 }),
    ],
  })
  const talk = async (password: string): Promise<unknown> => {
    const running = await login.start('login')
    await running.waitUntil((_, line) => line === 'name?')
    await running.write('ada\n')
    await running.waitUntil((_, line) => line === 'password?')
    await running.write(`${password}\n`)
    const result = await running.wait()
    return [result.lines(), result.exitCode()]
  }

  test('is played as it went: nothing is said before it was asked for', async () => {
    const real = await login.record(desk.file, { redact: ['hunter2'] }, () => talk('hunter2'))
    const codes = linesOf(desk.read()).flatMap((line) => (Array.isArray(line) ? [line[1]] : []))
    assert.deepEqual(codes, ['out', 'in', 'out', 'in', 'out', 'exit'])
    assert.deepEqual(await login.replay(desk.file, { redact: ['hunter2'] }, () => talk('hunter2')), real)
  })

  test('that goes another way is a miss for who waits', async () => {
    await login.record(desk.file, () => talk('one'))
    const other = login.replay(desk.file, () => talk('two'))
    await assert.rejects(other, { code: 'ERR_RECORDING_MISS', message: /stdin: "ada\\ntwo\\n" is not "ada\\none\\n"/ })
  })
})

describe('signals', () => {
  test('that a program answered are answered again, when they come', async () => {
    const server = machine({
      server: [
        { on: 'SIGTERM', do: [...says('draining\n'), { wait: 3000 }, { exit: 0 }] },
        ...says('ready\n'),
        { hang: true },
      ],
    })
    const act = async (after: number): Promise<unknown> => {
      const running = await server.forever().start('server')
      await running.waitUntil((_, line) => line === 'ready')
      await server.clock.drive(server.clock.sleep(after), () => 'the test')
      const result = await running.stop()
      return [result.exitCode(), result.lines(), result.durationMs - after]
    }
    assert.deepEqual(await server.record(desk.file, () => act(5000)), [0, ['ready', 'draining'], 3000])
    assert.deepEqual(await server.replay(desk.file, () => act(60_000)), [0, ['ready', 'draining'], 3000])
  })

  test('that killed kill again', async () => {
    const process = machine({ x: [{ on: 'SIGTERM', do: 'ignore' }, ...says('ready\n'), { hang: true }] })
    const act = async (): Promise<unknown> => {
      const running = await process.start('x')
      await running.waitUntil(() => true)
      return (await running.stop('2s')).outcome
    }
    assert.deepEqual(await process.record(desk.file, act), { kind: 'signalled', signal: 'SIGKILL' })
    assert.deepEqual(await process.replay(desk.file, act), { kind: 'signalled', signal: 'SIGKILL' })
    // What lets a stopped process go on says nothing to one that runs.
    assert.deepEqual(desk.read().match(/SIG[A-Z]+/g), ['SIGTERM', 'SIGKILL', 'SIGKILL'])
  })
})

describe('what is in the file', () => {
  test('is in the same order whoever of several is faster', async () => {
    const race = (ms: number) => machine({ a: [{ wait: ms }, ...says('a')], b: [{ wait: 50 - ms }, ...says('b')] })
    const files = []
    for (const [process, order] of [
      [race(10), ['a', 'b']],
      [race(40), ['b', 'a']],
    ] as const) {
      await process.record(desk.file, { mode: 'all' }, () => Promise.all(order.map((command) => process.run(command))))
      files.push(desk.read())
    }
    assert.equal(files[0], files[1])
  })

  test('is in the same order whichever of several inputs came first', async () => {
    const process = machine({ '*': [{ echo: 'in' }] })
    const files = []
    for (const inputs of [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
    ]) {
      await process.record(desk.file, { mode: 'all' }, () =>
        Promise.all(inputs.map((input) => process.input(input).run('cat'))),
      )
      files.push(desk.read())
    }
    assert.equal(files[0], files[1])
  })

  test('is the same however the output was cut', async () => {
    const texts = []
    for (const seed of [1, 2, 3]) {
      const process = machine(
        { '*': [...says('one\ntwö\nthree'), { write: 'err', data: 'four\n' }, { exit: 2 }] },
        { seed },
      )
      await process.record(`${desk.file}.${seed}`, () => process.run('x'))
      texts.push(await createProcess().files.readText(`${desk.file}.${seed}`))
    }
    assert.equal(new Set(texts).size, 1)
  })

  test('has neither pids nor dates nor paths of this machine', async () => {
    const process = createProcess()
    await process.record(desk.file, () => process.run(['sh', '-c', 'pwd; echo $HOME/x /var/tmp']))
    assert.deepEqual(linesOf(desk.read()), [
      { run: ['sh', '-c', 'pwd; echo $HOME/x /var/tmp'], cwd: '<cwd>' },
      [0, 'out', '<cwd>\n'],
      [0, 'out', `${globalThis.process.env.HOME === '/' ? '/' : '<home>'}/x /var/tmp\n`],
      [0, 'exit', 0],
    ])
  })

  test('is what a child that was left behind wrote, too', async () => {
    const process = machine({ x: [{ fork: [{ wait: 2000 }, ...says('late\n')] }, ...says('early\n')] })
    const act = async (): Promise<unknown> => {
      const running = await process.start('x')
      await process.clock.drive(process.clock.sleep(100), () => 'the test')
      const first = [running.running(), running.output()]
      return [first, (await running.wait()).output()]
    }
    // Who is silent that long is given up: what a stream that stays open costs is part of the recording.
    assert.deepEqual(await process.record(desk.file, act), await process.replay(desk.file, act))
    assert(desk.read().includes('[1000,"out",""]'), desk.read())
  })
})

test('a miss names the nearest runs, and in what they differ', async () => {
  const process = machine({ '*': [] })
  await process.record(desk.file, async () => {
    await process.run(['git', 'push', 'origin', 'v1'])
    await process.run('git fetch')
    await process.input('a').run('sort')
  })
  await process.replay(desk.file, { unused: 'ignore' }, async () => {
    await assert.rejects(process.run(['git', 'push', 'origin', 'v2']), {
      message: /no such run left\. The nearest:\n {2}git push origin v1\n {6}argument 3: 'v2' is not 'v1'\n/,
    })
    await assert.rejects(process.run(['git', 'fetch']), {
      message: /git fetch\n {6}it is text for the shell, and not an array/,
    })
    await assert.rejects(process.input('b').run('sort'), { message: /sort\n {6}stdin: "b" is not "a"/ })
    await assert.rejects(process.run('x'), { message: /To record it again: REHEARSAL_RECORDING=all/ })
  })
})

async function* piecesOf(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces
}
