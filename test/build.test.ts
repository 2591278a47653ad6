import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, test } from 'vitest'
import config from '../rolldown.config.ts'

const FIXTURE = fileURLToPath(new URL('fixtures/built-library.ts', import.meta.url))
// Within the project, so that its packages are found from there.
const dist = mkdtempSync(join(import.meta.dirname, '../node_modules/.built-'))

/** What the fixture tells of the library that it imports. */
interface Seen {
  readonly imported: readonly string[]
  readonly run: string
  readonly performed: boolean
  readonly sameErrors: boolean
}

describe('the library as it is built', () => {
  let seen: Seen
  beforeAll(async () => {
    const bundle = await rolldown(config)
    await bundle.write({ ...config.output, dir: dist, cleanDir: false })
    seen = JSON.parse(execFileSync(process.execPath, [FIXTURE, dist], { encoding: 'utf8' }))
  }, 60_000)
  afterAll(() => rmSync(dist, { recursive: true }))

  test('is imported from few files, and none of them starts real processes', () => {
    assert(seen.imported.length <= 6, seen.imported.join())
    assert(readdirSync(join(dist, 'chunks')).includes('starting.js'))
    assert(!seen.imported.some((file) => /starting|kernel-pipes|config-problems/.test(file)), seen.imported.join())
  })

  test('has no word that Node 22 does not know, and no character that makes V8 slower', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
    const texts = files.map((file) => ({ file, text: readFileSync(join(dist, file), 'utf8') }))
    const found = (pattern: RegExp) => texts.filter(({ text }) => pattern.test(text)).map(({ file }) => file)
    assert.deepEqual(found(/^\s*(await )?using /m), [])
    assert.deepEqual(found(/[^\0-\x7f]/), [])
  })

  test('has the package that checks configs in one file, with its licence', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
    const texts = files.map((file) => [file, readFileSync(join(dist, file), 'utf8')] as const)
    assert.deepEqual(
      texts.filter(([, text]) => /valibot/i.test(text)).map(([file]) => file),
      ['chunks/config-problems.js'],
    )
    assert.match(Object.fromEntries(texts)['chunks/config-problems.js'] ?? '', /^\/\*!\nvalibot .*?\nMIT License\n/s)
  })

  test('refuses a config that means nothing', () => {
    const file = join(dist, 'bad.json')
    writeFileSync(file, '{"processes":{"web":{"command":"ls","restrat":"always"}}}')
    const { status, stderr } = spawnSync(process.execPath, [join(dist, 'cli/main.js'), 'up', file], {
      encoding: 'utf8',
    })
    assert.equal(status, 2)
    assert.match(stderr, /"processes\.web\.restrat": unknown; did you mean "restart"\?/)
  })

  test('runs a command', () => {
    assert.equal(seen.run, 'hello\n')
  })

  test('has one class for each error, whichever entry it came from', () => {
    assert.equal(seen.sameErrors, true)
  })

  test('records a program, and puts a stand-in on PATH that does the same', () => {
    const rehearsal = (...args: string[]) =>
      execFileSync(process.execPath, [join(dist, 'cli/main.js'), ...args], { encoding: 'utf8' })
    const cassette = join(dist, 'echo.cassette')
    assert.equal(rehearsal('record', '-o', cassette, '--', 'uname', '-s'), rehearsal('replay', cassette, '--fast'))
    assert.match(rehearsal('play', cassette, '--', 'sh', '-c', 'uname -s'), /^\w+\n$/)
  })

  test('finds the program of its contract suite, for its children as well', () => {
    assert.equal(seen.performed, true)
  })
})
