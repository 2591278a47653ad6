import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { CommandInput } from '../src/command.ts'
import { commandText } from '../src/command.ts'
import { BadRuleError } from '../src/errors.ts'
import { type CommandView, describePattern, matcherFor, type Pattern } from '../src/matching.ts'
import { Process } from '../src/process.ts'

describe('a pattern', () => {
  const table: readonly (readonly [Pattern, CommandInput, boolean])[] = [
    ['ls', 'ls', true],
    ['ls', 'ls -la', false],
    ['ls', ['ls'], true],
    ['ls *', ['ls', '-la'], true],
    ['ls *', 'ls', false],
    ['*', 'anything at all', true],
    ['*', 'two\nlines', true],
    ['git * --hard', 'git reset --hard', true],
    ['git * --hard', 'git reset --hard HEAD', false],
    ['*reset*', 'git reset --hard', true],
    ['a.c', 'abc', false],
    ['a.c *', 'abc d', false],
    ['a?c *', 'abc d', false],
    ['a+ *', 'aa b', false],
    ['$(a) *', '$(a) b', true],
    ['[ab]*', 'abc', false],
    ['[ab]*', '[ab] c', true],
    ['echo (a|b) *', 'echo (a|b) $x', true],
    ["git commit -m 'two words'", ['git', 'commit', '-m', 'two words'], true],
    ['git commit -m two words', ['git', 'commit', '-m', 'two words'], false],
    ['find *.ts', ['find', '*.ts'], true],
    [['ls', '-la'], ['ls', '-la'], true],
    [['ls', '-la'], 'ls -la', false],
    [['ls'], ['ls', '-la'], false],
    [['ls', '-la'], ['ls'], false],
    [['git', '*'], ['git', 'two words'], true],
    [['git', 're*'], ['git', 'commit'], false],
    [['git', /^re/, (word) => word.length === 6], ['git', 'reset', '--hard'], true],
    [['git', /^re/, (word) => word.length === 6], ['git', 'reset', '--soft-'], false],
    [['two words'], ['two words'], true],
    [/^git (pull|push)$/, 'git push', true],
    [/^git (pull|push)$/, ['git', 'push'], true],
    [/^git (pull|push)$/, 'git push -f', false],
    [({ text }) => text.endsWith('!'), 'echo hi!', true],
    [({ text }) => text.endsWith('!'), 'echo hi', false],
    [({ command }) => Array.isArray(command), ['ls'], true],
    [() => 0, 'ls', false],
    [() => 'yes', 'ls', true],
  ]

  for (const [pattern, command, matches] of table) {
    test(`${describePattern(pattern)} ${matches ? 'means' : 'does not mean'} ${JSON.stringify(command)}`, () => {
      assert.equal(matcherFor(pattern).matches(view(command)), matches)
    })
  }

  test('of fixed words means exactly the command of that text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        fc.pre(one.trim() !== '' && !one.includes('*'))
        assert.equal(matcherFor(one).matches(view(one)), true)
        assert.equal(matcherFor(one).matches(view(other)), one === other)
      }),
    )
  })

  test('with stars means what begins, goes on and ends as it says', () => {
    const part = fc.string().filter((text) => !text.includes('*'))
    fc.assert(
      fc.property(part, part, part, part, (begin, end, one, other) => {
        assert.equal(matcherFor(`${begin}*${end}`).matches(view(`${begin}${one}${other}${end}`)), true)
        assert.equal(matcherFor(`${begin}x*`).matches(view(`${begin}y${one}`)), false)
      }),
    )
  })

  test('with stars means what a RegExp means that has anything in the place of each', () => {
    const few = (letters: readonly string[], maxLength: number) =>
      fc.array(fc.constantFrom(...letters), { maxLength }).map((parts) => parts.join(''))
    const [glob, text] = [
      few(['*', '*', 'a', 'b', '.', '\\', '\n', 'é', '😀'], 8),
      few(['a', 'b', '.', '\\', '\n', 'é', '😀'], 10),
    ]
    fc.assert(
      fc.property(glob, text, (pattern, command) => {
        fc.pre(pattern.trim() !== '')
        const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        const expected = new RegExp(`^${literal.join('[^]*')}$`, 'u').test(command)
        assert.equal(matcherFor(pattern).matches(view(command)), expected)
        assert.equal(matcherFor([pattern]).matches(view([command])), expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('with many stars is looked for in no more steps than the text has places for each', () => {
    // Whoever tried every place for every star would not come to an end in years.
    const text = 'a'.repeat(100_000)
    assert.equal(matcherFor(`${'*a'.repeat(1000)}*b`).matches(view(text)), false)
    assert.equal(matcherFor([`${'*a'.repeat(1000)}*b*`]).matches(view([text])), false)
    assert.equal(matcherFor(`${'*a'.repeat(1000)}*`).matches(view(text)), true)
  })

  test('that is a RegExp with a memory answers the same each time', () => {
    const matcher = matcherFor(/git/gy)
    const twice = [matcher.matches(view('my git')), matcher.matches(view('my git'))]
    assert.deepEqual(twice, [true, true])
  })

  test('that is a predicate gets the command and its result', () => {
    const result = Process.result('out', '', 3)
    const matcher = matcherFor(({ path, env, input }, ended) => {
      assert.deepEqual({ path, env, input }, { path: '/srv', env: { A: '1' }, input: 'in' })
      return ended?.exitCode() === 3
    })
    const command = { ...view('ls'), path: '/srv', env: { A: '1' }, input: 'in' }
    assert.deepEqual([matcher.matches(command, result), matcher.matches(command)], [true, false])
  })

  for (const bad of ['', '  ', [], 5, null, undefined, {}, Symbol('s'), ['ls', 5], ['ls', null]]) {
    test(`cannot be ${typeof bad === 'symbol' ? 'a symbol' : JSON.stringify(bad)}`, () => {
      assert.throws(() => matcherFor(bad as Pattern), BadRuleError)
    })
  }
})

describe('the narrower of two patterns', () => {
  const order: readonly Pattern[] = [
    'git push origin main',
    ['git', 'push', 'a', 'b'],
    'git push *',
    'git *',
    'g*',
    ({ text }) => text !== '',
    '*',
  ]

  test('is the one that fixes more characters', () => {
    const specificities = order.map((pattern) => matcherFor(pattern).specificity)
    assert.deepEqual(
      specificities,
      specificities.toSorted((a, b) => b - a),
    )
    assert.equal(specificities[0], specificities[1])
    assert.equal(new Set(specificities).size, order.length - 1)
  })

  test('is any glob against a RegExp but the star alone', () => {
    const { specificity } = matcherFor(/.*/)
    assert(specificity < matcherFor('gi*').specificity)
    assert(specificity > matcherFor('*').specificity)
  })
})

describe('a pattern in a message', () => {
  for (const [pattern, shown] of [
    ['git *', "'git *'"],
    [['git', /^p/, '*'], "['git', /^p/, '*']"],
    [/^git/i, '/^git/i'],
  ] as const satisfies readonly (readonly [Pattern, string])[]) {
    test(`is shown as ${shown}`, () => {
      assert.equal(describePattern(pattern), shown)
    })
  }
})

function view(command: CommandInput): CommandView {
  return { command, text: commandText(command), name: undefined, path: undefined, env: {}, input: undefined }
}
