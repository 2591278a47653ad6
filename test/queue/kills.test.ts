import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { survive } from './kills.ts'

test('of jobs that were queued none is lost or done again, whoever is killed at whatever moment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-kills-'))
  const seed = 7
  const plan = {
    address: join(folder, 'queue.db'),
    log: join(folder, 'begun.txt'),
    workerKills: 8,
    producerKills: 2,
    seed,
  }
  const { acknowledged, repeated, ...wrong } = await survive(plan)
  assert.deepEqual(wrong, { lost: [], doubled: [], again: [] }, `seed ${seed}`)
  assert(acknowledged >= 4, `only ${acknowledged} jobs were queued, seed ${seed}`)
  rmSync(folder, { recursive: true })
}, 60_000)
