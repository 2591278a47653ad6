import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type ViteUserConfig as UserConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

// Actors are started by the thousand: read from a cache, one takes a quarter of the time.
const cache = join(tmpdir(), 'rehearsal-compile-cache')
mkdirSync(cache, { recursive: true })

// Files that change what all of a process sees have one of their own each. A process for every file would cost a minute more.
const ALONE = ['test/docs.test.ts', 'test/{driver,events,intercept,isolation,otel,vitest}/*.test.ts']

const config: UserConfig = defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE, isolate: true } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['{test,examples}/**/*.test.ts'],
          exclude: [...ALONE, '**/node_modules/**'],
          isolate: false,
        },
      },
    ],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Most of a real case is waiting: more files than there are cores go side by side.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cache },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The actor and the command line run in processes of their own, where nobody counts. The suite is the tests themselves.
      exclude: ['src/actor/**', 'src/cli/**', 'src/contracts/suite/**'],
      // What a whole run has reached, rounded down: see docs/quality.md.
      thresholds: { lines: 98, statements: 97, functions: 96, branches: 91 },
      reporter: ['text-summary', 'json-summary', 'json'],
      reportOnFailure: true,
    },
  },
})

export default config
