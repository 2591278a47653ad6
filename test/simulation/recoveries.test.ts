import { test } from 'vitest'
import { Process } from '../../src/index.ts'
import { options, recoverySystem } from './recoveries.ts'

test('all that is said of recoveries holds in 200 runs, whatever goes wrong and whatever their callbacks do', {
  timeout: 120_000,
}, async () => {
  await Process.simulate(recoverySystem, { ...options, runs: 200 })
})
