import { defineConfig, type ViteUserConfig as UserConfig } from 'vitest/config'

const config: UserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    testTimeout: 20_000,
  },
})

export default config
