import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['cases/*.case.ts'],
    setupFiles: ['rehearsal/vitest', './cases/set-up.ts'],
    maxConcurrency: 1000,
  },
})

export default config
