import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, MemoryQueue, Process, type QueuedProcess } from '../../src/index.ts'
import { rehearsed, work } from './rehearsed.ts'

const SECOND = Process.describe().after('1s')
const HOUR = Process.describe().after('1h')

describe('a worker', () => {
  rehearsed('does as many at a time as it may', { 'job *': SECOND }, async ({ process, queued }) => {
    for (const n of [1, 2, 3, 4]) await queued.queue(`job ${n}`)
    await queued.work({ stopWhenEmpty: true, concurrency: 2 })
    const starts = process.recorded().map(({ startedAt }) => startedAt - (process.recorded()[0]?.startedAt ?? 0))
    assert.deepEqual(starts, [0, 0, 1000, 1000])
  })

  rehearsed('does one job and ends, where that is asked', { 'job *': 'ok' }, async ({ process, queued }) => {
    await queued.queue('job 1')
    await queued.queue('job 2')
    assert.equal(await queued.work({ once: true }), 'once')
    process.assertRanCount(1)
    assert.equal(await queued.work({ stopWhenEmpty: true }), 'empty')
    assert.equal(await queued.work({ once: true }), 'empty')
  })

  rehearsed('ends after so many jobs', { 'job *': 'ok' }, async ({ process, queued }) => {
    for (const n of [1, 2, 3]) await queued.queue(`job ${n}`)
    assert.equal(await queued.work({ maxJobs: 2, stopWhenEmpty: true }), 'maxJobs')
    process.assertRanCount(2)
  })

  rehearsed('ends after its time, when what runs is over', { job: HOUR }, async ({ process, queued, fake }) => {
    await queued.queue(process.forever().command('job'))
    await queued.queue(process.forever().command('job'))
    const over = queued.work({ maxTime: '10m' })
    await fake.advance('2h')
    assert.equal(await over, 'maxTime')
    assert.deepEqual(
      process.recorded().map(({ outcome }) => outcome?.kind),
      ['exited'],
    )
  })

  rehearsed('rests after each job', { 'job *': 'ok' }, async ({ process, queued }) => {
    for (const n of [1, 2]) await queued.queue(`job ${n}`)
    await queued.work({ stopWhenEmpty: true, rest: '5s' })
    const [first, second] = process.recorded()
    assert.equal((second?.startedAt ?? 0) - (first?.startedAt ?? 0), 5000)
  })

  rehearsed(
    'that rests does as many at a time as it may, and rests after each',
    { 'job *': SECOND },
    async ({ process, queued }) => {
      for (const n of [1, 2, 3, 4]) await queued.queue(`job ${n}`)
      await queued.work({ stopWhenEmpty: true, concurrency: 2, rest: '5s' })
      const starts = process.recorded().map(({ startedAt }) => startedAt - (process.recorded()[0]?.startedAt ?? 0))
      assert.deepEqual(starts, [0, 0, 6000, 6000])
    },
  )

  rehearsed('that is stopped lets its jobs end, and begins none', { job: HOUR }, async ({ process, queued, fake }) => {
    await queued.queue(process.forever().command('job'))
    await queued.queue(process.forever().command('job'))
    const worker = queued.worker()
    const over = worker.run()
    await fake.advance('1s')
    worker.stop()
    await fake.advance('2h')
    assert.equal(await over, 'stopped')
    process.assertRanCount(1)
    assert.equal(process.recorded()[0]?.result?.successful(), true)
  })

  const ends = {
    'stops its jobs, and gives them back': [HOUR, 143],
    'gives back what answers TERM with an exit code of 0': [
      Process.describe().answers('SIGTERM', Process.describe().exitCode(0)).after('1h'),
      0,
    ],
  } as const
  for (const [title, [job, code]] of Object.entries(ends)) {
    rehearsed(`that is stopped twice ${title}`, { job }, async ({ process, queued, fake }) => {
      const { id } = await queued.queue(process.forever().command('job'))
      const worker = queued.worker()
      const over = worker.run()
      await fake.advance('1s')
      worker.stop()
      worker.stop()
      await fake.advance('1m')
      await over
      assert.equal(process.recorded()[0]?.result?.exitCode(), code)
      const found = await queued.find(id)
      assert.deepEqual([found?.state, found?.attempts], ['waiting', 0])
    })
  }

  rehearsed('that is run once more is refused', { job: 'ok' }, async ({ process, queued }) => {
    const worker = queued.worker({ stopWhenEmpty: true })
    await worker.run()
    await queued.queue('job')
    const message = 'Cannot work: this worker has been run before, make another one'
    await assert.rejects(worker.run(), { code: 'ERR_BAD_JOB', message })
    process.assertNothingRan()
  })

  rehearsed('that is paused begins none until it goes on', { job: 'ok' }, async ({ process, queued, fake }) => {
    const worker = queued.worker()
    const over = worker.run()
    worker.pause()
    await fake.advance('1s')
    await queued.queue('job')
    await fake.advance('1m')
    process.assertNothingRan()
    worker.resume()
    await fake.advance('1s')
    process.assertRan('job')
    worker.stop()
    await over
  })

  rehearsed('tells which jobs it does', { job: HOUR }, async ({ process, queued, fake }) => {
    const { id } = await queued.queue(process.forever().command('job'))
    const worker = queued.worker()
    const over = worker.run()
    assert.equal(worker.jobs.length, 0)
    await fake.advance('1s')
    assert.deepEqual(
      worker.jobs.map((job) => [job.id, job.attempts]),
      [[id, 1]],
    )
    worker.stop()
    await fake.advance('2h')
    await over
    assert.equal(worker.jobs.length, 0)
  })

  rehearsed('ends by a signal when what runs is over', { job: HOUR }, async ({ process, queued, fake }) => {
    for (const _ of [1, 2]) await queued.queue(process.forever().command('job'))
    const abort = new AbortController()
    const over = queued.work({ signal: abort.signal })
    await fake.advance('1s')
    abort.abort()
    await fake.advance('2h')
    assert.equal(await over, 'stopped')
    process.assertRanCount(1)
    assert.equal(process.recorded()[0]?.result?.successful(), true)
    assert.equal(await queued.work({ signal: abort.signal }), 'stopped')
    process.assertRanCount(1)
  })

  rehearsed('ends after a job when this process holds too much', { '*': 'ok' }, async ({ process, queued }) => {
    await queued.queueMany(['a', 'b'])
    assert.equal(await queued.work({ memory: '1KB', stopWhenEmpty: true }), 'memory')
    process.assertRanCount(1)
    assert.equal(await queued.work({ memory: '1TB', stopWhenEmpty: true }), 'empty')
    process.assertRanCount(2)
  })

  rehearsed('tells whoever listens, until they have left', { '*': 'ok' }, async ({ queued }) => {
    const heard: string[] = []
    const leave = queued.on('processed', ({ command }) => heard.push(command))
    await queued.queue('a')
    await work(queued)
    leave()
    await queued.queue('b')
    await work(queued)
    assert.deepEqual(heard, ['a'])
  })

  rehearsed('leaves a paused queue alone', { '*': 'ok' }, async ({ process, queued }) => {
    await queued.pause('slow')
    await queued.queue('a', { queue: 'slow' })
    await work(queued, 'slow', 'default')
    process.assertNothingRan()
    await queued.resume('slow')
    await work(queued, 'slow')
    process.assertRan('a')
  })

  const bad: Record<string, Parameters<QueuedProcess['work']>[0]> = {
    'a concurrency of 0': { concurrency: 0 },
    'no queues': { queues: [] },
    'a lease of 0': { lease: 0 },
    'a lease that is none': { lease: 'soon' },
    'half a job': { maxJobs: 0.5 },
    'an option that nobody knows': { queue: 'mail' } as never,
    'options that are none': null as never,
    'a queue that is a number': { queues: 5 as never },
    'text as yes or no': { once: 'yes' as never },
    'a signal that is a name': { signal: 'SIGTERM' as never },
  }
  for (const [what, options] of Object.entries(bad)) {
    test(`with ${what} is refused`, () => {
      assert.throws(() => createProcess().queued().worker(options), TypeError)
    })
  }
})

