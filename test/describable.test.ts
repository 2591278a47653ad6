import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess } from '../src/index.ts'

describe('a description', () => {
  const process = createProcess()
  const folder = (condition: boolean, method: 'when' | 'unless', otherwise?: string) => {
    const other = otherwise === undefined ? [] : [(next: typeof pending) => next.path(otherwise)]
    const pending = process.command('x')
    return pending[method](condition, (next) => next.path('/then'), ...other).settings.path
  }

  test('goes one way or the other by a condition', () => {
    assert.deepEqual([folder(true, 'when'), folder(false, 'when')], ['/then', undefined])
    assert.deepEqual([folder(true, 'when', '/else'), folder(false, 'when', '/else')], ['/then', '/else'])
    assert.deepEqual([folder(true, 'unless'), folder(false, 'unless')], [undefined, '/then'])
    assert.deepEqual([folder(true, 'unless', '/else'), folder(false, 'unless', '/else')], ['/else', '/then'])
  })

  test('goes by what a function says of it, and stays what it is where nothing is given back', () => {
    const pending = process.path('/a')
    const isInA = (of: typeof pending) => of.settings.path === '/a'
    assert.equal(pending.when(isInA, (next) => next.path('/b')).settings.path, '/b')
    assert.equal(pending.unless(isInA, (next) => next.path('/b')).settings.path, '/a')
    assert.equal(pending.when(true, (() => {}) as never).settings.path, '/a')
  })

  test('refuses what means nothing as soon as it is said, with the value', () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const refused: readonly [() => unknown, string | RegExp][] = [
      [() => process.path(5 as never), 'Cannot use 5 as folder: expected text'],
      [() => process.name(Symbol('n') as never), 'Cannot use Symbol(n) as name: expected text'],
      [() => process.env('A=b' as never), /^Cannot use "A=b" as variables: expected an object/],
      [() => process.env(['A=b'] as never), /^Cannot use \["A=b"\] as variables/],
      [() => process.env(null as never), /^Cannot use null as variables/],
      [() => process.env({ PORT: 80 } as never), 'Cannot use 80 as variable PORT: expected text'],
      [() => process.env({ '': 'x' }), 'Cannot set the variable "": not a name'],
      [() => process.input(0 as never), /^Cannot use 0 as input: expected text, bytes, a stream/],
      [() => process.input({} as never), /^Cannot use \{\} as input/],
      [() => process.input(null as never), /^Cannot use null as input/],
      [
        () => process.abortSignal(new AbortController() as never),
        /^Cannot be ended by AbortController .*an AbortSignal$/,
      ],
      [() => process.redact(undefined as never), /^Cannot redact undefined: expected text/],
      [() => process.redact(''), /^Cannot redact "": expected text that is not empty, or a RegExp$/],
      [() => process.onOutput(5 as never), 'Cannot use 5 as onOutput: expected a function'],
      [() => process.retry(2, { when: true as never }), 'Cannot use true as when: expected a function'],
      [
        () => process.maxOutput(1, { onOverflow: 'trunc' as never }),
        'Cannot use "trunc" as onOverflow: expected "kill" or "truncate"',
      ],
      [() => process.maxOutput(1, { keep: 'end' as never }), 'Cannot use "end" as keep: expected "head" or "tail"'],
      [() => process.command(circular as never), /^Cannot start <ref \*1> .*: expected text or an array of words$/],
      [() => process.command(10n as never), 'Cannot start 10n: expected text or an array of words'],
      [() => process.timeout(circular as never), /^Cannot use <ref \*1>/],
      [() => process.pool({ a: 'true' }).onProgress(5 as never), 'Cannot use 5 as onProgress: expected a function'],
      [
        () =>
          process
            .command('a')
            .pipe('b')
            .pipeOutput(5 as never),
        'Cannot use 5 as output file: expected text',
      ],
      [
        () =>
          process
            .command('a')
            .pipe('b')
            .pipeErrorOutput(null as never),
        'Cannot use null as output file: expected text',
      ],
      [
        () =>
          process
            .command('a')
            .pipe('b')
            .pipeInput({ file: 5 as never }),
        'Cannot use 5 as input file: expected text',
      ],
      [
        () =>
          process
            .command('a')
            .pipe('b')
            .pipeThrough('c' as never),
        'Cannot connect "c": expected a list of commands',
      ],
      [
        () => process.pool(async (pool) => pool.command('a')),
        /^Cannot describe a pool by a function that gives a promise/,
      ],
    ]
    for (const [say, message] of refused) assert.throws(say, { name: 'TypeError', message }, String(say))
  })

  test('shows no secret of one that is taken for a command', () => {
    const pending = process.env({ TOKEN: 's3cret' }).redact('s3cret').command('ls')
    const message = 'Cannot start a PendingProcess: expected text or an array of words'
    assert.throws(() => process.command(pending as never), { name: 'TypeError', message })
  })

  test('refuses in a call what no run could use, before anything starts', async () => {
    using _ = process.fake({ '*': '' })
    const refused: readonly [() => Promise<unknown>, string | RegExp][] = [
      [() => process.run('a', 5 as never), 'Cannot use 5 as onOutput: expected a function'],
      [() => process.start('a', 'x' as never), 'Cannot use "x" as onOutput: expected a function'],
      [() => process.pipe('ls' as never), 'Cannot connect "ls": expected a list of commands'],
      [() => process.pipe(async (pipe) => pipe.command('a')), /^Cannot describe a pipeline by a function that gives/],
      [() => process.pipe(['a', 'b'], 5 as never), 'Cannot use 5 as onOutput: expected a function'],
      [
        () => process.env((async () => ({})) as never).run('a'),
        /^Cannot use Promise .* as variables: expected an object/,
      ],
      [() => process.tty().idleTimeout('1s').run('a'), /^Cannot watch the silence of a process that has the terminal/],
      [
        () => process.idleTimeout('1s').command('a').pipe('b').pipeErrorOutput('err').run(),
        /^Cannot watch the silence of a stage/,
      ],
    ]
    for (const [call, message] of refused) await assert.rejects(call, { name: 'TypeError', message }, String(call))
    process.assertNothingRan()
  })

  test('stages that are described already may stand in a list of them', async () => {
    using _ = process.fake({ cat: '', echo: 'x' })
    await process.pipe([process.env({ A: 'b' }).command('echo'), 'cat'])
    process.assertRan('echo', { env: { A: 'b' } })
  })

  test('takes options of the driver by their names and kinds, and says which there are', () => {
    const given = { argv0: 'other', shell: '/bin/bash', windowsHide: true }
    assert.deepEqual(process.command('x').options(given).settings.options, given)
    const refused: readonly [object, string][] = [
      [{ argv0: 7 }, 'Cannot use 7 as the option "argv0": expected a string'],
      [{ windowsHide: 'yes' }, 'Cannot use "yes" as the option "windowsHide": expected a boolean'],
      [
        { colour: 'red' },
        'Cannot use "red" as the option "colour": known are argv0, shell, windowsHide, windowsVerbatimArguments',
      ],
    ]
    for (const [options, message] of refused)
      assert.throws(() => process.options(options as never), { name: 'TypeError', message })
  })
})
