import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import {
  BadRuleError,
  BadScenarioError,
  type ProcessCancelledError,
  SequenceExhaustedError,
  StrayProcessError,
} from '../../src/errors.ts'
import type { Handler } from '../../src/fake/handlers.ts'
import { RuleBook, type Rules } from '../../src/fake/rules.ts'
import { describePattern, type Pattern } from '../../src/matching.ts'
import { createProcess, Process } from '../../src/process.ts'

/** What a command does under rules, as far as its result tells: stdout, stderr, exit code. */
async function answer(rules: Rules | undefined, command: string | readonly string[] = 'ls -la') {
  const own = createProcess()
  using _ = own.fake(rules)
  const result = await own.run(command)
  return [result.output(), result.errorOutput(), result.exitCode()]
}

describe('a short form', () => {
  const forms: readonly (readonly [string, () => Handler, readonly unknown[]])[] = [
    ['text is stdout as it is', () => 'ok', ['ok', '', 0]],
    ['empty text is a success without output', () => '', ['', '', 0]],
    ['lines are lines of stdout', () => ['one', 'two'], ['one\ntwo\n', '', 0]],
    ['a number is an exit code', () => 3, ['', '', 3]],
    ['zero is a success', () => 0, ['', '', 0]],
    ['a result is played with both streams', () => Process.result('out', 'err', 4), ['out', 'err', 4]],
    ['a description is played', () => Process.describe().output('o').errorOutput('e').exitCode(5), ['o\n', 'e\n', 5]],
    ['a scenario is played', () => [{ write: 'err', data: 'e' }, { exit: 6 }], ['', 'e', 6]],
    ['a sequence gives its next answer', () => Process.sequence(['first', 'second']), ['first', '', 0]],
    ['a sequence in a sequence gives its own', () => Process.sequence([Process.sequence([7])]), ['', '', 7]],
    ['a function gives any of these', () => () => ['a line'], ['a line\n', '', 0]],
    ['a function that gives nothing succeeds', () => () => undefined, ['', '', 0]],
    ['a promise gives any of these', () => async () => Process.result('later'), ['later', '', 0]],
  ]

  for (const [title, make, expected] of forms) {
    test(`${title}, by pattern and for every command`, async () => {
      assert.deepEqual(await answer({ 'ls *': make() }), expected)
      assert.deepEqual(await answer(make()), expected)
    })
  }

  test('an error is thrown by start and by run', async () => {
    const own = createProcess()
    const error = new RangeError('no such disk')
    using _ = own.fake({ ls: error })
    await assert.rejects(own.start('ls'), error)
    await assert.rejects(own.run('ls'), error)
    assert.deepEqual(await own.processes.list(), [])
  })

  test('a result that died of a signal dies of it again', async () => {
    const own = createProcess()
    using _ = own.fake({ first: Process.describe().crashes(), second: () => crashed })
    const crashed = await own.run('first')
    assert.equal((await own.run('second')).signal(), 'SIGSEGV')
  })

  for (const encoding of ['latin1', 'hex', 'utf16le'] as const) {
    test(`a result in ${encoding} writes the bytes again that it was made of, to both streams`, async () => {
      const own = createProcess()
      const [out, err] = [Buffer.from([0xe9, 0, 0xff, 0x0a]), Buffer.from([0xff, 0xe8, 0x00])]
      using _ = own.fake({ first: Process.describe().output(out).errorOutput(err), second: () => first })
      const first = await own.encoding(encoding).run('first')
      const second = await own.run('second')
      assert.deepEqual([Buffer.from(second.bytes()), Buffer.from(second.errorBytes())], [out, err])
    })
  }

  test('a result that never started fails to start for the same reason', async () => {
    const own = createProcess()
    using _ = own.fake({ first: Process.describe().failsToStart('EACCES'), 'by *': Process.result() })
    const first = await own.run('first')
    using __ = own.fake({ 'by rule': first, 'by function': () => first, 'later *': async () => first })
    for (const command of ['by rule', 'by function']) {
      await assert.rejects(own.start(command), { code: 'ERR_PROCESS_START', errno: 'EACCES' })
      assert.deepEqual((await own.run(command)).outcome, { kind: 'notStarted', errno: 'EACCES' })
    }
    const message = 'Cannot start "later": permission denied'
    await assert.rejects(own.run(['later', 'on']), { code: 'ERR_PROCESS_START', errno: 'EACCES', message })
  })

  test('no rules at all let everything succeed', async () => {
    assert.deepEqual(await answer(undefined), ['', '', 0])
  })
})

