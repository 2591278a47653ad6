import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { describeWith, emptyQueue, POSTGRES, queueOn, REDIS } from '../servers.ts'
import { survive } from './kills.ts'

const TITLE = 'of jobs that were queued none is lost or done again, whoever is killed at whatever moment'

describe('in a file', () => {
  test(TITLE, () => killSome((folder) => join(folder, 'queue.db'), { workerKills: 8, producerKills: 2 }), 60_000)
})

for (const [name, server] of Object.entries({ Redis: REDIS, PostgreSQL: POSTGRES })) {
  ;(await describeWith(server))(`in ${name}`, () => {
    const queue = queueOn(server)
    test(TITLE, async () => {
      await killSome(() => queue.address, { workerKills: 3, producerKills: 1 })
      await emptyQueue(queue)
    }, 60_000)
  })
}

async function killSome(
  addressIn: (folder: string) => string,
  kills: { readonly workerKills: number; readonly producerKills: number },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-kills-'))
  const seed = 7
  const plan = { address: addressIn(folder), log: join(folder, 'begun.txt'), seed, ...kills }
  const { acknowledged, repeated, ...wrong } = await survive(plan)
  assert.deepEqual(wrong, { lost: [], doubled: [], again: [], early: [] }, `seed ${seed}`)
  assert(acknowledged >= 4, `only ${acknowledged} jobs were queued, seed ${seed}`)
  rmSync(folder, { recursive: true })
}
