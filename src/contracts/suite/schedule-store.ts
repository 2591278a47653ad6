import assert from 'node:assert/strict'
import type { ScheduleStore, TaskRun } from '../schedule-store.ts'
import type { ContractOptions } from './harness.ts'

/** A store that is to be proved, and what a case needs beside it. */
export interface StoreStage {
  readonly store: ScheduleStore
  /** The same store as somebody else sees it: another connection, where it has connections. */
  readonly other: ScheduleStore
  /** Lets so many milliseconds pass on the clock that the store lives by. */
  pass(ms: number): Promise<void>
  /** Takes away what the case left behind. */
  close(): Promise<void>
}

/** What the suite needs of a test runner and of the store that is to be proved. */
export interface StoreContractOptions extends Pick<ContractOptions, 'test' | 'describe'> {
  /** A short lease in milliseconds, 200 unless given: more for a store in real time that may be slow to answer. */
  readonly lease?: number
  /** Makes an empty store for each case. */
  readonly createStore: () => StoreStage | Promise<StoreStage>
}

type Fact = (title: string, body: (stage: StoreStage, lease: number) => Promise<void>) => void

/**
 * Registers the contract of a store for schedules.
 *
 * @example storeContract({ test, describe, createStore })
 */
export function storeContract({ test, describe, createStore, lease = 200 }: StoreContractOptions): void {
  const fact: Fact = (title, body) =>
    test(title, async () => {
      const stage = await createStore()
      try {
        await body(stage, lease)
      } finally {
        await stage.close()
      }
    })
  for (const [name, cases] of Object.entries({ locks, claims, names, decisions, history, pauses, time })) {
    describe(name, () => cases(fact))
  }
}

const LONG = 60_000

function locks(fact: Fact): void {
  fact('a lock is for one at a time', async ({ store, other }) => {
    const token = await store.acquire('a', LONG)
    assert(token)
    assert.equal(await store.acquire('a', LONG), undefined)
    assert.equal(await other.acquire('a', LONG), undefined)
    assert.equal(await store.release('a', token), true)
    assert(await other.acquire('a', LONG))
  })

  fact('of many who want a lock at once exactly one gets it', async ({ store, other }) => {
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).acquire('a', LONG)))
    assert.equal(tokens.filter((token) => token !== undefined).length, 1)
  })

  fact('locks of different names have nothing to do with each other', async ({ store }) => {
    const [a, b] = [await store.acquire('a', LONG), await store.acquire('b', LONG)]
    assert(a && b)
    assert.equal(await store.release('a', b), a === b)
  })

  fact('no two tokens of a lock are the same', async ({ store, other }) => {
    const first = (await store.acquire('a', LONG)) as string
    await store.release('a', first)
    assert.notEqual(await other.acquire('a', LONG), first)
  })

  fact('a lock whose lease has run out is free', async ({ store, other, pass }, lease) => {
    await store.acquire('a', lease)
    await pass(lease / 4)
    assert.equal(await other.acquire('a', LONG), undefined)
    await pass(lease)
    assert(await other.acquire('a', LONG))
  })

  fact('a renewed lock is held for the whole lease again', async ({ store, other, pass }, lease) => {
    const token = (await store.acquire('a', lease)) as string
    assert.equal(await store.renew('a', token, LONG), true)
    await pass(2 * lease)
    assert.equal(await other.acquire('a', LONG), undefined)
  })

  fact('whoever has lost a lock can neither renew nor free it', async ({ store, other, pass }, lease) => {
    const lost = (await store.acquire('a', lease)) as string
    await pass(2 * lease)
    const held = (await other.acquire('a', LONG)) as string
    assert.deepEqual([await store.renew('a', lost, LONG), await store.release('a', lost)], [false, false])
    assert.equal(await store.acquire('a', LONG), undefined)
    assert.equal(await other.renew('a', held, LONG), true)
  })

  fact('a lock that has run out is not renewed, even if nobody has taken it', async ({ store, pass }, lease) => {
    const token = (await store.acquire('a', lease)) as string
    await pass(2 * lease)
    assert.equal(await store.renew('a', token, LONG), false)
  })
}

function claims(fact: Fact): void {
  fact('a due time of a task is claimed once', async ({ store, other }) => {
    assert.equal(await store.claim('a', 1000), true)
    assert.deepEqual([await store.claim('a', 1000), await other.claim('a', 1000)], [false, false])
    assert.deepEqual([await other.claim('a', 2000), await store.claim('b', 1000)], [true, true])
  })

  fact('everybody knows which ones are claimed', async ({ store, other }) => {
    assert.equal(await other.claimed('a', 1000), false)
    await store.claim('a', 1000)
    assert.deepEqual([await store.claimed('a', 1000), await other.claimed('a', 1000)], [true, true])
    assert.deepEqual([await store.claimed('a', 2000), await store.claimed('b', 1000)], [false, false])
  })

  fact('the last hundred of a task are known, whatever has been claimed since', async ({ store }) => {
    for (let dueAt = 0; dueAt < 100; dueAt++) await store.claim('a', dueAt)
    for (let dueAt = 0; dueAt < 100; dueAt++) await store.claim('b', dueAt)
    const again = await Promise.all([0, 50, 99].map((dueAt) => store.claim('a', dueAt)))
    assert.deepEqual(again, [false, false, false])
  })

  fact('of many who claim a due time at once exactly one gets it', async ({ store, other }) => {
    const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).claim('a', 1000)))
    assert.equal(claims.filter(Boolean).length, 1)
  })
}