describe('of several rules that match', () => {
  for (const [title, rules, command, expected] of [
    ['the exact one answers before a wider one', { 'git push': 'exact', 'git *': 'wide' }, 'git push', 'exact'],
    ['the order of writing does not matter', { 'git *': 'wide', 'git push': 'exact' }, 'git push', 'exact'],
    ['the longer glob answers', { '*': 'all', 'git *': 'some', 'git push *': 'few' }, 'git push origin', 'few'],
    ['any glob answers before the star', { '*': 'all', 'g*': 'some' }, 'git push', 'some'],
    [
      'the latest of equals answers',
      [
        ['git p*', 'first'],
        ['git *h', 'second'],
      ],
      'git push',
      'second',
    ],
    [
      'a glob answers before a RegExp, and that before a predicate',
      [
        ['gi*', 'glob'],
        [/git/, 'RegExp'],
        [() => true, 'predicate'],
      ],
      'git',
      'glob',
    ],
    [
      'a predicate answers before the star',
      [
        [() => true, 'predicate'],
        ['*', 'star'],
      ],
      'git',
      'predicate',
    ],
  ] as const satisfies readonly (readonly [string, Rules, string, string])[]) {
    test(title, async () => {
      assert.equal((await answer(rules as Rules, command))[0], expected)
    })
  }

  test('those that answered nothing are known', () => {
    const rules = new RuleBook({ ls: 'a', 'git *': 'b', '*': 'c' })
    const view = { command: 'ls', text: 'ls', name: undefined, path: undefined, env: {}, input: undefined }
    rules.partFor(view)
    rules.partFor({ ...view, text: 'cat' })
    assert.deepEqual(rules.unused(), ['git *'])
  })
})

test('a rule may go by the folder, the variables, the input and the name', async () => {
  const process = createProcess()
  using _ = process.fake([
    [({ path }) => path === '/a', 'by folder'],
    [({ env }) => env.KEY === '1', 'by variable'],
    [({ input }) => input === 'x', 'by input'],
    [({ name }) => name === 'n', 'by name'],
  ])
  const each = [process.path('/a'), process.env({ KEY: '1' }), process.input('x'), process.name('n')]
  const outputs = await Promise.all(each.map(async (pending) => (await pending.run('it')).output()))
  assert.deepEqual(outputs, ['by folder', 'by variable', 'by input', 'by name'])
})

test('a rule with conditions answers before one of the same text without', async () => {
  const process = createProcess()
  using _ = process.fake([
    ['git *', 'anywhere'],
    [{ command: 'git *', path: '/repo' }, 'in the folder'],
    [{ command: 'git *', path: '/repo', env: { CI: /./ } }, 'in the folder, for CI'],
    [{ user: 'www-data' }, 'as the server'],
  ])
  const outputs = [
    await process.run('git log'),
    await process.path('/repo').run('git log'),
    await process.path('/repo').env({ CI: '1' }).run('git log'),
    await process.user('www-data').run('ls'),
  ].map((result) => result.output())
  assert.deepEqual(outputs, ['anywhere', 'in the folder', 'in the folder, for CI', 'as the server'])
  process.assertRan('git *', { path: '/repo', env: { CI: '1' } }).assertRan('ls', { user: /^www/ })
  assert.throws(() => process.assertRan('git *', { path: '/other' }), /not as the condition says/)
  process.assertRan({ command: 'git l*', path: '/repo' }).assertNotRan({ command: 'git *', path: '/other' })
})

