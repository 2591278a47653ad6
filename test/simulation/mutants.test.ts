import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'vitest'
import { mutants } from './mutants/mutants.ts'

const RUN = fileURLToPath(new URL('mutants/run.ts', import.meta.url))

test('every supervisor that is wrong on purpose is found out within 500 seeds', { timeout: 120_000 }, async () => {
  assert(mutants.length >= 15)
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, '--known', '--json'])
  const fates: readonly { name: string; caughtBy?: string; runs: number }[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(fates.length, mutants.length)
  assert.deepEqual(
    fates.filter(({ caughtBy, runs }) => caughtBy === undefined || runs > 500),
    [],
  )
})
