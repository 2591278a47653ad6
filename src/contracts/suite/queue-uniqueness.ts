import assert from 'node:assert/strict'
import type { NewJob } from '../queue-store.ts'
import { done, drained, failed, job, LONG, next, type QueueFact } from './queue-harness.ts'

/** Jobs that are the only ones of their kind. */
export function uniqueness(fact: QueueFact): void {
  fact('the second of a kind is dropped while the first waits or runs', async ({ store, other }) => {
    const [{ id } = { id: '' }] = await store.push([only('1')])
    assert.deepEqual(await other.push([only('2'), only('3')]), Array(2).fill({ id, pushed: false }))
    const first = await next(store)
    assert.deepEqual(await other.push([only('4')]), [{ id, pushed: false }])
    await done(store, first)
    assert.equal((await other.push([only('5')]))[0]?.pushed, true)
    assert.deepEqual(await drained(store), ['5'])
  })

  fact('it stays so over releases, and ends with a failure', async ({ store }) => {
    await store.push([only('1')])
    const first = await next(store)
    await store.release(first.job.id, first.token, { delay: 0, spent: true })
    assert.equal((await store.push([only('2')]))[0]?.pushed, false)
    await failed(store, await next(store))
    assert.equal((await store.push([only('3')]))[0]?.pushed, true)
  })

  fact('one that is unique until it is started makes room when it is', async ({ store, other }) => {
    await store.push([only('1', 'started')])
    assert.equal((await other.push([only('2', 'started')]))[0]?.pushed, false)
    await next(store)
    assert.equal((await other.push([only('3', 'started')]))[0]?.pushed, true)
    assert.equal((await other.push([only('4', 'started')]))[0]?.pushed, false)
  })

  fact('others may come when its time is over', async ({ store, pass, short }) => {
    await store.push([only('1', 'over', short)])
    assert.equal((await store.push([only('2', 'over', short)]))[0]?.pushed, false)
    await pass(2 * short)
    assert.equal((await store.push([only('3', 'over', short)]))[0]?.pushed, true)
  })

  fact('one that replaces takes the place of the first and waits its own delay', async ({ store, pass, short }) => {
    await store.push([latest('1', 0)])
    assert.equal((await store.push([latest('2', short)]))[0]?.pushed, true)
    assert.deepEqual(await drained(store), [])
    await pass(2 * short)
    assert.deepEqual(await drained(store), ['2'])
    assert.deepEqual(await store.list({ limit: 10, state: 'waiting' }), [])
  })

  fact('it waits beside a first one that has been started', async ({ store }) => {
    await store.push([latest('1', 0)])
    const first = await next(store)
    await store.push([latest('2', 0)])
    await store.push([latest('3', 0)])
    await done(store, first)
    assert.deepEqual(await drained(store), ['3'])
  })

  fact('kinds of different names have nothing to do with each other', async ({ store }) => {
    await store.push([only('1'), job('2', { unique: { key: 'other', until: 'over', second: 'dropped' } })])
    assert.deepEqual(await drained(store), ['1', '2'])
  })

  fact('of many who push the same kind at once exactly one is taken', async ({ store, other }) => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? store : other).push([only(String(index))])),
    )
    assert.equal(all.filter(([pushed]) => pushed?.pushed).length, 1)
    assert.equal((await store.list({ limit: 30 })).length, 1)
    assert.equal(await store.reserve(['b'], LONG), undefined)
  })
}

function only(payload: string, until: 'over' | 'started' = 'over', ttl?: number): NewJob {
  return job(payload, { unique: { key: 'k', until, second: 'dropped', ...(ttl !== undefined && { ttl }) } })
}

function latest(payload: string, delay: number): NewJob {
  return job(payload, { delay, unique: { key: 'k', until: 'over', second: 'replaces' } })
}