describe('a command that no rule knows', () => {
  test('is refused with the nearest rules', async () => {
    const rules = { 'git push *': '', 'git pull': '', 'ls *': '', 'zip *': '', 'npm run build': '' }
    await assert.rejects(answer(rules, ['git', 'push']), (error) => {
      assert(error instanceof StrayProcessError)
      assert.equal(error.code, 'ERR_PROCESS_STRAY')
      const [headline, ...nearest] = error.message.split('\n')
      assert.match(headline ?? '', /^Cannot start "git push": no rule of this rehearsal matches it\./)
      assert.deepEqual(nearest, [
        "  'git push *'",
        '      argument 2: something is missing',
        "  'git pull'",
        "      argument 1: 'push' is not 'pull'",
        "  'npm run build'",
        "      program: 'git' is not 'npm'",
        "      argument 1: 'push' is not 'run'",
        "      argument 2: 'build' is missing",
      ])
      return true
    })
  })

  for (const [pattern, command, differences] of [
    [
      ['git', /^p/, 'x'],
      ['git', 'log', 'y', 'z'],
      ["argument 1: 'log' is not /^p/", "argument 2: 'y' is not 'x'", "argument 3: 'z' is one too many"],
    ],
    [['git', '*'], 'git log', ['it is text for the shell, and not an array of arguments']],
    [/svn/, 'git log', ['it finds nothing in the text']],
    [() => false, 'git log', ['its function says no']],
    ['git * --hard', 'git reset', ['what follows is not as it says']],
    ["git 'two words'", ['git', 'two  words'], ["argument 1: 'two  words' is not 'two words'"]],
    [
      { command: 'git *', path: '/a', env: { A: /1/, B: false }, input: 'in', name: 'n', user: 7 },
      'git log',
      [
        'path: what it was not given is not "/a"',
        'input: what it was not given is not "in"',
        'name: what it was not given is not "n"',
        'user: what it was not given is not 7',
        'env A: what it was not given is not /1/',
        'env B: what it was not given is not removed',
      ],
    ],
  ] as const) {
    test(`differs from ${describePattern(pattern as Pattern)} as its message says`, async () => {
      await assert.rejects(answer([[pattern as Pattern, '']], command), (error: Error) => {
        assert.deepEqual(
          error.message
            .split('\n')
            .slice(2)
            .map((line) => line.trim()),
          differences,
        )
        return true
      })
    })
  }

  test('is refused when there are no rules', async () => {
    await assert.rejects(answer({}), { name: 'StrayProcessError', message: /There are no rules\.$/ })
    await assert.rejects(answer([]), { name: 'StrayProcessError' })
  })
})

describe('a sequence', () => {
  test('does not answer a run while another one still waits for its own answer', async () => {
    const own = createProcess()
    using _ = own.fake({ 'git *': Process.sequence(['one', 'two', 'three']) })
    const [first, second] = await Promise.allSettled([own.run('git a'), own.run('git b')])
    assert.equal(first.status, 'fulfilled')
    assert.match(
      String((second as PromiseRejectedResult).reason),
      /BadRuleError: Cannot answer "git b" by the rule 'git \*'/,
    )
    assert.equal((await own.run('git c')).output(), 'two')
  })

  test('answers what runs beside each other in the order in which that is described', async () => {
    const own = createProcess()
    using _ = own.fake(Process.sequence([Process.describe().after('1s').output('a'), 'b', 'c']))
    const results = await own.concurrently({ x: 'x', y: 'y', z: 'z' })
    assert.deepEqual([results.x.output(), results.y.output(), results.z.output()], ['a\n', 'b', 'c'])
  })

  test('answers in order, and then says that it is exhausted', async () => {
    const own = createProcess()
    const answers = Process.sequence(['one']).push(2)
    using _ = own.fake({ ls: answers })
    assert.equal((await own.run('ls')).output(), 'one')
    assert.equal(answers.isEmpty(), false)
    assert.equal((await own.run('ls')).exitCode(), 2)
    assert.equal(answers.isEmpty(), true)
    await assert.rejects(own.run('ls'), (error) => {
      assert(error instanceof SequenceExhaustedError)
      assert.equal(error.message, `Cannot answer "ls" by the rule 'ls': its sequence has no answer left`)
      return true
    })
  })

  test('gives what it has for the end, for ever', async () => {
    const own = createProcess()
    using _ = own.fake({ a: Process.sequence([1]).whenEmpty(2), b: Process.sequence([1]).dontFailWhenEmpty() })
    const codes: (number | null)[] = []
    for (const command of ['a', 'a', 'a', 'b', 'b', 'b']) codes.push((await own.run(command)).exitCode())
    assert.deepEqual(codes, [1, 2, 2, 1, 0, 0])
  })

  for (const bad of [null, undefined, true, 256, -1, {}, new Map()]) {
    test(`with ${shown(bad)} in it is refused when that is put into it`, () => {
      const message = /^Cannot answer in a sequence with /
      for (const make of [
        () => Process.sequence([1, bad as Handler]),
        () => Process.sequence().push(bad as Handler),
        () => Process.sequence().whenEmpty(bad as Handler),
      ])
        assert.throws(make, { name: 'BadRuleError', message })
    })
  }

  test('with a scenario in it that nobody could perform is refused when that is put into it', () => {
    assert.throws(() => Process.sequence([[{ wait: -1 }]]), BadScenarioError)
  })

  test('with a hole in it is refused when it is made', () => {
    // biome-ignore lint/suspicious/noSparseArray: it is what the test is about.
    assert.throws(() => Process.sequence(['a', , 'b'] as Handler[]), { message: /in a sequence with undefined/ })
  })

  for (const bad of ['ok', 5, null, new Set(['ok']), { 0: 'ok' }]) {
    test(`of ${shown(bad)} is refused, for it is no list`, () => {
      const message = /^Cannot make a sequence of .*: expected a list of answers$/
      assert.throws(() => Process.sequence(bad as unknown as Handler[]), { name: 'BadRuleError', message })
    })
  }

  test('is not changed by what becomes of the list that it was made from', async () => {
    const list = [1, 2]
    const answers = Process.sequence(list)
    list.length = 0
    assert.equal((await answer({ '*': answers }))[2], 1)
  })
})

