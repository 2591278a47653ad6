import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, test } from 'vitest'
import { createProcess, type ProcessFactory, type RecordingOptions } from '../../src/index.ts'
import { modeOf } from '../../src/recording/mode.ts'
import { linesOf, machine, useDesk } from './desk.ts'

const desk = useDesk()
const saying = (data: string): ProcessFactory => machine({ '*': [{ write: 'out', data }] })

describe('the mode', () => {
  const table: readonly (readonly [said: string | undefined, variable: string, ci: string, holds: string])[] = [
    [undefined, '', '', 'all'],
    ['missing', '', '', 'missing'],
    ['replay', 'all', '', 'all'],
    ['off', 'verify', '', 'verify'],
    ['all', '', 'true', 'replay'],
    ['verify', '', '1', 'replay'],
    ['off', '', 'true', 'replay'],
    [undefined, 'all', 'true', 'replay'],
    ['all', 'missing', 'true', 'replay'],
    [undefined, 'verify', 'true', 'verify'],
    [undefined, 'off', 'true', 'off'],
    ['all', '', 'false', 'all'],
  ]
  for (const [said, variable, ci, holds] of table) {
    test(`is ${holds} when the code says ${said}, REHEARSAL_RECORDING "${variable}" and CI "${ci}"`, () => {
      assert.equal(
        modeOf(said, () => 'all', { REHEARSAL_RECORDING: variable, CI: ci }),
        holds,
      )
    })
  }

  test('that is none is refused, wherever it is said', () => {
    assert.throws(() => modeOf('record', () => 'all', {}), { name: 'TypeError', message: /"record" as mode/ })
    assert.throws(() => modeOf('all', () => 'all', { REHEARSAL_RECORDING: 'yes' }), /"yes" as REHEARSAL_RECORDING/)
  })

  test('without a word is to record what is not there, and to replay what is', async () => {
    assert.equal(await output(saying('first'), {}), 'first')
    assert.equal(await output(saying('second'), {}), 'first')
  })

  test('of a replay is never another one', async () => {
    await output(saying('first'), {})
    process.env.REHEARSAL_RECORDING = 'all'
    const second = saying('second')
    assert.equal((await second.replay(desk.file, () => second.run('x'))).output(), 'first')
  })
})

test('where CI is set, nothing is recorded and nothing runs', async () => {
  process.env.CI = 'true'
  await assert.rejects(output(createProcess(), { mode: 'all' }), {
    code: 'ERR_BAD_RECORDING',
    message: /no such file\. To record it again, on a machine where CI is not set: REHEARSAL_RECORDING=all/,
  })
  assert(!existsSync(desk.file))
})

test('missing plays what there is, and records the rest beside it', async () => {
  const [first, second] = [saying('first'), saying('second')]
  await first.record(desk.file, () => first.run('a'))
  const texts = await second.record(desk.file, { mode: 'missing' }, async () => {
    const results = [await second.run('b'), await second.run('a'), await second.input('in').run('a')]
    return results.map((result) => result.output())
  })
  assert.deepEqual(texts, ['second', 'first', 'second'])
  assert.deepEqual(commandsIn(desk.read()), ['a', 'a', 'b'])
  assert.equal((await second.replay(desk.file, { unused: 'ignore' }, () => second.run('b'))).output(), 'second')
})

test('missing records for real beside what is played, with pipelines across', async () => {
  const process = createProcess()
  await process.record(desk.file, () => process.run(['printf', 'b\\na\\n']))
  const piped = await process.record(desk.file, { mode: 'missing' }, () =>
    process.pipe([['printf', 'b\\na\\n'], ['sort']]),
  )
  assert.equal(piped.output(), 'a\nb\n')
  assert.deepEqual(commandsIn(desk.read()), [['printf', 'b\\na\\n'], ['sort']])
})

test('missing starts nothing real that is not on the list', async () => {
  const process = createProcess().preventStrayProcesses({ allow: ['echo *'] })
  await process.record(desk.file, { mode: 'missing' }, async () => {
    await process.run('echo allowed')
    await assert.rejects(process.run('rm -rf /nowhere'), { code: 'ERR_PROCESS_STRAY' })
  })
  assert.deepEqual(commandsIn(desk.read()), ['echo allowed'])
})

