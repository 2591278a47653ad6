import assert from 'node:assert/strict'
import { done, drained, failed, job, LONG, next, type QueueFact } from './queue-harness.ts'

/** Who is next. */
export function order(fact: QueueFact): void {
  fact('jobs are given away in the order in which they were pushed', async ({ store, other }) => {
    await store.push([job('1'), job('2')])
    await store.push([job('3')])
    assert.deepEqual(await drained(other), ['1', '2', '3'])
  })

  fact('a higher priority goes first', async ({ store }) => {
    const priorities = [0, 5, -1, 5, 1]
    await store.push(priorities.map((priority, index) => job(`${priority} ${index}`, { priority })))
    assert.deepEqual(await drained(store), ['5 1', '5 3', '1 4', '0 0', '-1 2'])
  })

  fact('a queue that is named first is emptied first, whatever the priorities', async ({ store }) => {
    await store.push([job('1', { queue: 'b', priority: 9 }), job('2'), job('3', { queue: 'c' }), job('4')])
    assert.deepEqual(await drained(store, ['a', 'b']), ['2', '4', '1'])
    assert.deepEqual(await drained(store, ['c']), ['3'])
  })

  fact('a job with a delay is due after it, and not before', async ({ store, pass, short }) => {
    await store.push([job('now'), job('late', { delay: short }), job('much later', { delay: LONG })])
    assert.equal((await next(store)).job.payload, 'now')
    await pass(2 * short)
    assert.deepEqual(await drained(store), ['late'])
  })

  fact('a payload comes back as it was, whatever it is', async ({ store }) => {
    const payloads = ['{"line":["a","b"]}', 'ä\u0000\u{1F600}"\\\'', 'x'.repeat(200_000)]
    await store.push(payloads.map((payload) => job(payload)))
    assert.deepEqual(await drained(store), payloads)
  })

  fact('many jobs are pushed at once, and none is lost or doubled', async ({ store }) => {
    const pushed = await store.push(Array.from({ length: 500 }, (_, index) => job(String(index))))
    assert.equal(new Set(pushed.map(({ id }) => id)).size, 500)
    assert.deepEqual(
      await drained(store),
      Array.from({ length: 500 }, (_, index) => String(index)),
    )
  })
}

/** What becomes of a job in the end. */
export function ends(fact: QueueFact): void {
  fact('a job that is over keeps its result, and is over for good', async ({ store, other }) => {
    await store.push([job('1')])
    const reserved = await next(store)
    assert.equal(await done(store, reserved), true)
    const record = await other.find(reserved.job.id)
    assert.deepEqual([record?.state, record?.result], ['done', 'well'])
    assert((record?.endedAt ?? 0) >= (record?.startedAt ?? 1))
    assert.equal(await done(store, reserved), false)
    assert.equal(await store.renew(reserved.job.id, reserved.token, LONG), 'lost')
    assert.equal(await other.reserve(['a'], LONG), undefined)
  })

  fact('what follows a job is pushed with its end', async ({ store }) => {
    await store.push([job('1')])
    await done(store, await next(store), job('2', { id: 'second', queue: 'b' }))
    assert.deepEqual(await drained(store, ['a', 'b']), ['2'])
  })

  fact('a job of a name that is known is not pushed again, also when it is over', async ({ store, other }) => {
    assert.deepEqual(await store.push([job('1', { id: 'one' })]), [{ id: 'one', pushed: true }])
    assert.deepEqual(await other.push([job('2', { id: 'one' })]), [{ id: 'one', pushed: false }])
    assert.deepEqual(await drained(store), ['1'])
    assert.deepEqual(await store.push([job('3', { id: 'one' })]), [{ id: 'one', pushed: false }])
    assert.deepEqual(await drained(store), [])
  })
}

/** Jobs that are given back. */
export function returns(fact: QueueFact): void {
  fact(
    'a job that is released is due again after its delay, and has spent no attempt',
    async ({ store, pass, short }) => {
      await store.push([job('1')])
      const { job: held, token } = await next(store)
      assert.equal(await store.release(held.id, token, { delay: short, spent: false }), true)
      assert.equal(await store.reserve(['a'], LONG), undefined)
      await pass(2 * short)
      const again = await next(store)
      assert.deepEqual([again.job.id, again.job.attempts], [held.id, 1])
    },
  )

  fact('one that is to be tried again has spent one, and tells how the last one went', async ({ store }) => {
    await store.push([job('1')])
    for (const attempt of [1, 2, 3]) {
      const { job: held, token } = await next(store)
      assert.equal(held.attempts, attempt)
      await store.release(held.id, token, { delay: 0, spent: true, result: `attempt ${attempt}` })
      assert.equal((await store.find(held.id))?.result, `attempt ${attempt}`)
    }
  })

  fact('an end that says so has spent no attempt, any other has', async ({ store }) => {
    await store.push([job('1'), job('2')])
    for (const spent of [false, undefined]) {
      const { job: held, token } = await next(store)
      await store.finish(held.id, token, { state: 'failed', result: 'why', ...(spent === false && { spent }) })
      const record = await store.find(held.id)
      assert.deepEqual([record?.state, record?.attempts, record?.result], ['failed', spent === false ? 0 : 1, 'why'])
    }
  })

  fact('a failed job waits again when it is retried, with no attempts', async ({ store, other }) => {
    await store.push([job('1')])
    const reserved = await next(store)
    await failed(store, reserved)
    assert.equal((await other.find(reserved.job.id))?.state, 'failed')
    assert.equal(await other.retry(reserved.job.id), true)
    assert.equal((await next(store)).job.attempts, 1)
  })

  fact('a job that is done, waits or is not known cannot be retried', async ({ store }) => {
    const [{ id } = { id: '' }] = await store.push([job('1')])
    assert.equal(await store.retry(id), false)
    await done(store, await next(store))
    assert.deepEqual([await store.retry(id), await store.retry('nobody')], [false, false])
  })
}
