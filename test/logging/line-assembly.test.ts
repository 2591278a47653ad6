import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { seededRandom } from '../../src/contracts/random.ts'
import { type Block, LineAssembly } from '../../src/logging/line-assembly.ts'
import { Redactor } from '../../src/logging/redactor.ts'
import { Secrets } from '../../src/secrets.ts'

const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ'
const KEY = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n'.repeat(30)}-----END PRIVATE KEY-----`

describe('lines', () => {
  test('are complete wherever the bytes were cut, and no byte is lost or comes twice', () => {
    const text = 'eins\nzwei grüße\n\n\u{1F680} drei\r\nohne Ende'
    for (const piece of [1, 2, 3, 5, 1000]) {
      const lines = linesOf(assembled(Buffer.from(text), piece))
      assert.deepEqual(lines, text.split('\n'), `in pieces of ${piece}`)
    }
  })

  test('count the bytes that they stand for, their ends included', () => {
    const bytes = Buffer.from('ä\n\nabc\nend')
    for (const piece of [1, 4, 100]) {
      const sizes = assembled(bytes, piece).flatMap((block) => block.sizes)
      assert.deepEqual(sizes, [3, 1, 4, 3], `in pieces of ${piece}`)
    }
  })

  test('that are too long are cut between characters, and each part but the last says that it goes on', () => {
    const text = `${'grüße '.repeat(20)}\nshort\n`
    for (const piece of [1, 7, 1000]) {
      const blocks = assembled(Buffer.from(text), piece, { maxLine: 16 })
      assert.equal(joined(blocks), text.trimEnd(), `in pieces of ${piece}`)
      for (const { lines, binary } of blocks) {
        assert.equal(binary, false)
        for (const line of lines) assert(Buffer.byteLength(line) <= 16, line)
      }
      assert.equal(sizeOf(blocks), Buffer.byteLength(text))
    }
  })

  test('that are as long as they may be are whole', () => {
    for (const piece of [1, 16, 17, 1000])
      assert.deepEqual(linesOf(assembled(Buffer.from('0123456789abcdef\nx\n'), piece, { maxLine: 16 })), [
        '0123456789abcdef',
        'x',
      ])
  })

  test('of bytes that are no text keep each of them', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    const blocks = assembled(bytes, 50)
    const back = blocks.map(({ lines, binary }) => Buffer.from(lines.join('\n'), binary ? 'latin1' : 'utf8'))
    const newline = Buffer.from('\n')
    assert.deepEqual(
      Buffer.concat(back.flatMap((part, index) => (index === 0 ? [part] : [newline, part]))),
      Buffer.from(bytes),
    )
  })

  test('that are open are given out early, but for the beginning of a character', () => {
    const assembly = new LineAssembly(1000, undefined)
    assert.deepEqual(assembly.add(Buffer.from('Name: gr\xc3', 'latin1')), [])
    const [early] = assembly.early()
    assert.deepEqual([early?.lines, early?.split], [['Name: gr'], 'all'])
    assert.deepEqual(assembly.early(), [])
    assert.deepEqual(linesOf(assembly.add(Buffer.from('\xbcn\n', 'latin1'))), ['ün'])
  })
})

