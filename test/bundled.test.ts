import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, test } from 'vitest'
import config from '../rolldown.config.ts'

const PROGRAM = fileURLToPath(new URL('fixtures/bundled-program.ts', import.meta.url))
// Within the project, so that its packages are found from there.
const dist = mkdtempSync(join(import.meta.dirname, '../node_modules/.bundled-'))
const elsewhere = mkdtempSync(join(realpathSync(tmpdir()), 'rehearsal-bundled-'))

/** What the fixture tells. */
interface Told {
  readonly due: string
  readonly refusal: string
  readonly run: string
  readonly files: string
  readonly globals: string
  readonly cast: unknown
}

const BUNDLERS: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  'program.mjs': (outfile) => build({ ...shared, outfile, format: 'esm' }),
  'program.cjs': (outfile) => build({ ...shared, outfile, format: 'cjs' }),
  'rolled.mjs': async (file) => {
    const bundle = await rolldown({ input: PROGRAM, platform: 'node', resolve: { alias: { library: dist } } })
    await bundle.write({ file, format: 'esm', codeSplitting: false })
  },
}
const shared = {
  entryPoints: [PROGRAM],
  alias: { library: dist },
  bundle: true,
  platform: 'node',
  logLevel: 'error',
  logOverride: { 'empty-import-meta': 'silent' },
} satisfies BuildOptions

describe('the library as part of a bundle', () => {
  beforeAll(async () => {
    const library = await rolldown(config)
    await library.write({ ...config.output, dir: dist, cleanDir: false })
    for (const [name, bundle] of Object.entries(BUNDLERS)) await bundle(join(dist, name))
  }, 60_000)
  afterAll(() => {
    for (const folder of [dist, elsewhere]) rmSync(folder, { recursive: true })
  })

  for (const name of Object.keys(BUNDLERS)) {
    test(`schedules and runs wherever the bundle is (${name})`, () => {
      const { due, refusal, run, cast } = toldElsewhere(name)
      assert.equal(due, '2026-03-02T01:00:00.000Z')
      assert.match(refusal, /^ERR_BAD_SCHEDULE: .* there is no 30 February$/)
      assert.equal(run, 'hello\n')
      assert.deepEqual(cast, { scenario: [{ exit: 3 }] })
    })

    test(`says what to do where a rehearsal lacks a package (${name})`, () => {
      const { files, globals } = toldElsewhere(name)
      for (const [said, lacking] of [[files, 'memfs'] as const, [globals, '@sinonjs/fake-timers'] as const]) {
        assert.match(said, new RegExp(`^ERR_NOT_FAKEABLE: .* "${lacking}", .* keep "rehearsal" external`))
      }
    })

    test(`rehearses all where its packages are beside the bundle (${name})`, () => {
      const { files, globals } = told(join(dist, name))
      assert.deepEqual([files, globals], ['nothing', 'nothing'])
    })
  }
})

function toldElsewhere(name: string): Told {
  copyFileSync(join(dist, name), join(elsewhere, name))
  return told(join(elsewhere, name))
}

function told(file: string): Told {
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' }))
}