describe('a rule that means nothing', () => {
  for (const bad of [null, undefined, true, 5n, Symbol('s'), {}, { exitCode: 1 }, new Map(), new Date(0)]) {
    test(`because it answers with ${shown(bad)} is refused when it is made`, () => {
      const rules = [['ls', bad]] as unknown as Rules
      assert.throws(() => new RuleBook(rules), { name: 'BadRuleError', message: /^Cannot answer 'ls' with / })
    })
  }

  for (const bad of [null, true, 5n, Symbol('s'), new Map(), new Date(0)]) {
    test(`because it stands alone as ${shown(bad)} is refused when it is made`, () => {
      assert.throws(() => createProcess().fake(bad as unknown as Rules), BadRuleError)
    })
  }

  test('because its pattern can never match is refused when it is made', () => {
    for (const pattern of ['', ' ', []]) assert.throws(() => new RuleBook([[pattern, 'x']]), BadRuleError)
  })

  test('because another rule has the same pattern is refused when it is made', () => {
    const same = () => true
    for (const pattern of ['ls', ['ls', '*'], /ls/, { path: '/a' }, same]) {
      const rules = [
        [pattern, 'a'],
        ['*', 'b'],
        [pattern, 'c'],
      ] as unknown as Rules
      assert.throws(() => new RuleBook(rules), { name: 'BadRuleError', message: /as the pattern of two rules/ })
    }
  })

  test('because its conditions are none is refused when it is made', () => {
    for (const conditions of [{}, { colour: 'red' }]) {
      assert.throws(() => new RuleBook([[conditions as Pattern, 'x']]), BadRuleError)
    }
  })

  test('is named with the value', () => {
    assert.throws(() => new RuleBook({ ls: { exitCode: 1 } as unknown as Handler }), {
      message: 'Cannot answer \'ls\' with {"exitCode":1}: expected text, lines, an exit code or a description',
    })
  })

  test('leaves no rehearsal behind', async () => {
    const own = createProcess()
    assert.throws(() => own.fake(null as unknown as Rules), BadRuleError)
    assert.throws(() => own.recorded(), /nothing is recorded/)
  })

  test('because a function answers with it is refused when it does', async () => {
    await assert.rejects(
      answer(() => null as unknown as string),
      { name: 'BadRuleError', message: /"ls -la" by the rule '\*' with null/ },
    )
  })

  for (const bad of [256, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`because ${bad} is no exit code is refused when it is made, or when a function gives it`, async () => {
      const message = (what: string) =>
        `Cannot answer ${what} with ${bad}: an exit code is a whole number from 0 to 255`
      assert.throws(() => new RuleBook({ ls: bad }), { name: 'BadRuleError', message: message("'ls'") })
      await assert.rejects(
        answer(() => bad),
        { name: 'BadRuleError', message: message('"ls -la" by the rule \'*\'') },
      )
    })
  }

  test('because its result has an exit code that no process has is refused when it is made', () => {
    assert.throws(() => new RuleBook({ ls: Process.result('', '', 256) }), {
      name: 'BadRuleError',
      message: /its exit code is 256, and an exit code is a whole number from 0 to 255$/,
    })
  })

  test('because its result is of a process that was cancelled before it ran is refused when it is made', async () => {
    const own = createProcess()
    using _ = own.fake()
    const error = await own
      .abortSignal(AbortSignal.abort())
      .run('ls')
      .catch((cancelled: ProcessCancelledError) => cancelled)
    assert.throws(() => new RuleBook({ ls: (error as ProcessCancelledError).result }), {
      name: 'BadRuleError',
      message: /its process never ran, and has no end \(cancelled\)$/,
    })
  })

  test('because it answers with a class is refused when it is made', () => {
    class Answer {}
    const message = /^Cannot answer 'ls' with \[class Answer\]: a class is no program/
    assert.throws(() => new RuleBook({ ls: Answer as unknown as Handler }), { name: 'BadRuleError', message })
  })

  for (const bad of [[{ sing: 'a song' }], [{ exit: 0 }, { exit: 1 }], ['a line', { exit: 1 }]]) {
    test(`because it is the scenario ${JSON.stringify(bad)} is refused when it is made`, () => {
      assert.throws(() => new RuleBook({ '*': bad as unknown as Handler }), BadScenarioError)
    })
  }
})

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
