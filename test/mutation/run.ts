/**
 * Makes the code wrong in thousands of small ways and counts which of them the tests notice: `npm run mutation -- fake`, or
 * with `--files src/fake/cage.ts` some of a share only. All of them take hours; what survived is told with `--survivors`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Process } from '../../src/index.ts'
import { type Share, shares } from './plan.ts'
import { type Report, scoresOf, survivorsOf } from './scores.ts'

const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')
const TOOLS = join(HERE, 'node_modules/@stryker-mutator')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { files: { type: 'string', multiple: true }, survivors: { type: 'boolean', default: false } },
})

const unknown = positionals.filter((name) => !(name in shares))
if (unknown.length > 0)
  throw new Error(`There is no share ${unknown.join(', ')}, but ${Object.keys(shares).join(', ')}`)
if (!existsSync(TOOLS)) (await Process.timeout('5m').path(HERE).run(['npm', 'ci'])).throw()
for (const [name, share] of Object.entries(shares)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const report = await mutated(name, { ...share, ...(values.files ? { mutate: values.files } : {}) })
  console.log(scoresOf(report))
  if (values.survivors) console.log(survivorsOf(report))
}

/** Runs Stryker in a copy of the tree that it makes itself. */
async function mutated(name: string, share: Share): Promise<Report> {
  const folder = join(ROOT, '.stryker', `${name}-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'stryker.json')
  const report = join(folder, 'report.json')
  writeFileSync(join(folder, 'vitest.config.ts'), vitestConfig(share))
  writeFileSync(config, JSON.stringify(strykerOptions(share, folder, report)))
  const stryker = join(TOOLS, 'core/bin/stryker.js')
  const run = Process.path(ROOT)
    .forever()
    .onOutput((_type, text) => process.stderr.write(text))
  const result = await run.run([process.execPath, stryker, 'run', config])
  result.throw()
  return JSON.parse(readFileSync(report, 'utf8'))
}

function vitestConfig({ tests }: Share): string {
  return `export default ${JSON.stringify({
    test: { include: tests, globalSetup: [join(ROOT, 'test/global-setup.ts')], testTimeout: 8000, hookTimeout: 8000 },
  })}\n`
}

function strykerOptions({ mutate }: Share, folder: string, report: string): object {
  return {
    mutate,
    testRunner: 'vitest',
    plugins: [join(TOOLS, 'vitest-runner/dist/src/index.js')],
    vitest: { configFile: join(folder, 'vitest.config.ts'), related: false, pool: 'forks' },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    reporters: ['progress-append-only', 'clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportMutants: false },
    jsonReporter: { fileName: report },
    tempDirName: join(folder, 'tree'),
    // Looks for what TypeScript 7 does not have, where it finds the file.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    // What is evaluated while a module loads would need all tests once more, each.
    ignoreStatic: true,
    ignorePatterns: ['.stryker', 'coverage', 'dist', 'api'],
    warnings: { slow: false },
  }
}
