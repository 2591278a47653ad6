import assert from 'node:assert/strict'
import { done, drained, failed, job, LONG, next, type QueueFact } from './queue-harness.ts'

/** What can be seen and put away. */
export function lists(fact: QueueFact): void {
  fact('a job is found by its name, with all that is known of it', async ({ store, other }) => {
    const before = await store.now()
    await store.push([job('1', { id: 'one', priority: 3, delay: LONG })])
    const record = await other.find('one')
    assert(record)
    const { pushedAt, dueAt, ...rest } = record
    assert.deepEqual(rest, { id: 'one', queue: 'a', payload: '1', priority: 3, state: 'waiting', attempts: 0 })
    assert(pushedAt >= before - 1 && dueAt === pushedAt + LONG)
    assert.equal(await store.find('nobody'), undefined)
  })

  fact('jobs are listed by queue and state, the latest first', async ({ store, other }) => {
    await store.push([job('1'), job('2', { queue: 'b' }), job('3'), job('4')])
    await failed(store, await next(store))
    const payloads = async (filter: Parameters<typeof store.list>[0]) =>
      (await other.list(filter)).map(({ payload }) => payload)
    assert.deepEqual(await payloads({ limit: 9 }), ['4', '3', '2', '1'])
    assert.deepEqual(await payloads({ limit: 9, queue: 'a', state: 'waiting' }), ['4', '3'])
    assert.deepEqual(await payloads({ limit: 1, queue: 'a' }), ['4'])
    assert.deepEqual(await payloads({ limit: 9, state: 'failed' }), ['1'])
  })

  fact('queues are counted by state', async ({ store, other }) => {
    await store.push([job('1'), job('2'), job('3'), job('4', { delay: LONG }), job('5', { queue: 'b' })])
    await done(store, await next(store))
    await failed(store, await next(store))
    const none = { waiting: 0, delayed: 0, active: 0, done: 0, failed: 0, cancelled: 0, paused: false }
    assert.deepEqual(await other.counts(), [
      { ...none, queue: 'a', waiting: 1, delayed: 1, done: 1, failed: 1 },
      { ...none, queue: 'b', waiting: 1 },
    ])
  })

  fact('nothing comes of a queue that is paused, until it goes on', async ({ store, other }) => {
    await store.push([job('1'), job('2', { queue: 'b' })])
    await other.pause('a', true)
    assert.deepEqual(await drained(store, ['a', 'b']), ['2'])
    assert.equal((await store.counts()).find(({ queue }) => queue === 'a')?.paused, true)
    await store.pause('a', false)
    assert.deepEqual(await drained(store), ['1'])
  })

  fact(
    'jobs are forgotten by name, queue, state and age, but never while they run',
    async ({ store, other, pass, short }) => {
      await store.push([job('1'), job('2', { id: 'two', priority: -1 }), job('3', { queue: 'b' })])
      const first = await next(store)
      assert.equal(await other.forget({ queue: 'a' }), 1)
      assert.equal(await store.find('two'), undefined)
      assert.equal(await other.forget({ id: first.job.id }), 0)
      await done(store, first)
      await pass(short)
      assert.equal(await other.forget({ state: 'done', before: (await store.now()) - LONG }), 0)
      assert.equal(await other.forget({ state: 'done', before: (await store.now()) + 1 }), 1)
      assert.equal(await store.forget({ id: 'nobody' }), 0)
      assert.deepEqual(await drained(store, ['a', 'b']), ['3'])
    },
  )

  fact('a name that is forgotten may be used again', async ({ store }) => {
    await store.push([job('1', { id: 'one' })])
    await done(store, await next(store))
    await store.forget({ id: 'one' })
    assert.deepEqual(await store.push([job('2', { id: 'one' })]), [{ id: 'one', pushed: true }])
  })
}
