import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { commandOf } from '../src/cli/commands.ts'
import { read } from '../src/cli/usage.ts'
import {
  codes,
  createProcess,
  InvokedPool,
  InvokedProcess,
  PendingProcess,
  Pool,
  Process,
  ProcessGroup,
  ProcessIsolation,
  ProcessLogging,
  ProcessMonitor,
  ProcessPipeline,
  ProcessRecovery,
  ProcessResult,
  ProcessScheduler,
  QueuedProcess,
  ScheduledTask,
} from '../src/index.ts'
import { runTests } from './fixtures/sample-runner.ts'
import { documents, readDocument, samplesOf, writeSample, writeSettings } from './samples.ts'
import { readSources } from './source-tree.ts'

const TSC = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))

// Samples may write files: they run in a folder of their own.
const home = process.cwd()
// And they record, as they would where somebody writes them.
delete process.env.CI
delete process.env.REHEARSAL_RECORDING
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'rehearsal-docs-'))
process.chdir(folder)
writeSettings(folder)
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})

for (const sample of documents.flatMap(samplesOf)) {
  const path = writeSample(sample, folder)
  if (sample.notRun === undefined) test(`${sample.document}: ${sample.title} runs`, () => run(path))
}

async function run(path: string): Promise<void> {
  await import(pathToFileURL(path).href)
  await runTests()
  assert.throws(() => Process.recorded(), /nothing is recorded/, 'the sample leaves a rehearsal behind')
  assert.deepEqual(Process.active(), [], 'the sample leaves processes behind')
  // What a sample forbids is forbidden there.
  Process.preventStrayProcesses(false)
}

// What the tables of that page say in the middle are samples, too: types are checked of code, as it would start things, and
// of command lines whether the program knows them.
const comparisons = comparisonsOf('docs/coming-from.md')
const [atThePrompt, inCode] = [comparisons.filter(isCommandLine), comparisons.filter((code) => !isCommandLine(code))]
const asFunctions = inCode.map((code, at) => `export const line${at} = async () => (${code})`)
const granted = samplesOf('docs/coming-from.md')[0]?.code ?? ''
const names = "const [folder, branch] = ['a folder', 'main']"
writeSample(
  { document: '', title: '', notRun: '', file: 'coming-from.ts', code: [granted, names, ...asFunctions].join('\n') },
  folder,
)

test('every row of the tables for those who come from elsewhere has code in the middle, or says that there is none', () => {
  const rows = readDocument('docs/coming-from.md').match(/^\| (?!---)/gm)?.length ?? 0
  const heads = readDocument('docs/coming-from.md').match(/^\|---/gm)?.length ?? 0
  const without = readDocument('docs/coming-from.md').match(/^\| .* \| – \| \S.* \|$/gm)?.length ?? 0
  assert.equal(comparisons.length + without, rows - heads)
})

test('what pages type at the prompt the program knows', async () => {
  const typed = [...atThePrompt, ...documents.flatMap(commandLinesOf)]
  assert(typed.length > 40, `${typed.length} lines`)
  const problems = await Promise.all(typed.map(problemWith))
  assert.deepEqual(
    problems.filter((problem) => problem !== undefined),
    [],
  )
})

test('the README shows what a test says that fails', async () => {
  const [release] = samplesOf('README.md')
  assert(release)
  const mistaken = release.code.replace("'origin', tag]", "'origin', version]")
  const module = await import(writeSample({ ...release, file: 'mistaken/release.ts', code: mistaken }, folder))
  const rules = {
    'git status *': '',
    'git push *': Process.sequence([Process.result('', 'the remote hung up', 128), 'done']),
  }
  using _ = Process.fake(rules)
  await module.release('1.2.0')
  const [claim, stray] = textsOf('README.md')
  assert.throws(() => Process.assertRanTimes('git push origin v1.2.0', 2), { message: claim })
  // Samples have said of the shared one that anything may run.
  const another = createProcess()
  using _another = another.fake(rules)
  await assert.rejects(another.run('git fetch origin'), { message: stray })
})

test('samples are free of type errors', async () => {
  const result = await createProcess().path(folder).run([TSC, '-p', '.', '--pretty', 'false'])
  assert([0, 1, 2].includes(result.exitCode() ?? -1), result.errorOutput())
  // What is wrong with the sources, elsewhere, is for the type check of the project to say.
  const problems = result.lines().filter((line) => !/^(\.\.|\s)/.test(line))
  assert.deepEqual(problems, [])
}, 120_000)

describe('the pages name', () => {
  const named = new Set(documents.filter((name) => name !== 'README.md').flatMap(wordsInCode))
  const classes = [
    PendingProcess,
    InvokedProcess,
    ProcessResult,
    ProcessPipeline,
    Pool,
    InvokedPool,
    ProcessScheduler,
    ProcessGroup,
    ProcessRecovery,
    ScheduledTask,
    ProcessMonitor,
    QueuedProcess,
    ProcessIsolation,
    ProcessLogging,
  ]
  const others = [Process, Process.describe(), Process.sequence()].map((one) => one.constructor)
  /** What only the toolkit itself calls. */
  const internal = [
    'constructor',
    'with',
    'change',
    'followedBy',
    'runs',
    'unusedRules',
    'stage',
    'begin',
    'pumpInto',
    'slots',
    'startAgain',
    'lineage',
    'drive',
    'reader',
    'leave',
    'next',
    'splice',
    'repeatedSeconds',
    'onTimetable',
    'isTakenOn',
    'onWithdrawn',
    'canMail',
    'subject',
    'aim',
    'isolated',
    'begin',
    'followOwn',
    'notes',
    'install',
  ]

  for (const { name, prototype } of [...classes, ...others]) {
    test(`every method of ${name}`, () => {
      const missing = methodsOf(prototype).filter((method) => !named.has(method) && !internal.includes(method))
      assert.deepEqual(missing, [])
    })
  }

  test('every error code', () => {
    assert.deepEqual(
      Object.values(codes).filter((code) => !named.has(code)),
      [],
    )
  })
})

