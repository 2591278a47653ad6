import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { rewrite } from '../src/rewriting.ts'
import { checkSecret, Secrets } from '../src/secrets.ts'

function hidden(text: string, secrets: readonly (string | RegExp)[], variables: Record<string, unknown> = {}): string {
  return rewrite(text, new Secrets(secrets, variables).edits)
}

describe('a secret', () => {
  test('is found as it is, in URLs, in JSON and in base64', () => {
    const secret = 'p"s$ w.*rd/ü'
    const bytes = Buffer.from(secret)
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('latin1')]
    for (const form of [...forms, bytes.toString('base64').replace(/=+$/, '')])
      assert.equal(hidden(`a ${form} b`, [secret]), 'a <redacted> b')
    assert.equal(hidden('p"s$ wXXrd/ü', [secret]), 'p"s$ wXXrd/ü')
  })

  test('is found in longer base64, wherever in it it begins and ends, with either alphabet', () => {
    for (const secret of ['hunter2hunter2', 'p\u00fc\u00ff>>>??', '~~~???>>>~~']) {
      for (const before of ['', 'a', 'ab', 'abc', 'abcd', 'user:'])
        for (const after of ['', 'y', 'yz', 'xyz'])
          for (const alphabet of ['base64', 'base64url'] as const) {
            const text = hidden(Buffer.from(`${before}${secret}${after}`).toString(alphabet), [secret])
            assert.match(text, /<redacted>/, `${before}|${secret}|${after} in ${alphabet}`)
            const left = Buffer.from(text.replace(/<redacted>/, ''), 'base64').length
            assert(left <= before.length + after.length + 3, text)
          }
    }
  })

  test('is found in the body of a form', () => {
    const secret = "pass word/99!('~')"
    const body = new URLSearchParams({ user: 'ada', note: secret }).toString()
    assert.equal(hidden(body, [secret]), 'user=ada&note=<redacted>')
  })

  test('of fewer than eight characters is not looked for in base64, where much looks like it', () => {
    const inBase64 = (secret: string) => Buffer.from(secret).toString('base64').replace(/=+$/, '')
    assert.equal(hidden(inBase64('seven77'), ['seven77']), inBase64('seven77'))
    assert.equal(hidden(inBase64('eight888'), ['eight888']), '<redacted>')
  })

  test('of several lines is found line by line, where a line is long enough to be one', () => {
    const secret = 'first-line\nshort\nsecond12'
    assert.equal(hidden('a second12 b', [secret]), 'a <redacted> b')
    assert.equal(hidden('first-line, then short', [secret]), '<redacted>, then short')
    assert.equal(hidden(`${secret}.`, [secret]), '<redacted>.')
  })

  test('is the value of a variable whose name says so, when it is long enough for no word', () => {
    const variables = { API_TOKEN: 'eight888', DB_PASSWORD: 'seven77', PATH: 'not-a-path', SECRET: 12_345_678 }
    const text = 'eight888 seven77 12345678 not-a-path'
    assert.equal(hidden(text, [], variables), '<redacted> seven77 12345678 not-a-path')
  })

  test('is what an expression finds, wherever and however often, or its group of that name', () => {
    assert.equal(hidden('x1 y x2', [/x\d/y]), '<redacted> y <redacted>')
    assert.equal(hidden('id=7 ID=8', [/id=(?<secret>\d)/i]), 'id=<redacted> ID=<redacted>')
  })

  test('whose beginning is at the end of a text is known by where that begins', () => {
    const secrets = new Secrets(['hunter2'], {})
    const opening = (text: string) => secrets.opening(text)
    assert.deepEqual(['', 'plain', 'a hunt', 'a h', 'hunter', 'a hunter2'].map(opening), [0, 5, 2, 2, 0, 9])
    assert.equal(new Secrets([], {}).opening('h'), 1)
  })

  test('is text that is not empty, or an expression that does not find everything', () => {
    for (const fine of ['x', /x/, /x+/]) checkSecret(fine)
    const state = 'expected text, or a RegExp for some of it'
    const refused: readonly [unknown, string][] = [
      ['', '""'],
      [/x*/, '/x*/'],
      [7, '7'],
      [undefined, 'undefined'],
    ]
    for (const [secret, shown] of refused)
      assert.throws(() => checkSecret(secret), { name: 'TypeError', message: `Cannot redact ${shown}: ${state}` })
  })
})