describe('a job that is held', () => {
  rehearsed('for longer than its lease stays with its worker', { job: HOUR }, async ({ process, queued, fake }) => {
    await queued.queue(process.forever().command('job'))
    const [one, other] = [queued.worker({ lease: '10s' }), queued.worker({ lease: '10s' })]
    const over = [one.run(), other.run()]
    await fake.advance('2h')
    for (const worker of [one, other]) worker.stop()
    await Promise.all(over)
    process.assertRanTimes('job', 1)
  })

  const silent = () => new Promise(() => {})
  const refused = () => Promise.reject(new Error('the store does not answer'))
  test.each([
    ['cannot reach the store', refused],
    ['hears nothing of the store', silent],
  ])('by a worker that %s is stopped before somebody else begins it', async (_, renew) => {
    const process = createProcess()
    using fake = process.fake({ job: HOUR })
    const store = new MemoryQueue(process.clock)
    const cutOff = new MemoryQueue(process.clock)
    let reachable = true
    const unreachable = new Proxy(store, {
      get: (target, name) => {
        const value = Reflect.get(reachable ? target : cutOff, name)
        if (typeof value !== 'function') return value
        if (reachable) return value.bind(target)
        return name === 'renew' ? renew : refused
      },
    })
    const lost: string[] = []
    const [cut, near] = [process.queued(unreachable), process.queued(store)]
    cut.on('lost', ({ command }) => lost.push(command))
    const { id } = await cut.queue(process.forever().command('job'), { tries: 2 })
    const worker = cut.worker({ lease: '10s' })
    const over = worker.run()
    await fake.advance('1s')
    reachable = false
    await fake.advance('9500ms')
    assert.deepEqual([lost, process.active().length], [['job'], 0])
    const next = near.worker()
    const nextOver = next.run()
    await fake.advance('10s')
    const runs = process.recorded()
    assert((runs[1]?.startedAt ?? 0) > (runs[0]?.endedAt ?? Number.POSITIVE_INFINITY))
    reachable = true
    await fake.advance('2h')
    worker.stop()
    next.stop()
    await Promise.all([over, nextOver])
    const job = await near.find(id)
    assert.deepEqual([job?.state, job?.attempts], ['done', 2])
  })

  rehearsed(
    'by a worker that died is failed when it has no attempt left',
    { job: 'ok' },
    async ({ process, queued, fake }) => {
      const { id } = await queued.queue('job')
      await queued.store.reserve(['default'], 1000)
      await fake.advance('2s')
      const told: number[] = []
      queued.on('failed', ({ attempt }) => told.push(attempt))
      await work(queued)
      process.assertNothingRan()
      const job = await queued.find(id)
      assert.match(job?.result?.reason ?? '', /the worker was lost in attempt 1 of 1/)
      assert.deepEqual([job?.state, job?.attempts, told], ['failed', 1, [1]])
    },
  )

  rehearsed('keeps its lock for longer than its lease', { '* job': HOUR }, async ({ process, queued, fake }) => {
    for (const name of ['first', 'second'])
      await queued.queue(process.forever().command([name, 'job']), { withoutOverlapping: 'one' })
    const worker = queued.worker({ lease: '10s', concurrency: 2 })
    const over = worker.run()
    await fake.advance('59m')
    process.assertRanCount(1)
    await fake.advance('2h')
    worker.stop()
    await over
    const [first, second] = process.recorded()
    assert((second?.startedAt ?? 0) >= (first?.endedAt ?? Number.POSITIVE_INFINITY))
  })

  test('and has given itself back goes on in peace until somebody else begins it', async () => {
    const process = createProcess()
    const queued = process.queued()
    using fake = process.fake({
      busy: async ({ clock }) => {
        if (process.recorded().length === 1) await queued.release('5m')
        await clock.sleep(60 * 60_000)
        return 0
      },
    })
    const { id } = await queued.queue(process.forever().command('busy'))
    const [one, other] = [queued.worker({ lease: '10s', maxJobs: 1 }), queued.worker({ lease: '10s' })]
    const over = one.run()
    await fake.advance('4m')
    assert.deepEqual([process.active().length, (await queued.find(id))?.state], [1, 'waiting'])
    const otherOver = other.run()
    await fake.advance('61s')
    process.assertRanTimes('busy', 2)
    // By its next renewal, long before its lease would have run out.
    await fake.advance('3s')
    const [first, second] = process.recorded()
    assert.deepEqual([first?.outcome?.kind, second?.outcome], ['signalled', undefined])
    other.stop()
    other.stop()
    await Promise.all([over, otherOver])
  })

  rehearsed('and cancelled is stopped', { job: HOUR }, async ({ process, queued, fake }) => {
    const { id } = await queued.queue(process.forever().command('job'))
    const worker = queued.worker({ lease: '9s' })
    const over = worker.run()
    await fake.advance('1s')
    assert.equal(await queued.cancel(id), true)
    await fake.advance('30s')
    assert.equal((await queued.find(id))?.state, 'cancelled')
    process.assertStopped('job')
    worker.stop()
    await over
  })
})

