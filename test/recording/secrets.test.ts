import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { rewriteStream } from '../../src/rewriting.ts'
import { Secrets } from '../../src/secrets.ts'
import { linesOf, machine, useDesk } from './desk.ts'

const TOKEN = `ghp_${'a1B2'.repeat(9)}`
const PASSWORD = 'Passwört "9" & more'

describe('a secret never reaches the file', () => {
  const desk = useDesk()
  const process = machine({
    '*': [{ write: 'out', data: `out ${TOKEN}\n` }, { write: 'err', data: `err ${PASSWORD}\n` }, { exit: 1 }],
  })

  /** Everything in the folder of the recording, whatever it is called. */
  const onDisk = (): string =>
    readdirSync(desk.folder)
      .map((name) => readFileSync(join(desk.folder, name), 'latin1'))
      .join('')
  const clean = (...secrets: readonly string[]): void => {
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, 20)])
        assert(!onDisk().includes(Buffer.from(form).toString('latin1')), `${form} is in ${onDisk()}`)
    }
    assert(onDisk().includes('<redacted>'))
  }

  test('of an argument, a text for the shell, a folder, a variable, an input, an output, a message', async () => {
    await process.record(desk.file, { redact: [PASSWORD] }, async () => {
      await process
        .path(`/tmp/${TOKEN}`)
        .env({ MINE: TOKEN })
        .run(['login', TOKEN, '--password', 'hunter22', `--token=${TOKEN}`])
      await process.input(`user\n${PASSWORD}\n${TOKEN}`).run(`login ${TOKEN}`)
      const dialogue = await process.start('login')
      await dialogue.write(`${PASSWORD}\n`)
      await dialogue.wait()
      await process.run(['curl', `https://ada:${encodeURIComponent(PASSWORD)}@example.com/?token=abcdefgh`])
    })
    clean(TOKEN, PASSWORD, 'hunter22', 'abcdefgh')
  })

  test('of a program that does not start', async () => {
    const real = createProcess()
    await real.record(desk.file, async () => {
      await real.path(`/nowhere/${TOKEN}`).run(['true'])
      await real.run([`nothing-${TOKEN}`])
    })
    clean(TOKEN)
  })

  test('of the settings of a process: what is kept out of messages is kept out of the file', async () => {
    await process.record(desk.file, () => process.redact(PASSWORD).redact(/out/).run(`login ${PASSWORD}`))
    clean(PASSWORD)
    assert(!onDisk().includes('"out ') && onDisk().includes('"out"'))
  })

  test('of a pipeline and its files', async () => {
    const real = createProcess()
    await real.record(desk.file, async () => {
      await real.command(['printf', '%s\\n', TOKEN]).pipe(['cat']).pipeOutput('/dev/null')
      await real.command(['printf', '%s\\n', TOKEN]).pipe(['cat']).pipe(['tr', 'a', 'b'])
    })
    clean(TOKEN)
  })

  test('of bytes that are no text', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${PASSWORD}${TOKEN}`), Buffer.from([0x80])])
    const tar = machine({ '*': [{ write: 'out', data: { base64: bytes.toString('base64') } }] })
    await tar.record(desk.file, { redact: [PASSWORD] }, () => tar.run('tar'))
    const [, event] = linesOf(desk.read()) as [unknown, [number, string, { base64: string }]]
    assert.equal(Buffer.from(event[2].base64, 'base64').toString('latin1'), '\xff\xfe<redacted><redacted>\x80')
  })

  test('however its writer has cut it, and however long it took over it', async () => {
    const steps = [...`one ${TOKEN} two\n`].flatMap((data) => [{ write: 'out', data } as const, { wait: 700 }])
    const slow = machine({ '*': steps })
    await slow.record(desk.file, () => slow.run('slowly'))
    clean(TOKEN)
    const texts = linesOf(desk.read()).map((line) => (Array.isArray(line) && line[1] === 'out' ? line[2] : ''))
    assert.equal(texts.join(''), 'one <redacted> two\n')
  })

  test('and its recording is found again by the same secret, or another one in its place', async () => {
    await process.record(desk.file, () => process.run(['login', TOKEN]))
    const other = TOKEN.replaceAll('a', 'z')
    const result = await process.replay(desk.file, () => process.run(['login', other]))
    assert.equal(result.output(), 'out <redacted>\n')
  })
})

describe('the value of a variable that is named like a secret', () => {
  const desk = useDesk()
  beforeEach(() => {
    process.env.REHEARSAL_API_KEY = 'not-known-by-its-form'
  })
  afterEach(() => {
    delete process.env.REHEARSAL_API_KEY
  })

  test('is taken out, wherever it was set', async () => {
    const echo = machine({ '*': [{ write: 'out', data: 'not-known-by-its-form, nor-is-this-one\n' }] })
    await echo.record(desk.file, () => echo.env({ DB_PASSWORD: 'nor-is-this-one' }).run('echo'))
    assert(desk.read().includes('"<redacted>, <redacted>\\n"'), desk.read())
  })
})

describe('tokens that are known by their form:', () => {
  const known: Readonly<Record<string, string>> = {
    GitHub: TOKEN,
    'GitHub, fine-grained': `github_pat_${'a'.repeat(30)}`,
    GitLab: `glpat-${'a'.repeat(20)}`,
    npm: `npm_${'a'.repeat(36)}`,
    Slack: 'xoxb-1234567890-abcdef',
    AWS: 'AKIAABCDEFGHIJKLMNOP',
    Google: `AIza${'a'.repeat(35)}`,
    Stripe: `sk_live_${'a'.repeat(24)}`,
    OpenAI: `sk-proj-${'a'.repeat(30)}`,
    'a JSON web token': `eyJhbGciOiJI.eyJzdWIiOiIx.${'a'.repeat(20)}`,
    'a private key': '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----',
    'half a private key': '-----BEGIN PRIVATE KEY-----\nabc\ndef',
  }
  for (const [name, token] of Object.entries(known)) {
    test(name, () => assert.equal(redacted(`a ${token}`), 'a <redacted>'))
  }

  const told: Readonly<Record<string, string>> = {
    'Authorization: Bearer abcdefghij': 'Authorization: Bearer <redacted>',
    'https://ada:secret@example.com': 'https://ada:<redacted>@example.com',
    '?a=1&access_token=xyz&b=2': '?a=1&access_token=<redacted>&b=2',
    'mysql --password=xyz db': 'mysql --password=<redacted> db',
    'NPM_TOKEN=xyz npm publish': 'NPM_TOKEN=<redacted> npm publish',
    '{"password": "x\\"yz"}': '{"password": "<redacted>"}',
  }
  for (const [text, without] of Object.entries(told)) {
    test(`what stands in ${text}`, () => assert.equal(redacted(text), without))
  }

  test('ordinary words are left alone', () => {
    const text = 'unexpected token: }\nthe password is wrong\nsk-1\nkeys: 5\nhttps://example.com:80/a@b --token\n'
    assert.equal(redacted(text), text)
  })
})

test('what replaces a part of a stream does not depend on where that was cut', () => {
  const editors = { text: new Secrets(['sécret'], {}).edits, binary: new Secrets(['sécret'], {}).edits }
  const texts = fc.array(fc.constantFrom('sécret', 'sé', 'cret', 'x', '€', '\n'), { maxLength: 12 })
  fc.assert(
    fc.property(texts, fc.array(fc.nat(60), { maxLength: 8 }), (words, cuts) => {
      const whole = Buffer.from(words.join(''))
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length]
      const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end))
      const { pieces } = rewriteStream(chunks, editors)
      assert.equal(pieces.length, chunks.length)
      assert.equal(pieces.join(''), words.join('').replaceAll('sécret', '<redacted>'))
    }),
  )
})

function redacted(text: string): string {
  return rewriteStream([Buffer.from(text)], { text: new Secrets([], {}).edits, binary: () => [] }).pieces.join('')
}
