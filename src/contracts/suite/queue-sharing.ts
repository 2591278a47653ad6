import assert from 'node:assert/strict'
import type { QueueStore, Reserved } from '../queue-store.ts'
import { job, LONG, type QueueFact } from './queue-harness.ts'

/** What workers of the same store have in common. */
export function sharing(fact: QueueFact): void {
  fact('of many who reserve at once each gets a job of its own', async ({ store, other }) => {
    await store.push(Array.from({ length: 30 }, (_, index) => job(String(index))))
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? store : other).reserve(['a'], LONG)),
    )
    const given = all.filter((reserved) => reserved !== undefined)
    assert.deepEqual([given.length, new Set(given.map(({ job: { id } }) => id)).size], [30, 30])
  })

  fact(
    'a lock is for one at a time, until it is released or its lease has run out',
    async ({ store, other, pass, short }) => {
      const token = await store.locks.acquire('key', short)
      assert(token)
      assert.equal(await other.locks.acquire('key', LONG), undefined)
      assert.equal(await store.locks.renew('key', token, short), true)
      await pass(2 * short)
      const second = await other.locks.acquire('key', LONG)
      assert(second)
      assert.deepEqual(
        [await store.locks.release('key', token), await other.locks.release('key', second)],
        [false, true],
      )
      assert(await store.locks.acquire('key', LONG))
    },
  )

  fact(
    'as many turns are taken in a window as its limit allows, by all together',
    async ({ store, other, pass, short }) => {
      const window = 4 * short
      assert.deepEqual([await store.turn('r', 2, window), await other.turn('r', 2, window)], [0, 0])
      const wait = await store.turn('r', 2, window)
      assert(wait > 0 && wait <= window)
      assert.equal(await store.turn('other', 1, window), 0)
      await pass(wait + short)
      assert.equal(await other.turn('r', 2, window), 0)
    },
  )

  fact('the clock of the store is the same for all', async ({ store, other }) => {
    assert(Math.abs((await store.now()) - (await other.now())) < 1000)
  })
}

/** How they hear that there is something to do. */
export function news(fact: QueueFact): void {
  fact('who waits for news hears of a job that is pushed by somebody else', async ({ store, other, pass, short }) => {
    const patience = new AbortController()
    const heard = store.news(['a'], patience.signal)
    await other.push([job('1')])
    await pass(2 * short)
    await heard
    assert((await store.reserve(['a'], LONG)) ?? (await again(store, patience.signal)))
  })

  fact('who waits for news hears of a job that becomes due', async ({ store, pass, short }) => {
    await store.push([job('1', { delay: short })])
    const waiting = wake(store)
    await pass(2 * short)
    await waiting
    assert(await store.reserve(['a'], LONG))
  })

  fact('who waits for news stops when nobody wants it any more', async ({ store }) => {
    const patience = new AbortController()
    const heard = store.news(['a'], patience.signal)
    patience.abort()
    await heard
  })
}

// News says that there may be something: a store may call twice.
async function again(store: QueueStore, signal: AbortSignal): Promise<Reserved | undefined> {
  await store.news(['a'], signal)
  return store.reserve(['a'], LONG)
}

async function wake(store: QueueStore): Promise<void> {
  await store.news(['a'], new AbortController().signal)
}