describe('jobs that have to do with each other', () => {
  rehearsed('never overlap where they must not', { 'job *': SECOND }, async ({ process, queued, fake }) => {
    for (const n of [1, 2]) await queued.queue(`job ${n}`, { withoutOverlapping: { key: 'one', again: '3s' } })
    const worker = queued.worker({ concurrency: 4 })
    const over = worker.run()
    await fake.advance('1m')
    worker.stop()
    await over
    const [first, second] = process.recorded()
    assert.equal((second?.startedAt ?? 0) - (first?.startedAt ?? 0), 3000)
    queued.assertReleased('job 2')
  })

  rehearsed('keep to their rate', { 'job *': 'ok' }, async ({ process, queued, fake }) => {
    for (const n of [1, 2, 3, 4, 5]) {
      await queued.queue(`job ${n}`, { rateLimit: { name: 'api', limit: 2, per: '1m' } })
    }
    const worker = queued.worker()
    const over = worker.run()
    await fake.advance('5m')
    worker.stop()
    await over
    const minutes = process
      .recorded()
      .map(({ startedAt }) => (startedAt - (process.recorded()[0]?.startedAt ?? 0)) / 60_000)
    assert.deepEqual(minutes, [0, 0, 1, 1, 2])
  })

  rehearsed('are queued once where they are unique', { job: 'ok' }, async ({ process, queued }) => {
    const first = await queued.queue('job', { unique: true })
    assert.deepEqual(await queued.queue('job', { unique: true }), { id: first.id, pushed: false })
    await work(queued)
    process.assertRanTimes('job', 1)
    queued.assertQueuedTimes('job', 1)
  })

  rehearsed(
    'run once, the last of them, where they are debounced',
    { 'job *': 'ok' },
    async ({ process, queued, fake }) => {
      const worker = queued.worker()
      const over = worker.run()
      for (const n of [1, 2, 3]) {
        await queued.queue(`job ${n}`, { debounce: { key: 'job', wait: '10s' } })
        await fake.advance('6s')
      }
      await fake.advance('1m')
      worker.stop()
      await over
      process.assertRanInOrder(['job 3'])
    },
  )
})

