import assert from 'node:assert/strict'
import { done, drained, job, LONG, next, type QueueFact } from './queue-harness.ts'

/** Who has a job, and for how long. */
export function leases(fact: QueueFact): void {
  fact('a job that is given away is nobody else’s', async ({ store, other }) => {
    await store.push([job('1')])
    await next(store)
    assert.equal(await other.reserve(['a'], LONG), undefined)
  })

  fact('a job whose lease has run out is given away again, as another attempt with another token', async (stage) => {
    const { store, other, pass, short } = stage
    await store.push([job('1')])
    const first = await next(store, short)
    await pass(2 * short)
    const second = await next(other)
    assert.deepEqual([first.job.attempts, second.job.attempts, second.job.id], [1, 2, first.job.id])
    assert.notEqual(first.token, second.token)
  })

  fact('a lease that is renewed holds for the whole time again', async ({ store, other, pass, short }) => {
    await store.push([job('1')])
    const { job: held, token } = await next(store, short)
    assert.equal(await store.renew(held.id, token, LONG), 'held')
    await pass(2 * short)
    assert.equal(await other.reserve(['a'], LONG), undefined)
  })

  fact('whoever has lost a job can do nothing to it', async ({ store, other, pass, short }) => {
    await store.push([job('1')])
    const lost = await next(store, short)
    await pass(2 * short)
    const held = await next(other)
    const { id } = lost.job
    assert.equal(await store.renew(id, lost.token, LONG, 'late'), 'lost')
    assert.equal(await done(store, lost, job('never')), false)
    assert.equal(await store.release(id, lost.token, { delay: 0, spent: true, result: 'late' }), false)
    const record = await store.find(id)
    assert.deepEqual([record?.state, record?.progress, record?.result], ['active', undefined, undefined])
    assert.equal(await done(other, held), true)
    assert.deepEqual(await drained(store), [])
  })

  fact('a lease that has run out is lost, even if nobody has taken the job', async ({ store, pass, short }) => {
    await store.push([job('1')])
    const { job: held, token } = await next(store, short)
    await pass(2 * short)
    assert.equal(await store.renew(held.id, token, LONG), 'lost')
  })

  fact('how far a job is can be seen by all while it runs', async ({ store, other }) => {
    await store.push([job('1')])
    const { job: held, token } = await next(store)
    await store.renew(held.id, token, LONG, 'half')
    const record = await other.find(held.id)
    assert.deepEqual([record?.state, record?.progress, record?.attempts], ['active', 'half', 1])
  })

  fact('a job that is not known cannot be renewed', async ({ store }) => {
    assert.equal(await store.renew('nobody', 'nothing', LONG), 'lost')
  })
}

/** Jobs that nobody wants any more. */
export function cancelling(fact: QueueFact): void {
  fact('a job that waits is cancelled at once', async ({ store, other }) => {
    const [{ id } = { id: '' }] = await store.push([job('1'), job('2', { delay: LONG })])
    assert.equal(await other.cancel(id), true)
    assert.equal((await store.find(id))?.state, 'cancelled')
    assert.deepEqual(await drained(store), [])
    assert.equal(await other.cancel(id), false)
  })

  fact('the worker of one that runs is asked to cancel it', async ({ store, other }) => {
    await store.push([job('1')])
    const { job: held, token } = await next(store)
    assert.equal(await other.cancel(held.id), true)
    assert.equal((await store.find(held.id))?.state, 'active')
    assert.equal(await store.renew(held.id, token, LONG), 'cancelled')
    assert.equal(await store.finish(held.id, token, { state: 'cancelled', result: '' }), true)
    assert.equal((await other.find(held.id))?.state, 'cancelled')
  })

  fact('one whose worker is gone is cancelled and not given away again', async ({ store, other, pass, short }) => {
    await store.push([job('1')])
    const { job: held } = await next(store, short)
    await other.cancel(held.id)
    await pass(2 * short)
    assert.equal(await other.reserve(['a'], LONG), undefined)
    assert.equal((await other.find(held.id))?.state, 'cancelled')
  })

  fact('one that its worker gives back meanwhile is cancelled', async ({ store, other }) => {
    await store.push([job('1')])
    const { job: held, token } = await next(store)
    await other.cancel(held.id)
    await store.release(held.id, token, { delay: 0, spent: true })
    assert.equal((await other.find(held.id))?.state, 'cancelled')
  })

  fact('a job that is not known cannot be cancelled', async ({ store }) => {
    assert.equal(await store.cancel('nobody'), false)
  })
}
