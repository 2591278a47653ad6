import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { describe, test } from 'vitest'
import { redisDurability } from '../../src/distributed/durability.ts'
import { RedisLink } from '../../src/distributed/redis-link.ts'
import { SkewWatch } from '../../src/distributed/skew-watch.ts'
import { createProcess, FakeDriver, StoreError } from '../../src/index.ts'
import { queueAt } from '../../src/queue/default-queue.ts'
import { describeWith, emptyQueue, POSTGRES, queueOn, REDIS } from '../servers.ts'
import { ServerProxy } from './server-proxy.ts'

const real = createProcess()

for (const [name, address] of Object.entries({ Redis: REDIS, PostgreSQL: POSTGRES })) {
  ;(await describeWith(address))(`a server of ${name}`, () => {
    test('that is down when a job is queued is named, and takes the job when it is there', async () => {
      const [proxy, queue] = [await ServerProxy.before(address), queueOn(address)]
      const queued = real.queued((clock) => queueAt(queue.through(proxy.address), clock))
      await assert.rejects(queued.queue('true'), (error: StoreError) => {
        assert(error instanceof StoreError)
        assert.match(error.message, /^Cannot use the store ".*127\.0\.0\.1:\d+.*": .*ECONNREFUSED/)
        return true
      })
      await proxy.up()
      const { id } = await queued.queue('true')
      assert.equal((await queued.find(id))?.state, 'waiting')
      await queued.close()
      await proxy.down()
      await emptyQueue(queue)
    })

    test('that is gone while a job runs is told of, and what came of the job is stored when it is back', async () => {
      const [proxy, queue] = [await ServerProxy.before(address), queueOn(address)]
      const folder = mkdtempSync(join(tmpdir(), 'rehearsal-queue-'))
      await proxy.up()
      const queued = real.queued((clock) => queueAt(queue.through(proxy.address), clock))
      const until = `until [ -e '${join(folder, 'go')}' ]; do sleep 0.05; done`
      const { id } = await queued.queue(real.forever().command(['sh', '-c', until]))
      const begun = Promise.withResolvers<void>()
      const troubled = Promise.withResolvers<unknown>()
      queued.on('processing', () => begun.resolve())
      queued.on('storeFailed', ({ error }) => troubled.resolve(error))
      const worker = queued.worker({ lease: '9s', maxJobs: 1 })
      const over = worker.run()
      await begun.promise
      await proxy.down()
      assert.match(String(await troubled.promise), /Cannot use the store/)
      await proxy.up()
      writeFileSync(join(folder, 'go'), '')
      await over
      const record = await queued.find(id)
      assert.deepEqual([record?.state, record?.attempts], ['done', 1])
      await queued.close()
      await proxy.down()
      await emptyQueue(queue)
      rmSync(folder, { recursive: true })
    })
  })
}

describe('what is said of a server', () => {
  test('a Redis that does not write to disk, or throws away, is told what it would lose', async () => {
    assert.deepEqual(await redisDurability(redisWith({ appendonly: 'yes', 'maxmemory-policy': 'noeviction' })), [])
    const [snapshots, evictions] = await redisDurability(
      redisWith({ appendonly: 'no', 'maxmemory-policy': 'allkeys-lru' }),
    )
    assert.match(snapshots ?? '', /everything since the last snapshot is lost/)
    assert.match(evictions ?? '', /jobs are thrown away when memory is short/)
    assert.match((await redisDurability(redisWith({})))[0] ?? '', /does not tell/)
  })

  test('a clock that is more than a second off is told of once', () => {
    const { clock } = new FakeDriver({ cast: () => undefined })
    const told: string[] = []
    const watch = new SkewWatch(clock, (text) => told.push(text))
    watch.see(clock.now() - 900, 'the store')
    assert.deepEqual(told, [])
    for (const behind of [300_000, 300_001]) watch.see(clock.now() - behind, 'the store')
    assert.deepEqual(told, [
      'The clock of this machine is 300.0 s ahead of that of the store "the store", which decides when jobs are due',
    ])
  })

  test('an address of a store that nobody knows is refused', () => {
    for (const address of ['mysql://127.0.0.1/jobs', 'redis://127.0.0.1:6379?queue=a-b', 'redis://['])
      assert.throws(() => queueAt(address, real.clock), StoreError)
  })
})

function redisWith(settings: Readonly<Record<string, string>>): RedisLink {
  const call = async (_command: string, _get: string, name: string) => {
    const value = settings[name]
    if (value === undefined) throw new Error('NOPERM')
    return [name, value]
  }
  return new RedisLink({ ping: async () => 'PONG', call } as unknown as Redis)
}
