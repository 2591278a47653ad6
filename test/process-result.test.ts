import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { test } from 'vitest'
import { createProcess } from '../src/index.ts'

test('a console shows how it ended and how long it took', async () => {
  const process = createProcess()
  using _ = process.fake({ make: process.describe().after('2s').exitCode(2) })
  const shown = "ProcessResult {\n  outcome: { kind: 'exited', code: 2 },\n  durationMs: 2000\n}"
  assert.equal(inspect(await process.run('make')), shown)
})