describe('an open line that nobody can wait for any more', () => {
  const given = (said: string | Buffer, secrets: (string | RegExp)[] = [], maxLine = 1000): Block[] => {
    const assembly = new LineAssembly(maxLine, new Redactor(new Secrets(secrets, {})))
    const blocks = [...assembly.add(Buffer.from(said)), ...assembly.early(), ...assembly.giveOut()]
    assert.deepEqual([assembly.isOpen, assembly.giveOut()], [false, []])
    return blocks
  }
  const shown = (said: string, ...secrets: (string | RegExp)[]): string =>
    given(said, secrets)
      .flatMap(({ lines }) => lines)
      .join('')

  test('is given out with its last word, and goes on', () => {
    assert.equal(shown('Progress: 45%', 'SUPERSECRETVALUE'), 'Progress: 45%')
    assert(given('Progress: 45%').every(({ split }) => split === 'all'))
    assert.deepEqual(given(''), [])
  })

  test('keeps bytes that begin a character', () => {
    const blocks = given(Buffer.from('gr\xc3', 'latin1'))
    assert.deepEqual([linesOf(blocks), blocks[0]?.binary], [['gr\xc3'], true])
    assert.equal(sizeOf(blocks), 3)
  })

  test('is in parts where it is too long', () => {
    const blocks = given('0123456789'.repeat(3), [], 10)
    assert.deepEqual(linesOf(blocks), ['0123456789', '0123456789', '0123456789'])
    assert.equal(sizeOf(blocks), 30)
  })

  for (const secret of ['SUPERSECRETVALUE', 'open sesame now', 'grüße an alle', "it's quoted"])
    test(`shows nothing of what may begin "${secret}"`, () => {
      for (let cut = 1; cut <= secret.length; cut++)
        assert.equal(shown(`say ${secret.slice(0, cut)}`, secret), 'say <redacted>', `cut at ${cut}`)
    })

  const forms: readonly (readonly [before: string, secret: string])[] = [
    ['token ghp_', '0123456789abcdefghijABCDEFGHIJ'],
    ['key AKIA', 'IOSFODNN7EXAMPLE'],
    ['Authorization: Bearer ', 'abcdefgh12345678'],
    ['clone https://ada:', 'lovelace1815'],
    ['{"password": "', 'two words'],
    ['run --password "', 'two words'],
    ['run --token=', 'abcdefgh'],
    ['DB_PASSWORD=', 'hunter22'],
    ['SG.abcdefghijklmnopqrst.', 'uvwxyz0123456789'],
  ]
  for (const [before, secret] of forms)
    test(`shows nothing of what follows "${before}"`, () => {
      for (let cut = 1; cut <= secret.length; cut++) {
        const text = shown(before + secret.slice(0, cut))
        assert.match(text, /<redacted>$/, `cut at ${cut}`)
        assert(!text.includes(`${before}${secret.slice(0, cut)}`), `cut at ${cut}: ${text}`)
      }
    })

  test('shows nothing of a key that has no end yet', () => {
    for (let cut = 30; cut < KEY.length; cut++) {
      const assembly = new LineAssembly(1000, new Redactor(new Secrets([], {})))
      const blocks = [...assembly.add(Buffer.from(KEY.slice(0, cut))), ...assembly.giveOut()]
      assert.doesNotMatch(joined(blocks), /MII|Ava|wgg/, `cut at ${cut}`)
    }
  })

  test('shows no last word where a pattern of somebody may find something in it', () => {
    assert.equal(shown('hello number no17', /no\d{8}/), 'hello number <redacted>')
    assert.equal(shown('hello number ', /no\d{8}/), 'hello number ')
  })
})

