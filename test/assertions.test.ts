import assert, { AssertionError } from 'node:assert'
import { describe, test } from 'vitest'
import { createProcess, Process, type ProcessFactory } from '../src/index.ts'
import { shown } from '../src/shown.ts'
import { someRuns } from './some-runs.ts'

type Claim = (own: ProcessFactory) => unknown

describe('a claim about what ran', () => {
  const claims: readonly (readonly [string, Claim, Claim, string])[] = [
    [
      'assertRan',
      (own) => own.assertRan('git push *'),
      (own) => own.assertRan('git pull'),
      "Expected 'git pull' to have run, but it did not",
    ],
    [
      'assertRan with a condition',
      (own) => own.assertRan('git *', (_, result) => result?.failed()),
      (own) => own.assertRan('git *', ({ text }, result) => text.includes('commit') && result?.failed()),
      "Expected 'git *' to have run, but not as the condition says: it ran 2 times",
    ],
    [
      'assertRanTimes',
      (own) => own.assertRanTimes('git *', 2),
      (own) => own.assertRanTimes('git *', 1),
      "Expected 'git *' to have run once, but it ran 2 times",
    ],
    [
      'assertRanTimes with none',
      (own) => own.assertRanTimes('svn *', 0),
      (own) => own.assertRanTimes(['svn', 'up'], 3),
      "Expected ['svn', 'up'] to have run 3 times, but it ran 0 times",
    ],
    [
      'assertNotRan',
      (own) => own.assertNotRan(/^svn/),
      (own) => own.assertNotRan(/^git/),
      'Expected /^git/ not to have run, but it did',
    ],
    [
      'assertDidntRun',
      (own) => own.assertDidntRun('svn *'),
      (own) => own.assertDidntRun('ls'),
      "Expected 'ls' not to have run, but it did",
    ],
    [
      'assertRanCount',
      (own) => own.assertRanCount(4),
      (own) => own.assertRanCount(2),
      'Expected 2 commands to have run, but there were 4',
    ],
    [
      'assertRanInOrder',
      (own) => own.assertRanInOrder(['git commit *', /push/, 'ls', () => true]),
      (own) => own.assertRanInOrder(['git commit *', 'ls', /push/, 'cat']),
      "Expected 'ls' to have run as #2, but it did not",
    ],
    [
      'assertRanInOrder with one too few',
      (own) => own.assertRanInOrder(['*', '*', '*', '*']),
      (own) => own.assertRanInOrder(['git commit *', 'git push *', 'ls']),
      'Expected 3 commands in order, but 4 ran',
    ],
    [
      'assertSignalled',
      (own) => own.assertSignalled('cat', 'SIGUSR1').assertSignalled('cat', 15),
      (own) => own.assertSignalled('ls', 'SIGSEGV'),
      "Expected 'ls' to have been sent SIGSEGV, but it was not",
    ],
    [
      'assertStopped',
      (own) => own.assertStopped('cat'),
      (own) => own.assertStopped('ls'),
      "Expected 'ls' to have been stopped, but it was not",
    ],
    [
      'assertInput',
      (own) => own.assertInput('cat', 'some text'),
      (own) => own.assertInput('cat', 'some'),
      'Expected \'cat\' to have got the input "some", but it got "some text"',
    ],
    [
      'assertInput of what did not run',
      (own) => own.assertInput('ls', ''),
      (own) => own.assertInput('dog', 'some text'),
      'Expected \'dog\' to have got the input "some text", but it did not run',
    ],
    [
      'assertAllFakesUsed',
      (own) => own.fake({}) && own.assertAllFakesUsed(),
      (own) => own.assertAllFakesUsed(),
      "Expected every rule to be used, but these were not: 'svn *'",
    ],
    [
      'assertNothingRan',
      (own) => own.fake('').restore(),
      (own) => own.assertNothingRan(),
      'Expected nothing to have run',
    ],
  ]

  for (const [title, holds, fails, message] of claims) {
    test(`${title} passes when it holds`, async () => {
      holds(await someRuns())
    })

    test(`${title} fails with an AssertionError that shows what did run`, async () => {
      const own = await someRuns()
      assert.throws(
        () => fails(own),
        (error) => {
          assert(error instanceof AssertionError)
          assert.equal(
            error.message,
            `${message}

What ran:
  1  git commit -m 'two words'  (exit 0)
  2  git push origin  (exit 1)
  3  ls  (signalled)
  4  cat  (signalled)`,
          )
          return true
        },
      )
    })
  }

  test('of each kind can be chained', async () => {
    const own = await someRuns()
    own.assertRan('ls').assertRanTimes('ls', 1).assertNotRan('dog').assertDidntRun('dog').assertRanCount(4)
    own.fake()
    own.assertNothingRan().assertRanCount(0)
  })

  test('may be about the command and its result', async () => {
    const own = await someRuns()
    own.assertRanTimes((_, result) => result?.failed(), 3)
    own.assertRan(({ command }, result) => Array.isArray(command) && result?.errorOutput() === 'denied')
    assert.throws(() => own.assertRan((_, result) => result?.exitCode() === 77), AssertionError)
  })

  test('points at the line that makes it', async () => {
    const own = await someRuns()
    for (const [, , fails] of claims) {
      assert.throws(
        () => fails(own),
        (error) => {
          const top = (error as Error).stack?.split('\n').find((line) => line.startsWith('    at '))
          return top?.includes('assertions.test.ts')
        },
      )
    }
  })

  test('of how often a command ran means once unless it says so', async () => {
    const own = await someRuns()
    own.assertRanTimes('ls')
    assert.throws(() => own.assertRanTimes('git *'), {
      message: /^Expected 'git \*' to have run once, but it ran 2 times/,
    })
    assert.throws(() => own.assertRanTimes('svn *'), {
      message: /^Expected 'svn \*' to have run once, but it ran 0 times/,
    })
  })

  for (const bad of [Number.NaN, -1, 1.5, null, '1', 2n]) {
    test(`of ${shown(bad)} times is refused in words`, async () => {
      const own = await someRuns()
      const refused = (what: string) => ({
        name: 'TypeError',
        message: `Cannot claim that ${what} ran ${shown(bad)} times: expected a whole number from 0 on`,
      })
      assert.throws(() => own.assertRanTimes('ls', bad as number), refused("'ls'"))
      assert.throws(() => own.assertRanCount(bad as number), refused('commands'))
    })
  }

  test('of an order that is no list is refused in words', async () => {
    const own = await someRuns()
    const message = 'Cannot claim an order by "ls": expected a list of patterns'
    assert.throws(() => own.assertRanInOrder('ls' as unknown as string[]), { name: 'TypeError', message })
  })

  test('with a pattern that can never match is refused', async () => {
    const own = await someRuns()
    for (const pattern of ['', []]) assert.throws(() => own.assertNotRan(pattern), { name: 'BadRuleError' })
  })

  test('cannot be made where nothing is recorded', () => {
    const own = createProcess()
    for (const claim of [() => own.assertNothingRan(), () => own.assertRan('ls'), () => own.recorded()])
      assert.throws(claim, { message: /^Cannot tell what ran: nothing is recorded/ })
  })

  test('cannot be made after the rehearsal, and the error says that it is over', async () => {
    const ended: readonly ((own: ProcessFactory) => unknown)[] = [
      (own) => own.fake().restore(),
      (own) => own.fake({}, async () => {}),
      (own) => own.spy().restore(),
    ]
    for (const end of ended) {
      const own = createProcess()
      const code = 'ERR_NOTHING_RECORDED'
      assert.throws(() => own.assertNothingRan(), { code, message: /^(?!.*is over).*nothing is recorded/ })
      await end(own)
      assert.throws(() => own.assertNothingRan(), { code, message: /^Cannot tell what ran: the rehearsal is over, / })
      using _ = own.fake()
      own.assertNothingRan()
    }
  })

  test('that fails where nothing ran says so', () => {
    const own = createProcess()
    own.fake()
    assert.throws(() => own.assertRan('ls'), { message: "Expected 'ls' to have run, but it did not\n\nNothing ran." })
  })

  test('tells what still runs', async () => {
    const own = createProcess()
    using _ = own.fake(Process.describe().hangs())
    await own.start('server')
    assert.throws(() => own.assertNothingRan(), { message: /\n {2}1 {2}server {2}\(running\)$/ })
  })

  test('shows a command under the name that it was given', async () => {
    const process = createProcess()
    using _ = process.fake()
    await process.name('build').run('make all')
    assert.throws(() => process.assertNothingRan(), /1 {2}build: make all {2}\(exit 0\)/)
  })

  test('keeps the numbers of a long table in line', async () => {
    const own = createProcess()
    using _ = own.fake()
    for (let run = 1; run <= 10; run++) await own.run(`run ${run}`)
    assert.throws(() => own.assertNothingRan(), { message: /\n {3}9 {2}run 9 {2}\(exit 0\)\n {2}10 {2}run 10 / })
  })
})

test('a process that ran into its time limit was not stopped by its caller', async () => {
  const process = createProcess()
  using _ = process.fake({ '*': process.describe().hangs() })
  await assert.rejects(process.timeout('1s').run('serve'))
  assert.throws(() => process.assertStopped('serve'), /to have been stopped, but it was not/)
})
