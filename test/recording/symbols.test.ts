import assert from 'node:assert/strict'
import { homedir, tmpdir } from 'node:os'
import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import { Symbols } from '../../src/recording/symbols.ts'
import { rewrite } from '../../src/rewriting.ts'

const symbols = new Symbols({ work: '/srv/work', deep: '/srv/work/deep' })
const put = (text: string): string => rewrite(text, (whole) => symbols.edits(whole))

describe('symbols', () => {
  const table: Readonly<Record<string, string>> = {
    '/srv/work': '<work>',
    '/srv/work/a.ts:5': '<work>/a.ts:5',
    '-I/srv/work/deep/x': '-I<deep>/x',
    'file:///srv/work/x': 'file://<work>/x',
    '/srv/workshop /srv/work-2': '/srv/workshop /srv/work-2',
    '/mnt/srv/work': '/mnt/srv/work',
    '"/srv/work","/srv/work"': '"<work>","<work>"',
    [`${process.cwd()}/src`]: '<cwd>/src',
    [`${homedir()}/.npmrc`]: '<home>/.npmrc',
    [`${tmpdir()}/x`]: '<tmp>/x',
    [process.execPath]: '<node>',
    '<cwd> <<work>> <lt>': '<lt>cwd> <<lt>work>> <lt>lt>',
    '<stdio.h> a<b': '<stdio.h> a<b',
  }
  for (const [text, written] of Object.entries(table)) {
    test(`${JSON.stringify(written)} stands for what it came from`, () => {
      assert.equal(put(text), written)
      assert.equal(symbols.expand(written), text)
    })
  }

  test('give back any text as it was', () => {
    const pieces = ['<', '>', 'work', 'cwd', 'lt', '/srv/work', '/srv', '/', 'a', '\n', process.cwd()]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 10 }), (words) => {
        assert.equal(symbols.expand(put(words.join(''))), words.join(''))
      }),
    )
  })

  test('mean another machine’s paths on another machine', () => {
    const other = new Symbols({ work: 'C:\\work' })
    assert.equal(other.expand(put('built /srv/work/a')), 'built C:\\work/a')
  })
})