test('all records everything anew, and drops what did not run', async () => {
  const process = saying('x')
  await process.record(desk.file, async () => void [await process.run('a'), await process.run('b')])
  await process.record(desk.file, { mode: 'all' }, () => process.run('b'))
  assert.deepEqual(commandsIn(desk.read()), ['b'])
})

test('all keeps what was said by hand, and what did not really change', async () => {
  const steps = (ms: number, hash: string) => machine({ '*': [{ wait: ms }, { write: 'out', data: `at ${hash}\n` }] })
  const options = { tolerance: { patterns: [/[0-9a-f]{8}/] } }
  const [first, second] = [steps(1900, 'deadbeef'), steps(2100, 'cafecafe')]
  await first.record(desk.file, options, () => first.run('x'))
  desk.write(desk.read().replace('"cwd":"<cwd>"}', '"cwd":"<cwd>","repeats":true}'))
  const before = desk.read()
  await second.record(desk.file, { ...options, mode: 'all' }, () => second.run('x'))
  assert.equal(desk.read(), before)
  await second.record(desk.file, { mode: 'all' }, () => second.run('x'))
  assert(/cafecafe/.test(desk.read()) && /"repeats":true/.test(desk.read()), desk.read())
})

test('off lets everything run and writes nothing', async () => {
  assert.equal(await output(saying('x'), { mode: 'off' }), 'x')
  assert(!existsSync(desk.file))
})

describe('verify', () => {
  const verify = (process: ProcessFactory, options: RecordingOptions = {}) =>
    output(process, { ...options, mode: 'verify' })

  test('runs for real, is silent when nothing has changed, and writes nothing', async () => {
    await output(saying('same\n'), {})
    const before = desk.read()
    assert.equal(await verify(saying('same\n')), 'same\n')
    assert.equal(desk.read(), before)
  })

  test('says what is not any more as it was recorded', async () => {
    const was = machine({ '*': [{ write: 'out', data: 'one\ntwo\nthree\n' }, { exit: 3 }] })
    const is = machine({
      '*': [
        { write: 'out', data: 'one\n2\nthree\nfour\n' },
        { write: 'err', data: 'oh\n' },
      ],
    })
    await output(was, {})
    await assert.rejects(verify(is), (error: Error & { code: string; differences: string[] }) => {
      assert.equal(error.code, 'ERR_RECORDING_DRIFT')
      assert.match(error.message, /the rehearsal no longer matches the play/)
      assert.deepEqual(error.differences, [
        [
          'x',
          '  it exits with 0, and then it exits with 3',
          '  stdout, line 2: "2\\n" instead of "two\\n"',
          '  stdout, line 4: "four\\n" instead of nothing',
          '  stderr, line 1: "oh\\n" instead of nothing',
        ].join('\n'),
      ])
      return true
    })
  })

  test('looks at neither the lines nor the parts of lines that may differ', async () => {
    const at = (date: string, rest: string) => saying(`Date: ${date}\nbuilt in ${date.length} ms by ${rest}\n`)
    await output(at('Monday', 'me'), {})
    const tolerance = { lines: [/^Date:/], patterns: [/\d+ ms/] }
    await verify(at('Wednesday', 'me'), { tolerance })
    await assert.rejects(verify(at('Wednesday', 'you'), { tolerance }), { code: 'ERR_RECORDING_DRIFT' })
    await assert.rejects(verify(at('Wednesday', 'me'), {}), { code: 'ERR_RECORDING_DRIFT' })
  })

  test('names a command that is not in the recording', async () => {
    const process = saying('x')
    await output(process, {})
    const other = process.record(desk.file, { mode: 'verify', unused: 'ignore' }, () => process.run('y'))
    await assert.rejects(other, { message: /y\n +it is not in the recording/ })
  })

  test('says how a start differs, and how an end', async () => {
    await output(machine({ x: [{ failToStart: 'ENOENT' }] }), {})
    await assert.rejects(verify(machine({ x: [{ die: 'SIGSEGV' }] })), {
      message: /it dies of SIGSEGV, and then it did not start \(ENOENT\)/,
    })
  })
})

async function output(process: ProcessFactory, options: RecordingOptions): Promise<string> {
  return process.record(desk.file, options, async () => (await process.run('x')).output())
}

function commandsIn(text: string): unknown[] {
  return linesOf(text).flatMap((line) => (Array.isArray(line) ? [] : [(line as { run: unknown }).run]))
}