describe('secrets', () => {
  const text = `user ada\ntoken ${TOKEN} end\n${'x'.repeat(90)} ${TOKEN}\nAuthorization: Bearer abcdefgh12345678\n${KEY}\ndone\n`

  test('are taken out wherever the bytes were cut', () => {
    for (const piece of [1, 3, 16, 61, 64, 500, 100_000]) {
      const blocks = assembled(Buffer.from(text), piece, { redact: true })
      const shown = joined(blocks)
      assertNothingShown(shown, `in pieces of ${piece}`)
      assert.match(shown, /user ada\ntoken <redacted> end\n/)
      assert.match(shown, /\ndone$/)
      assert.equal(sizeOf(blocks), Buffer.byteLength(text))
      assert.equal(shown.split('\n').length, text.trimEnd().split('\n').length, 'as many lines')
    }
  })

  test('are taken out where a line is too long and has to be cut', () => {
    for (let before = 0; before < 80; before++) {
      const line = `${'-'.repeat(before)}${TOKEN} ${'y'.repeat(9000)}\n`
      for (const piece of [37, 5000, 100_000])
        assertNothingShown(
          joined(assembled(Buffer.from(line), piece, { redact: true, maxLine: 64 })),
          `${before} before, in pieces of ${piece}`,
        )
    }
  })

  test('are taken out where the line is given out before it is complete', () => {
    for (let cut = 1; cut < TOKEN.length; cut++) {
      const assembly = new LineAssembly(1000, new Redactor(new Secrets([], {})))
      const blocks = [
        ...assembly.add(Buffer.from(`password is ${TOKEN.slice(0, cut)}`)),
        ...assembly.early(),
        ...assembly.add(Buffer.from(`${TOKEN.slice(cut)}\n`)),
      ]
      assert.equal(blocks.map(({ lines }) => lines.join('\n')).join(''), 'password is <redacted>', `cut at ${cut}`)
    }
  })

  const cut: Readonly<
    Record<string, readonly [secrets: readonly string[], before: string, after: string, all: string]>
  > = {
    'that are known by what stands before them are taken out after that was given out': [
      [],
      'Authorization: Bearer ',
      'abcdefgh12345678',
      'Authorization: Bearer <redacted>',
    ],
    'with spaces in them are not begun to be given out': [
      ['open sesame now'],
      'say: open sesame ',
      'now',
      'say: <redacted>',
    ],
    'in quotes are not begun to be given out': [[], '{"password": "two ', 'words"}', '{"password": "<redacted>"}'],
  }
  for (const [title, [secrets, before, after, all]] of Object.entries(cut)) {
    test(title, () => {
      const assembly = new LineAssembly(1000, new Redactor(new Secrets(secrets, {})))
      const first = [...assembly.add(Buffer.from(before)), ...assembly.early()]
      const blocks = [...first, ...assembly.add(Buffer.from(`${after}\n`))]
      assert.equal(blocks.map(({ lines }) => lines.join('')).join(''), all)
    })
  }

  test('of several lines are taken out line by line', () => {
    const secret = 'first line of it\nsecond line of it'
    const bytes = Buffer.from(`a\n${secret}\nb\n`)
    for (const piece of [1, 20, 100])
      assert.deepEqual(
        linesOf(assembled(bytes, piece, { redact: true, secrets: [secret] })).filter((line) => /line of it/.test(line)),
        [],
      )
  })

  test('come to the same, however chance cuts the bytes', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed)
      const assembly = new LineAssembly(64, new Redactor(new Secrets([], {})))
      const bytes = Buffer.from(text)
      const blocks: Block[] = []
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + Math.floor(random.next() * 200)
        blocks.push(...assembly.add(bytes.subarray(at, end)))
        if (random.next() < 0.2) blocks.push(...assembly.early())
        at = end
      }
      blocks.push(...assembly.end())
      assertNothingShown(joined(blocks), `seed ${seed}`)
      assert.equal(sizeOf(blocks), bytes.length, `seed ${seed}`)
    }
  })
})

function assembled(
  bytes: Uint8Array,
  piece: number,
  { maxLine = 100_000, redact = false, secrets = [] as string[] } = {},
): Block[] {
  const assembly = new LineAssembly(maxLine, redact ? new Redactor(new Secrets(secrets, {})) : undefined)
  const blocks: Block[] = []
  for (let at = 0; at < bytes.length; at += piece) {
    const part = new Uint8Array(bytes.subarray(at, at + piece))
    blocks.push(...assembly.add(part))
    // The memory is somebody else's after the call.
    part.fill(0)
  }
  return [...blocks, ...assembly.end()]
}

function linesOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(({ lines }) => lines)
}

/** The text again: lines that go on are one. */
function joined(blocks: readonly Block[]): string {
  const parts = blocks.flatMap(({ lines, split }) =>
    lines.map((line, index) => {
      const goesOn = split === 'all' || (split === 'allButLast' && index < lines.length - 1)
      return goesOn ? line : `${line}\n`
    }),
  )
  return parts.join('').replace(/\n$/, '')
}

function sizeOf(blocks: readonly Block[]): number {
  return blocks.flatMap(({ sizes }) => sizes).reduce((sum, size) => sum + size, 0)
}

function assertNothingShown(shown: string, where: string): void {
  for (const secret of [TOKEN, 'abcdefgh12345678', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj'])
    for (let length = 12; length <= secret.length; length++)
      assert(!shown.includes(secret.slice(-length)), `${where}: ${secret.slice(-length)} is shown`)
  assert(!shown.includes(TOKEN.slice(0, 12)), `${where}: the beginning of the token is shown`)
}
