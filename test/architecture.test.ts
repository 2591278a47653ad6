import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { findCycle, importsOf, readSources, type SourceFile, withoutComments } from './source-tree.ts'

const files = readSources()

/** What each part may import of ours, types included: a folder (with its slash) or a single file. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'contracts/': ['contracts/'],
  'driver/': ['driver/', 'contracts/', 'errors.ts', 'isolation-error.ts', 'leaving.ts', 'own-starts.ts'],
  'actor/': ['actor/', 'contracts/'],
  'fake/': [
    'fake/',
    'contracts/',
    'errors.ts',
    'isolation-error.ts',
    'duration.ts',
    'shown.ts',
    'command.ts',
    'claims.ts',
    'matching.ts',
    'mismatch.ts',
    'process-result.ts',
    'journal.ts',
    'stray-guard.ts',
    'world.ts',
  ],
  'layers/': [
    'layers/',
    'contracts/',
    'errors.ts',
    'isolation-error.ts',
    'isolation-environment.ts',
    'isolation-options.ts',
  ],
  'recording/': [
    'recording/',
    'contracts/',
    'fake/',
    'asserting.ts',
    'command.ts',
    'duration.ts',
    'shown.ts',
    'errors.ts',
    'journal.ts',
    'matching.ts',
    'mismatch.ts',
    'rewriting.ts',
    'secrets.ts',
    'stray-guard.ts',
    'world.ts',
  ],
  'simulation/': [
    'simulation/',
    'contracts/',
    'fake/',
    'supervision/',
    'command.ts',
    'duration.ts',
    'shown.ts',
    'errors.ts',
    'host.ts',
    'known-options.ts',
    'matching.ts',
    'world.ts',
  ],
  'cli/': [
    'cli/',
    'recording/',
    'report/',
    'schedule/',
    'queue/',
    'contracts/',
    'actor/',
    'driver/',
    'command.ts',
    'errors.ts',
    'invoked-process.ts',
    'process.ts',
    'supervision/',
    'simulation/',
    'monitoring/',
    'control/',
    'duration.ts',
    'shown.ts',
    'outcome.ts',
    'pending-process.ts',
    'process-result.ts',
  ],
  'control/': ['control/', 'errors.ts', 'sqlite-opening.ts', 'store-error.ts'],
}

/** One folder for each capability that stands on the core. */
const CAPABILITIES = [
  'isolation/',
  'schedule/',
  'monitoring/',
  'supervision/',
  'simulation/',
  'logging/',
  'queue/',
  'distributed/',
  'events/',
  'otel/',
  'report/',
  'control/',
]

/** The files that choose a driver for everybody else. */
const WIRING = ['index.ts', 'process.ts', 'capable.ts', 'rehearsing.ts']
const WORLDS = ['driver/', 'fake/', 'actor/', 'contracts/suite/']

describe('import direction', () => {
  for (const [part, allowed] of Object.entries(MAY_IMPORT)) {
    test(`${part} imports nothing but ${allowed.join(' ')}`, () => {
      const within = files.filter(({ path }) => path.startsWith(part) && !isSuite(path))
      assert.notEqual(within.length, 0)
      assert.deepEqual(
        breaches(within, (of) => isOneOf(of, allowed) && !isSuite(of)),
        [],
      )
    })
  }

  test('the contract suite imports anything but the real driver', () => {
    const suite = files.filter(({ path }) => isSuite(path))
    assert.deepEqual(
      breaches(suite, (of) => !of.startsWith('driver/')),
      [],
    )
  })

  test('the core knows no capability that stands on it, but for the wiring', () => {
    const core = files.filter(({ path }) => !isOneOf(path, [...CAPABILITIES, 'cli/', ...WIRING]) && !isSuite(path))
    assert.deepEqual(
      breaches(core, (of) => !isOneOf(of, [...CAPABILITIES, 'cli/'])),
      [],
    )
  })

  test('what is above the seam knows no world, but for the wiring', () => {
    const core = files.filter(({ path }) => !isOneOf(path, [...Object.keys(MAY_IMPORT), ...WIRING]))
    assert.deepEqual(
      breaches(core, (of) => !isOneOf(of, WORLDS)),
      [],
    )
  })
})

test('no files import each other in a circle at run time', () => {
  assert.equal(findCycle(files).join(' → '), '')
})

