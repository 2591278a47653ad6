import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type ViteUserConfig as UserConfig } from 'vitest/config'

// Actors are started by the thousand: read from a cache, one takes a quarter of the time.
const cache = join(tmpdir(), 'rehearsal-compile-cache')
mkdirSync(cache, { recursive: true })

const config: UserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Most of a real case is waiting: more files than there are cores go side by side.
    maxWorkers: 3,
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