describe('what is told', () => {
  rehearsed('of a job comes in order', { job: Process.sequence([1, 'ok']) }, async ({ queued }) => {
    const told: string[] = []
    for (const name of ['queued', 'processing', 'retrying', 'processed', 'failed', 'released'] as const) {
      queued.on(name, (event) =>
        told.push(`${name} ${event.command} ${'attempt' in event ? event.attempt : ''}`.trim()),
      )
    }
    await queued.queue('job', { tries: 2 })
    await work(queued)
    assert.deepEqual(told, ['queued job', 'processing job 1', 'retrying job 1', 'processing job 2', 'processed job 2'])
  })

  rehearsed('to a listener that throws changes nothing', { job: 'ok' }, async ({ queued }) => {
    const reports: unknown[] = []
    queued.on('listenerFailed', ({ error }) => reports.push((error as Error).message))
    queued.on('processing', () => {
      throw new Error('at once')
    })
    queued.on('processed', async () => {
      throw new Error('later')
    })
    const { id } = await queued.queue('job')
    await work(queued)
    assert.equal((await queued.find(id))?.state, 'done')
    assert.deepEqual(reports, ['at once', 'later'])
  })

  const loading = Process.describe().output('10 %').after('1m').output('55 %').after('1m').output('end')
  rehearsed('of how far it is comes from its output', { load: loading }, async ({ process, queued, fake }) => {
    const told: number[] = []
    queued.on('progress', ({ percent }) => told.push(percent))
    const { id } = await queued.queue(process.forever().command('load'), { progress: /(\d+) %/ })
    const worker = queued.worker({ lease: '30s' })
    const over = worker.run()
    await fake.advance('90s')
    assert.equal((await queued.find(id))?.progress, 55)
    await fake.advance('1m')
    worker.stop()
    await over
    assert.deepEqual(told, [10, 55])
  })
})

describe('payloads', () => {
  test('are not encrypted with a key that is empty', () => {
    assert.throws(
      () => createProcess().queued(undefined, { key: '' }),
      /Cannot encrypt what is queued: the key is empty/,
    )
  })

  test('are unreadable without their key, and readable with it', async () => {
    const process = createProcess()
    using _ = process.fake({ 'secret *': 'ok' })
    const store = new MemoryQueue(process.clock)
    const [sealed, open, wrong] = ['a key', undefined, 'another'].map((key) =>
      process.queued(store, key === undefined ? {} : { key }),
    ) as [QueuedProcess, QueuedProcess, QueuedProcess]
    const { id } = await sealed.queue('secret word')
    assert(!JSON.stringify(await store.find(id)).includes('word'))
    await work(open)
    assert.match((await open.find(id))?.result?.reason ?? '', /it is encrypted, and there is no key/)
    await open.retry(id)
    await work(wrong)
    assert.match((await wrong.find(id))?.result?.reason ?? '', /encrypted with another key/)
    await wrong.retry(id)
    await work(sealed)
    process.assertRan('secret word')
    assert.equal((await sealed.find(id))?.command, 'secret word')
  })

  for (const [what, payload] of Object.entries({
    'that are no jobs': 'nonsense',
    'of a newer version': '{"version":2,"job":{}}',
    'that are incomplete': '{"version":1,"job":{}}',
    'with what no queue carries': '{"version":1,"job":{"command":{"line":"a","tty":true},"tries":1,"backoff":[]}}',
  })) {
    rehearsed(`${what} fail, and nothing is started`, { '*': 'ok' }, async ({ process, queued }) => {
      await queued.store.push([{ queue: 'default', payload }])
      await work(queued)
      process.assertNothingRan()
      assert.match((await queued.failed())[0]?.result?.reason ?? '', /^Cannot start a queued command/)
    })
  }
})
