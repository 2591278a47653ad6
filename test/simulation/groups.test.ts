import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Process } from '../../src/index.ts'
import { options } from './groups/options.ts'
import { groupSystem } from './groups/system.ts'

test('all that is said of groups holds in 200 runs, whatever goes wrong', { timeout: 120_000 }, async () => {
  const { runs, events } = await Process.simulate(groupSystem, { ...options, runs: 200 })
  assert.equal(runs, 200)
  assert((events.supervised ?? 0) > 1000)
})

test('the same seed gives the same trace twice, whatever goes wrong', { timeout: 120_000 }, async () => {
  await Process.simulate(groupSystem, { ...options, runs: 10, seed: 1000, twice: true })
})