test('the page on errors has a row for every code, and for nothing else', () => {
  const rows = readDocument('docs/errors.md').matchAll(/^\| `(ERR_\w+)` \| [^|]+ \| [^|]+ \|$/gm)
  assert.deepEqual([...rows].map(([, code]) => code).toSorted(), Object.values(codes).toSorted())
})

test('links between pages and files lead somewhere', () => {
  const broken = documents.flatMap((document) =>
    linksOf(document).filter((link) => !existsSync(resolve(home, dirname(document), link))),
  )
  assert.deepEqual(broken, [])
})

test('files that pages name are there', () => {
  const named = documents.flatMap((document) => [
    ...readDocument(document).matchAll(/`((?:src|test|examples|bench|docs)\/[\w./-]+)`/g),
  ])
  assert(named.length > 20, `${named.length} files`)
  const missing = named.map(([, path = '']) => path).filter((path) => !existsSync(join(home, path)))
  assert.deepEqual(missing, [])
})

test('links to a part of a page lead to one of its headings', () => {
  const broken = documents.flatMap((document) =>
    anchorsOf(document).filter(([page, anchor]) => !headingsOf(page).includes(anchor)),
  )
  assert.deepEqual(broken, [])
})

test('what the page on migration shows are the files of its example', () => {
  const shown = [...readDocument('docs/migration.md').matchAll(/^```typescript (\S+)\n([\s\S]*?)^```/gm)]
  assert.deepEqual(
    shown.map(([, name]) => name),
    ['before.ts', 'before.test.ts', 'after.ts', 'after.test.ts'],
  )
  for (const [, name, code] of shown) {
    const file = readFileSync(join(home, 'examples/migration', name ?? ''), 'utf8')
    assert.equal(
      code,
      file.replace('../../src/index.ts', 'rehearsal').replace('../../src/vitest/index.ts', 'rehearsal/vitest'),
    )
  }
})

test('the page on architecture names every source file', () => {
  const page = readDocument('docs/architecture.md')
  const paths = readSources().map(({ path }) => path)
  const missing = paths.filter((path) => !path.includes('/suite/') && !page.includes(` ${path.split('/').at(-1)}`))
  assert.deepEqual(missing, [])
})

function linksOf(document: string): string[] {
  const links = readDocument(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)
  return [...links].map(([, link = '']) => link)
}

/** The links of a page to parts of pages: which page, and which part. */
function anchorsOf(document: string): [page: string, anchor: string][] {
  const links = readDocument(document).matchAll(/\]\(([^)#:]*)#([^)]+)\)/g)
  return [...links].map(([, page = '', anchor = '']) => [
    page === '' ? document : join(dirname(document), page),
    anchor,
  ])
}

/** The headings of a page, as links name them. */
function headingsOf(document: string): string[] {
  const headings = readDocument(document)
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#+ (.*)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** What a page shows as plain text. */
function textsOf(document: string): string[] {
  const blocks = readDocument(document).matchAll(/^```text\n([\s\S]*?)\n```/gm)
  return [...blocks].map(([, text = '']) => text)
}

/** The code in the middle cell of each row of a page's tables. */
function comparisonsOf(document: string): string[] {
  const rows = readDocument(document).matchAll(/^\| .*? \| (`+)(.*?)\1 \| (?:.* )?\|$/gm)
  return [...rows].map(([, , code = '']) => code.trim().replaceAll('\\|', '|'))
}

function isCommandLine(code: string): boolean {
  return /^([A-Z_]+=\S+ )?rehearsal\b/.test(code)
}

/** What a page types at the prompt, of this program. */
function commandLinesOf(document: string): string[] {
  const blocks = readDocument(document).matchAll(/^```sh\n([\s\S]*?)^```/gm)
  const lines = [...blocks].flatMap(([, block = '']) => block.split('\n'))
  return lines.map((line) => line.replace(/ +#.*| > .*/, '')).filter(isCommandLine)
}

/** Why the program would not understand a line; `undefined` where it would. */
async function problemWith(line: string): Promise<string | undefined> {
  const [name = '', ...args] = line.replace(/^([A-Z_]+=\S+ )?rehearsal */, '').split(' ')
  const spec = await commandOf(name)
  if (!spec) return `there is no command: ${line}`
  try {
    const [word = ''] = read(args, spec.options ?? {}).subjects
    return spec.words && !Object.hasOwn(spec.words, word) ? `it has no such word: ${line}` : undefined
  } catch (error) {
    return `${error}: ${line}`
  }
}

/** The words that a page sets in code, outside of its samples. */
function wordsInCode(document: string): string[] {
  const prose = readDocument(document).replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/`[^`\n]+`/g)].flatMap(([code]) => code.match(/\w+/g) ?? [])
}

function methodsOf(prototype: object): string[] {
  const names = Object.getOwnPropertyNames(prototype)
  const above = Object.getPrototypeOf(prototype)
  return above === null || above === Object.prototype ? names : [...names, ...methodsOf(above)]
}
