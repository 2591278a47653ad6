import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { queueAt } from '../../src/queue/default-queue.ts'
import { describeWith, emptyQueue, POSTGRES, queueOn, REDIS } from '../servers.ts'

const WORKER = fileURLToPath(new URL('../fixtures/queue-worker.ts', import.meta.url))
const TITLE = 'a worker that stands still for longer than its lease cannot end the job that somebody else has then'

const real = createProcess()

describe('a file', () => test(TITLE, () => standStill((folder) => join(folder, 'queue.db'))))
for (const [name, server] of Object.entries({ Redis: REDIS, PostgreSQL: POSTGRES })) {
  ;(await describeWith(server))(name, () => {
    test(TITLE, async () => {
      const queue = queueOn(server)
      await standStill(() => queue.address)
      await emptyQueue(queue)
    })
  })
}

async function standStill(addressIn: (folder: string) => string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-queue-'))
  const address = addressIn(folder)
  const queued = real.queued((clock) => queueAt(address, clock))
  const sign = (name: string) => writeFileSync(join(folder, name), '')
  const wait =
    'touch "$1/begun$REHEARSAL_JOB_ATTEMPT"; until [ -e "$1/end$REHEARSAL_JOB_ATTEMPT" ]; do sleep 0.05; done'
  const { id } = await queued.queue(['sh', '-c', wait, 'wait', folder], { tries: 0 })
  const first = await real.forever().start([process.execPath, WORKER, address, '2s'])
  await untilThere(join(folder, 'begun1'))
  real.kill(first.id(), 'SIGSTOP')
  // The command ends well, and there is nobody to say so.
  sign('end1')
  const second = queued.worker({ maxJobs: 1 }).run()
  await untilThere(join(folder, 'begun2'))
  const told = first.waitUntil((_, line) => line.endsWith(`${id} 1`))
  real.kill(first.id(), 'SIGCONT')
  assert(await told, first.output())
  assert.match(first.output(), new RegExp(`^lost ${id} 1$`, 'm'))
  const meanwhile = await queued.find(id)
  assert.deepEqual([meanwhile?.state, meanwhile?.attempts], ['active', 2])
  sign('end2')
  await second
  const record = await queued.find(id)
  assert.deepEqual([record?.state, record?.attempts], ['done', 2])
  await first.stop('5s')
  await queued.close()
  rmSync(folder, { recursive: true })
}

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) await real.clock.sleep(20)
}