describe('packages', () => {
  const HOMES = {
    execa: 'driver/execa.ts',
    vitest: 'vitest/index.ts',
    'cron-parser': 'schedule/cron.ts',
    memfs: undefined,
    pidusage: undefined,
    '@sinonjs/fake-timers': undefined,
  }

  for (const [name, home] of Object.entries(HOMES)) {
    test(`${name} is imported in ${home ?? 'one file at most'}`, () => {
      const homes = files.filter(({ imports }) => imports.some(({ of }) => of === name)).map(({ path }) => path)
      if (home) assert.deepEqual(homes, [home])
      else assert(homes.length <= 1, homes.join(', '))
    })
  }
})

test('@opentelemetry/api is imported in otel/ alone', () => {
  const homes = files.filter(({ imports }) => imports.some(({ of }) => of.startsWith('@opentelemetry/')))
  assert(homes.length > 0)
  for (const { path } of homes) assert.match(path, /^otel\//)
})

test('valibot is imported by what checks a config alone', () => {
  const homes = pathsOf(files.filter(({ imports }) => imports.some(({ of }) => of === 'valibot')))
  assert.deepEqual(homes, ['cli/config-problems.ts', 'cli/schema-parts.ts'])
})

describe('time and chance', () => {
  const BANNED = {
    'Date.now': /\bDate\.now\b/,
    'new Date()': /\bnew Date\(\)/,
    'performance.now': /\bperformance\.now\b/,
    'Math.random': /\bMath\.random\b/,
    // A method of that name is declared with the types of its parameters, and called on something.
    setTimeout: /(?:globalThis\.|(?<![.\w#]))setTimeout\((?!\w+: )/,
    setInterval: /(?:globalThis\.|(?<![.\w#]))setInterval\(/,
    'node:timers': /'(?:node:)?timers(?:\/promises)?'/,
  }

  for (const [name, expression] of Object.entries(BANNED)) {
    test(`${name} is used nowhere but in the real driver and the actor`, () => {
      const users = files.filter(({ path, text }) => isHandedIn(path) && expression.test(withoutComments(text)))
      assert.deepEqual(pathsOf(users), [])
    })
  }

  function isHandedIn(path: string): boolean {
    return !isOneOf(path, ['driver/', 'actor/'])
  }
})

test('no source file is longer than 250 lines', () => {
  const lengths = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > 250),
    [],
  )
})

describe('the reader of imports', () => {
  const kinds = {
    "import { a } from './a.ts'": [{ of: 'x/a.ts', atRunTime: true }],
    "import type { A } from '../a.ts'": [{ of: 'a.ts', atRunTime: false }],
    "import {\n  type A,\n  type B,\n} from './a.ts'": [{ of: 'x/a.ts', atRunTime: false }],
    "import { a, type B } from './a.ts'": [{ of: 'x/a.ts', atRunTime: true }],
    "export * from './a.ts'": [{ of: 'x/a.ts', atRunTime: true }],
    "export type * from './a.ts'": [{ of: 'x/a.ts', atRunTime: false }],
    "import './a.ts'": [{ of: 'x/a.ts', atRunTime: true }],
    "const { a } = await import('a')": [{ of: 'a', atRunTime: true }],
    "const a = createRequire(import.meta.url)('a')": [{ of: 'a', atRunTime: true }],
  }

  for (const [text, imports] of Object.entries(kinds)) {
    test(`sees ${text.replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(importsOf('x/y.ts', text), imports)
    })
  }

  test('finds a circle', () => {
    const file = (path: string, of: string): SourceFile => ({ path, text: '', imports: [{ of, atRunTime: true }] })
    assert.deepEqual(findCycle([file('a', 'b'), file('b', 'c'), file('c', 'b')]), ['b', 'c', 'b'])
  })
})

function breaches(importers: readonly SourceFile[], allows: (of: string) => boolean): readonly string[] {
  return importers.flatMap(({ path, imports }) =>
    imports.filter(({ of }) => of.endsWith('.ts') && !allows(of)).map(({ of }) => `${path} imports ${of}`),
  )
}

function isOneOf(path: string, parts: readonly string[]): boolean {
  return parts.some((part) => (part.endsWith('/') ? path.startsWith(part) : path === part))
}

function isSuite(path: string): boolean {
  return path.startsWith('contracts/suite/')
}

function pathsOf(some: readonly SourceFile[]): readonly string[] {
  return some.map(({ path }) => path)
}
