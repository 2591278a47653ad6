import assert from 'node:assert/strict'
import type { NewBatch, QueueStore } from '../queue-store.ts'
import { done, drained, failed, job, next, type QueueFact } from './queue-harness.ts'

/** Jobs that are counted together. */
export function batches(fact: QueueFact): void {
  fact('a batch counts its jobs, and says when all have succeeded', async ({ store, other }) => {
    await store.openBatch(batch(), [job('1'), job('2')])
    assert.deepEqual(await countsOf(other), { total: 2, pending: 2, failed: 0, cancelled: false, over: false })
    await done(store, await next(store))
    assert.deepEqual(await countsOf(other), { total: 2, pending: 1, failed: 0, cancelled: false, over: false })
    await done(other, await next(other))
    assert.deepEqual(await countsOf(store), { total: 2, pending: 0, failed: 0, cancelled: false, over: true })
    assert.deepEqual(await drained(store, ['success', 'failure', 'end']), ['success', 'end'])
  })

  fact('the first failure cancels the rest', async ({ store }) => {
    await store.openBatch(batch(), [job('1'), job('2'), job('3')])
    await failed(store, await next(store))
    assert.deepEqual(await countsOf(store), { total: 3, pending: 0, failed: 1, cancelled: true, over: true })
    assert.deepEqual(await drained(store, ['a', 'success', 'failure', 'end']), ['failure', 'end'])
  })

  fact('a batch that allows failures goes on, and tells of the first one once', async ({ store }) => {
    await store.openBatch(batch(true), [job('1'), job('2'), job('3')])
    await failed(store, await next(store))
    await failed(store, await next(store))
    assert.deepEqual(await drained(store, ['success', 'failure', 'end']), ['failure'])
    await done(store, await next(store))
    assert.deepEqual(await countsOf(store), { total: 3, pending: 0, failed: 2, cancelled: false, over: true })
    assert.deepEqual(await drained(store, ['success', 'failure', 'end']), ['end'])
  })

  fact('a batch that is cancelled cancels what waits and asks what runs', async ({ store, other }) => {
    await store.openBatch(batch(), [job('1'), job('2')])
    const { job: running, token } = await next(store)
    assert.equal(await other.cancelBatch('b'), true)
    assert.equal(await store.renew(running.id, token, 1000), 'cancelled')
    assert.deepEqual(await countsOf(other), { total: 2, pending: 1, failed: 0, cancelled: true, over: false })
    await store.finish(running.id, token, { state: 'cancelled', result: '' })
    assert.deepEqual(await countsOf(other), { total: 2, pending: 0, failed: 0, cancelled: true, over: true })
    assert.deepEqual(await drained(store, ['a', 'success', 'failure', 'end']), ['end'])
    assert.deepEqual([await other.cancelBatch('b'), await other.cancelBatch('nobody')], [false, false])
  })

  fact('a batch of which a job was cancelled, forgotten or cleared is over without success', async ({ store }) => {
    const ways: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
      cancelled: (id) => store.cancel(id),
      forgotten: (id) => store.forget({ id }),
      cleared: () => store.forget({ queue: 'a', state: 'waiting' }),
    }
    for (const [name, leave] of Object.entries(ways)) {
      await store.openBatch(batch(false, name), [job('1', { id: `${name}-1` }), job('2', { id: `${name}-2` })])
      await done(store, await next(store))
      await leave(`${name}-2`)
      assert.equal((await store.batch(name))?.undone, 1, name)
      assert.deepEqual(await drained(store, ['a', 'success', 'failure', 'end']), ['end'], name)
    }
  })

  fact('a job of a batch that was asked to cancel itself while it ran is over without success', async ({ store }) => {
    await store.openBatch(batch(), [job('1')])
    const { job: running, token } = await next(store)
    await store.cancel(running.id)
    await store.finish(running.id, token, { state: 'cancelled', result: '' })
    assert.deepEqual(await drained(store, ['success', 'failure', 'end']), ['end'])
  })

  fact('a cancelled job of a batch that is tried again may still make it succeed', async ({ store }) => {
    await store.openBatch(batch(), [job('1', { id: 'one' }), job('2')])
    await store.cancel('one')
    await store.retry('one')
    assert.deepEqual(await drained(store, ['a', 'success', 'failure', 'end']), ['2', '1', 'success', 'end'])
  })

  fact('a job of a batch whose place another one takes keeps it from nothing', async ({ store }) => {
    const kind = { key: 'k', until: 'over', second: 'replaces' } as const
    await store.openBatch(batch(), [job('1', { unique: kind }), job('2')])
    await store.push([job('3', { unique: kind })])
    assert.deepEqual(await drained(store, ['a', 'success', 'failure', 'end']), ['2', '3', 'success', 'end'])
  })

  fact('jobs that follow one of a batch are counted in it, and keep it open', async ({ store }) => {
    await store.openBatch(batch(), [job('1')])
    await done(store, await next(store), job('2', { batch: 'b' }))
    assert.deepEqual(await countsOf(store), { total: 2, pending: 1, failed: 0, cancelled: false, over: false })
    assert.deepEqual(await drained(store, ['a', 'success']), ['2', 'success'])
  })

  fact('a job that is added to a batch that is cancelled is cancelled, too', async ({ store }) => {
    await store.openBatch(batch(), [job('1'), job('2')])
    const running = await next(store)
    await store.cancelBatch('b')
    await store.push([job('3', { batch: 'b' })])
    assert.equal(await store.reserve(['a'], 1000), undefined)
    await done(store, running)
    assert.equal((await countsOf(store))?.over, true)
  })

  fact('a batch without jobs has succeeded', async ({ store }) => {
    await store.openBatch(batch(), [])
    assert.equal((await countsOf(store))?.over, true)
    assert.deepEqual(await drained(store, ['success', 'failure', 'end']), ['success', 'end'])
  })

  fact('a failed job of a batch that is retried is counted again', async ({ store }) => {
    await store.openBatch(batch(true), [job('1'), job('2')])
    const first = await next(store)
    await failed(store, first)
    await store.retry(first.job.id)
    assert.deepEqual(await countsOf(store), { total: 2, pending: 2, failed: 0, cancelled: false, over: false })
    assert.deepEqual(await drained(store, ['a', 'failure', 'success', 'end']), ['2', '1', 'failure', 'success', 'end'])
  })

  fact('a batch that is opened twice is opened once', async ({ store, other }) => {
    assert.equal(await store.openBatch(batch(), [job('1')]), true)
    assert.equal(await other.openBatch(batch(), [job('2')]), false)
    assert.deepEqual(await drained(store), ['1'])
    assert.equal(await store.batch('nobody'), undefined)
  })
}

function batch(allowsFailures = false, id = 'b'): NewBatch {
  const [success, failure, end] = ['success', 'failure', 'end'].map((name) =>
    job(name, { queue: name, id: `${id}-${name}` }),
  )
  return {
    id,
    allowsFailures,
    onSuccess: success ? [success] : [],
    onFailure: failure ? [failure] : [],
    onEnd: end ? [end] : [],
  }
}

async function countsOf(store: QueueStore) {
  const record = await store.batch('b')
  if (!record) return undefined
  const { total, pending, failed: failures, cancelled, endedAt } = record
  return { total, pending, failed: failures, cancelled, over: endedAt !== undefined }
}
