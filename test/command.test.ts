import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { checkCommand, commandText, type TemplateValue, templateArguments } from '../src/command.ts'

/** Words that a program can get: any text without a NUL byte. */
const word = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((text) => !text.includes('\0') && text.isWellFormed())
const awkward = fc.constantFrom(
  '',
  ' ',
  "'",
  '"',
  '\\',
  '$HOME',
  '`id`',
  '$(id)',
  'a b',
  "it's",
  '\n',
  '*',
  '-n',
  '!',
  '#',
)
const argv = fc.array(fc.oneof(word, awkward), { minLength: 1, maxLength: 6 })

describe('the text of a command', () => {
  for (const [line, text] of [
    ['ls -la | wc', 'ls -la | wc'],
    [['ls', '-la'], 'ls -la'],
    [['git', 'commit', '-m', 'two words'], "git commit -m 'two words'"],
    [['echo', ''], "echo ''"],
    [['echo', "it's"], "echo 'it'\\''s'"],
    [['echo', '$HOME'], "echo '$HOME'"],
    [['echo', 'a\nb'], "echo 'a\nb'"],
    [['find', '*.ts', 'a=b', '~', 'x@y', '50%'], 'find *.ts a=b ~ x@y 50%'],
    [['echo', 'ä'], "echo 'ä'"],
    [['curl', 'http://h/?a=1&b=2'], "curl 'http://h/?a=1&b=2'"],
  ] as const) {
    test(`${JSON.stringify(line)} is ${text}`, () => {
      assert.equal(commandText(line), text)
    })
  }

  test('is read as the same words by a shell that expands nothing', () => {
    fc.assert(
      fc.property(argv, (words) => {
        assert.deepEqual(readByShell(commandText(words)), words)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a command template', () => {
  for (const [title, words, expected] of [
    ['splits the text at white space', template` git   log\n--oneline `, ['git', 'log', '--oneline']],
    ['makes one argument of a value', template`git log ${'two words'}`, ['git', 'log', 'two words']],
    ['keeps a value that is empty', template`git log ${''}`, ['git', 'log', '']],
    ['joins a value to the text next to it', template`git log --since=${'1 day'}.`, ['git', 'log', '--since=1 day.']],
    ['joins two values without space between', template`echo ${'a b'}${'c d'}`, ['echo', 'a bc d']],
    ['keeps two values apart with space between', template`echo ${'a'} ${'b'}`, ['echo', 'a', 'b']],
    [
      'makes as many arguments of an array as it has',
      template`ls ${['-l', 'two words']} x`,
      ['ls', '-l', 'two words', 'x'],
    ],
    ['makes nothing of an empty array', template`ls ${[]} x`, ['ls', 'x']],
    ['joins the ends of an array to the text around', template`ls a${['b', 'c']}d`, ['ls', 'ab', 'cd']],
    ['takes numbers', template`head -n ${3} ${[1, 2.5]}`, ['head', '-n', '3', '1', '2.5']],
    ['knows no quotes', template`echo "a ${'b'}"`, ['echo', '"a', 'b"']],
    ['may begin with a value', template`${'my program'} -v`, ['my program', '-v']],
    ['may be empty', template``, []],
  ] as const) {
    test(title, () => {
      assert.deepEqual(words, expected)
    })
  }

  for (const value of [undefined, null, true, {}, ['a', undefined], [['a']], Symbol('s'), 5n]) {
    test(`refuses ${Array.isArray(value) ? JSON.stringify(value) : String(value)}`, () => {
      assert.throws(() => template`ls ${value as TemplateValue}`, {
        name: 'TypeError',
        message: /^Cannot use .* in a command template: expected text, a number or an array of them$/,
      })
    })
  }

  test('hands every value on unchanged', () => {
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const strings = Array.from({ length: words.length + 1 }, () => ' ')
        assert.deepEqual(templateArguments(Object.assign(strings, { raw: strings }), words), words)
        assert.deepEqual(template`run ${words} end`, ['run', ...words, 'end'])
      }),
    )
  })
})

describe('a command that no system could start', () => {
  const bad: readonly (readonly [string, Partial<Parameters<typeof checkCommand>[0]>, RegExp])[] = [
    ['is empty', { line: '' }, /empty command/],
    ['is blank', { line: ' \n' }, /empty command/],
    ['has no words', { line: [] }, /empty command/],
    ['has an empty program', { line: ['', 'x'] }, /empty command/],
    ['holds a NUL byte', { line: 'a\0b' }, /"a\\u0000b" as command: it holds a NUL byte/],
    ['holds a NUL byte in an argument', { line: ['a', 'b\0'] }, /argument 1: it holds a NUL byte/],
    ['has an argument that is no text', { line: ['a', 5 as unknown as string] }, /Cannot use 5 as argument 1/],
    ['has a folder with a NUL byte', { cwd: '/\0' }, /folder: it holds a NUL byte/],
    ['has a variable that is no text', { env: { A: 5 as unknown as string } }, /Cannot use 5 as variable A/],
    ['has a variable with a NUL byte', { env: { A: '\0' } }, /variable A: it holds a NUL byte/],
    ['has a variable without a name', { env: { '': 'x' } }, /variable "": not a name/],
    ['has a variable whose name holds =', { env: { 'A=B': 'x' } }, /variable "A=B": not a name/],
  ]

  for (const [title, change, message] of bad) {
    test(`because it ${title} is refused by name`, () => {
      const command = { line: 'ls', cwd: undefined, env: {}, ...change }
      assert.throws(() => checkCommand(command), { name: 'TypeError', message })
    })
  }

  test('is none with variables set and removed', () => {
    checkCommand({ line: ['ls', ''], cwd: '/', env: { A: '', B: false } })
  })
})

function template(strings: TemplateStringsArray, ...values: TemplateValue[]): string[] {
  return templateArguments(strings, values)
}

// The shell expands nothing, and its words are told apart by NUL, whatever else they hold.
function readByShell(text: string): string[] {
  const script = `set -f; HOME='~'; printf '%s\\0' ${text}`
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}
