import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type Handler, type ProcessFactory, ProcessFailedError, type Rules } from '../src/index.ts'

/** What users of Laravel's Process know, said here as they would; where ours differs on purpose the title says so. */
const lines = { text: 'test output', list: ['line 1', '', 'line 2'] }

describe('as in Laravel, a rehearsal', () => {
  test('without rules lets everything succeed silently', async () => {
    await rehearsing(undefined, async (process) => {
      const result = await process.run('ls -la')
      assert.deepEqual([result.output(), result.errorOutput(), result.exitCode()], ['', '', 0])
    })
  })

  test('matches a command of several lines by a pattern', async () => {
    const rules = { '*--branch main*': 'not this one', '*--branch develop*': 'yes' }
    const output = await outputOf(rules, 'git clone --depth 1 \\\n  --branch develop \\\n  git://some-url .')
    assert.equal(output, 'yes')
  })

  for (const [form, rule, expected] of [
    ['a result', (process) => process.result(lines.list), 'line 1\n\nline 2\n'],
    ['a list of lines', () => lines.list, 'line 1\n\nline 2\n'],
    [
      'a description',
      (process) => process.describe().output('line 1').output('').output('line 2'),
      'line 1\n\nline 2\n',
    ],
    ['text, which stays as it is (Laravel adds a newline)', () => lines.text, 'test output'],
    ['a result of text, which stays as it is', (process) => process.result(lines.text), 'test output'],
  ] as readonly (readonly [string, (process: ProcessFactory) => Handler, string])[]) {
    test(`answers with ${form}, given at once or by a function`, async () => {
      const process = createProcess()
      for (const handler of [rule(process), () => rule(process)] as Handler[]) {
        assert.equal(await outputOf({ 'ls *': handler }, 'ls -la'), expected)
      }
    })
  }

  test('answers the same pattern by a sequence, and says when it is empty', async () => {
    const process = createProcess()
    using _ = process.fake({ 'ls *': process.sequence().push('one').push('two'), 'cat *': 'cat' })
    assert.deepEqual(await outputs(process, ['ls -la', 'ls -la', 'cat x']), ['one', 'two', 'cat'])
    await assert.rejects(process.run('ls -la'), { code: 'ERR_SEQUENCE_EXHAUSTED' })
  })

  test('throws the error that is the answer', async () => {
    await assert.rejects(outputOf({ 'cat me': new RangeError('fake message') }, 'cat me'), { message: 'fake message' })
  })

  test('refuses what it has no answer for, also without preventStrayProcesses (Laravel runs it for real)', async () => {
    await assert.rejects(outputOf({ 'ls *': '' }, 'cat composer.json'), { code: 'ERR_PROCESS_STRAY' })
    await assert.rejects(outputOf({ 'ls *': '' }, ['cat composer.json']), { code: 'ERR_PROCESS_STRAY' })
  })

  test('turns a failure into an error where that is asked for, and only then', async () => {
    await rehearsing({ '*': createProcess().result('', 'Hello World', 1) }, async (process) => {
      const result = await process.run('exit 1;')
      assert.throws(() => result.throw(), ProcessFailedError)
      assert.throws(() => result.throwIf(true), /exit 1;.*exit code 1.*Hello World/is)
      assert.equal(result.throwIf(false), result)
    })
  })
})

describe('as in Laravel, a running process of a rehearsal', () => {
  const describing = (process: ProcessFactory) =>
    process.describe().output('FIRST').errorOutput('OTHER').output('SECOND').output('THIRD').runsFor(3)

  test('is waited for until a line, twice, and then to its end', async () => {
    const process = createProcess()
    using _ = process.fake(() => describing(process))
    const running = await process.start('work')
    assert.equal(await running.waitUntil((_, line) => line.includes('SECOND')), true)
    assert.equal(running.running(), true)
    assert.equal(await running.waitUntil((type, line) => type === 'err' && line === 'OTHER'), true)
    assert.equal(await running.waitUntil((_, line) => line === 'NEVER'), false)
    assert.equal((await running.wait()).output(), 'FIRST\nSECOND\nTHIRD\n')
  })

  test('is waited for to its end without a condition', async () => {
    const process = createProcess()
    using _ = process.fake(() => describing(process))
    const running = await process.start('work')
    assert.equal(await running.waitUntil(), false)
    assert.deepEqual([running.running(), running.result?.successful()], [false, true])
  })

  test('tells each waiter everything, also what others have heard (Laravel tells each line once)', async () => {
    const process = createProcess()
    using _ = process.fake(() => describing(process))
    const running = await process.start('work')
    await running.wait()
    const heard = { out: '', err: '' }
    await running.wait((type, chunk) => {
      heard[type] += chunk
    })
    assert.deepEqual(heard, { out: 'FIRST\nSECOND\nTHIRD\n', err: 'OTHER\n' })
    assert.deepEqual([running.latestOutput(), running.latestOutput()], ['FIRST\nSECOND\nTHIRD\n', ''])
  })
})

describe('as in Laravel, many processes', () => {
  test('in a pool have their results by place or by name', async () => {
    const process = createProcess()
    using _ = process.fake({ 'cat *': 1, '*': 'ok' })
    const byPlace = await process.pool((pool) => [pool.path('/').command('ls'), pool.command('cat test')]).start()
    const results = await byPlace.wait()
    const [first, second] = results.collect()
    assert.deepEqual([byPlace.count(), first?.successful(), second?.failed(), results.failed()], [2, true, true, true])
    const byName = await process.pool((pool) => [pool.as('a').command('ls'), pool.as('b').command('cat x')]).wait()
    assert.deepEqual([byName.a?.output(), byName.b?.exitCode()], ['ok', 1])
  })

  test('in a pipe are fed by what is before them, and fail with it', async () => {
    const process = createProcess()
    using _ = process.fake({
      'cat *': 'Hello, world\nfoo\nbar',
      'false *': 1,
      'grep foo': async ({ stdin }) => (await stdin.text()).split('\n').filter((line) => line.includes('foo')),
    })
    assert.equal((await process.pipe(['cat test', 'grep foo'])).output(), 'foo\n')
    const failed = await process.pipe((pipe) => [pipe.command('false x'), pipe.command('grep foo')])
    assert.equal(failed.failed(), true)
  })
})

test('as in Laravel, claims go by functions of the command and its result, or by text', async () => {
  const process = createProcess()
  using _ = process.fake({ 'printenv *': process.sequence().push('a').push('b'), 0: '' })
  for (const value of ['a', 'b']) await process.env({ TEST_VAR: value }).run('printenv TEST_VAR')
  await process.start('0').then((zero) => zero.wait())
  process
    .assertRan(({ command }, result) => command === 'printenv TEST_VAR' && result?.output() === 'a')
    .assertRanTimes(({ text }) => text.includes('printenv'), 2)
    .assertRan('0')
    .assertNotRan('ls -la')
})

async function rehearsing(rules: Rules | undefined, body: (process: ProcessFactory) => Promise<void>): Promise<void> {
  const process = createProcess()
  using _ = process.fake(rules)
  await body(process)
}

async function outputOf(rules: Rules, command: string | readonly string[]): Promise<string> {
  const process = createProcess()
  using _ = process.fake(rules)
  return (await process.run(command)).output()
}

async function outputs(process: ProcessFactory, commands: readonly string[]): Promise<string[]> {
  const all: string[] = []
  for (const command of commands) all.push((await process.run(command)).output())
  return all
}