function names(fact: Fact): void {
  fact('names are any text, and moments are far ahead', async ({ store, other }) => {
    const odd = `it's "${'x'.repeat(1000)}" %_:* 日本\n$1 ?`
    const far = Date.UTC(2199, 11, 31)
    const token = (await store.acquire(odd, LONG)) as string
    assert.equal(await other.acquire(odd, LONG), undefined)
    assert.equal(await other.release(odd, token), true)
    assert.deepEqual([await store.claim(odd, far), await other.claim(odd, far)], [true, false])
    await store.decide(odd, { dueAt: far, timetable: odd })
    assert.deepEqual(await other.decided(odd), { dueAt: far, timetable: odd })
    await store.record(runOf(odd, far))
    assert.deepEqual(await other.history({ tasks: [odd], limit: 1 }), [runOf(odd, far)])
  })
}

function time(fact: Fact): void {
  fact('the time that leases run by goes on, where the store tells it', async ({ store, pass }, lease) => {
    if (!store.now) return
    const before = await store.now()
    await pass(lease)
    assert(Number.isFinite(before) && (await store.now()) >= before + lease)
  })
}

function decisions(fact: Fact): void {
  fact('nothing is decided of a task that nobody knows', async ({ store }) => {
    assert.equal(await store.decided('a'), undefined)
  })

  fact('the last due time that was decided is known to all', async ({ store, other }) => {
    await store.decide('a', { dueAt: 1000, timetable: '* * * * *' })
    await other.decide('a', { dueAt: 2000, timetable: '* * * * *' })
    await other.decide('b', { dueAt: 5000, timetable: '0 * * * *' })
    assert.deepEqual(await store.decided('a'), { dueAt: 2000, timetable: '* * * * *' })
  })

  fact('an earlier one changes nothing', async ({ store }) => {
    await store.decide('a', { dueAt: 2000, timetable: '* * * * *' })
    await store.decide('a', { dueAt: 1000, timetable: '* * * * *' })
    assert.deepEqual(await store.decided('a'), { dueAt: 2000, timetable: '* * * * *' })
  })

  fact('one by another timetable takes its place', async ({ store }) => {
    await store.decide('a', { dueAt: 2000, timetable: '* * * * *' })
    await store.decide('a', { dueAt: 1000, timetable: '0 * * * *' })
    assert.deepEqual(await store.decided('a'), { dueAt: 1000, timetable: '0 * * * *' })
  })
}

function history(fact: Fact): void {
  fact('runs are given back as they were, the latest first', async ({ store, other }) => {
    const failed = { ...runOf('b', 2), outcome: 'failed', reason: "it's over", exitCode: 3, attempts: 2 } as const
    const missed = { ...runOf('a', 3), outcome: 'missed', exitCode: null, missed: 7 } as const
    for (const run of [runOf('a', 1), failed, missed]) await store.record(run)
    assert.deepEqual(await other.history({ limit: 10 }), [missed, failed, runOf('a', 1)])
    assert.deepEqual(await store.history({ limit: 2 }), [missed, failed])
  })

  fact('those of some tasks can be had alone', async ({ store }) => {
    for (const [index, task] of ['a', 'b', 'c', 'a'].entries()) await store.record(runOf(task, index))
    assert.deepEqual(await store.history({ tasks: ['a'], limit: 10 }), [runOf('a', 3), runOf('a', 0)])
    const two = [runOf('a', 3), runOf('c', 2), runOf('a', 0)]
    assert.deepEqual(await store.history({ tasks: ['a', 'c'], limit: 10 }), two)
    assert.deepEqual(await store.history({ tasks: [], limit: 10 }), [])
  })

  fact('the last hundred of each task are kept, whatever the others do', async ({ store }) => {
    await store.record(runOf('rare', 0))
    for (let index = 0; index < 120; index++) await store.record(runOf('often', index))
    const often = await store.history({ tasks: ['often'], limit: 100 })
    assert.deepEqual([often.length, often[0]?.dueAt, often[99]?.dueAt], [100, 119, 20])
    assert.equal((await store.history({ tasks: ['rare'], limit: 100 })).length, 1)
  })
}

function pauses(fact: Fact): void {
  fact('a pause is for all, until it ends', async ({ store, other }) => {
    assert.equal(await store.paused(), false)
    await store.pause(true)
    assert.deepEqual([await store.paused(), await other.paused()], [true, true])
    await other.pause(false)
    assert.equal(await store.paused(), false)
  })
}

function runOf(task: string, dueAt: number): TaskRun {
  return { task, dueAt, startedAt: dueAt + 1, endedAt: dueAt + 2, outcome: 'succeeded', exitCode: 0, attempts: 1 }
}
