import { defineConfig, type ViteUserConfig as UserConfig } from 'vitest/config'

const config: UserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Most of a real case is waiting: more files than there are cores go side by side.
    maxWorkers: 3,
    testTimeout: 20_000,
  },
})

export default config
