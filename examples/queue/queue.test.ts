import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { createProcess, Process } from '../../src/index.ts'
import { describeWith, emptyQueue, POSTGRES, queueOn, REDIS } from '../../test/servers.ts'
import { queueThumbnails } from './photos.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

test('thumbnails are rehearsed without a worker of their own', async () => {
  using fake = Process.fake({ 'sh -c * shrink * *': Process.sequence([1, 'ok', 'ok', 'ok']), 'sh -c * index *': 'ok' })
  const queued = Process.queued()
  const batch = await queueThumbnails(queued, ['a', 'b', 'c'], '/srv/small')
  const worker = queued.worker()
  const over = worker.run()
  await fake.advance('1m')
  worker.stop()
  await over
  assert.deepEqual((await queued.findBatch(batch).status())?.pending, 0)
  Process.assertRanTimes('sh -c * shrink * *', 4).assertRanTimes('sh -c * index *', 1)
})

describe('two workers and a producer', () => {
  test('on a file', () => run((folder) => join(folder, 'queue.db')))
})

for (const [name, server] of Object.entries({ Redis: REDIS, PostgreSQL: POSTGRES })) {
  ;(await describeWith(server))('two workers and a producer', () => {
    test(`on ${name}`, async () => {
      const queue = queueOn(server)
      await run(() => queue.address)
      await emptyQueue(queue)
    })
  })
}

async function run(addressIn: (folder: string) => string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-photos-'))
  const example = createProcess().env({ REHEARSAL_QUEUE: addressIn(folder) })
  const result = await example.timeout('20s').run([process.execPath, MAIN, folder])
  result.throw()
  const lines = result.lines()
  assert.equal(lines.filter((line) => / has done (photo-\d|index), attempt 1$/.test(line)).length, 9, result.output())
  assert(lines.includes('8 photos are done'), result.output())
  assert.equal(readdirSync(folder).filter((file) => file.endsWith('.small')).length, 8)
  assert.equal(readFileSync(join(folder, 'index'), 'utf8').split('\n').length, 9)
  rmSync(folder, { recursive: true })
}
