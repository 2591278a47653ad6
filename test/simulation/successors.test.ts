import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Process } from '../../src/index.ts'
import { options, successorSystem } from './successors.ts'

test('whoever comes after a killed supervisor ends all that it left, and nobody else, in 200 runs, whatever goes wrong', {
  timeout: 120_000,
}, async () => {
  const { events } = await Process.simulate(successorSystem, { ...options, runs: 200 })
  assert((events.started ?? 0) > 1000)
})
