import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type JobOptions, Process, type ProcessFactory, type QueuedProcess } from '../../src/index.ts'
import { rehearsed, work } from './rehearsed.ts'

describe('a queued command', () => {
  rehearsed('runs when a worker comes to it, and not before', { build: 'built' }, async ({ process, queued }) => {
    const { id } = await queued.queue('build')
    process.assertNothingRan()
    await work(queued)
    process.assertRanTimes('build', 1)
    const job = await queued.find(id)
    assert.deepEqual([job?.state, job?.attempts, job?.result?.output, job?.result?.exitCode], ['done', 1, 'built', 0])
  })

  rehearsed('takes with it what was said of it', { 'tr *': 'ok' }, async ({ process, queued }) => {
    const pending = process.path('/srv').env({ A: '1', B: false }).input('in').timeout('5m').name('translate')
    await queued.queue(pending.user('www-data').redact(/pass/).command(['tr', 'a', 'b c']))
    await work(queued)
    process.assertRan({ command: ['tr', 'a', 'b c'], path: '/srv', input: 'in', name: 'translate', user: 'www-data' })
    const [run] = process.recorded()
    assert.deepEqual([run?.env.A, run?.env.B], ['1', false])
  })

  rehearsed('takes bytes with it', { cat: Process.describe().echoes() }, async ({ process, queued }) => {
    await queued.queue(process.input(new Uint8Array([0, 255, 10])).command('cat'))
    await work(queued)
    assert.deepEqual([...(process.recorded()[0]?.result?.bytes() ?? [])], [0, 255, 10])
  })

  rehearsed('knows its name, its attempt and its token', { env: 'ok' }, async ({ process, queued }) => {
    const { id } = await queued.queue('env')
    await work(queued)
    const { env } = process.recorded()[0] ?? {}
    assert.equal(env?.REHEARSAL_JOB_ID, id)
    assert.equal(env?.REHEARSAL_JOB_ATTEMPT, '1')
    assert(env?.REHEARSAL_JOB_TOKEN)
  })

  rehearsed('waits for its delay', { late: 'ok' }, async ({ process, queued, fake }) => {
    const worker = queued.worker()
    const over = worker.run()
    await queued.laterOn('default', '1h', 'late')
    await fake.advance('59m')
    process.assertNothingRan()
    await fake.advance('2m')
    process.assertRan('late')
    worker.stop()
    assert.equal(await over, 'stopped')
  })

  rehearsed('runs on its own queue, in strict order of queues', { '*': 'ok' }, async ({ process, queued }) => {
    await queued.queue('last')
    await queued.queue('first', { queue: 'urgent' })
    await queued.queue('second', { queue: 'urgent', priority: -1 })
    await work(queued, 'urgent', 'default')
    process.assertRanInOrder(['first', 'second', 'last'])
  })

  const refused: Record<string, [(process: ProcessFactory) => Parameters<QueuedProcess['queue']>, RegExp]> = {
    'a stream as input': [(p) => [p.input((async function* () {})()).command('a')], /"input": only text and bytes/],
    'a function of variables': [(p) => [p.env(() => ({})).command('a')], /"environment"/],
    'a terminal': [(p) => [p.tty().command('a')], /"tty": a worker has no terminal/],
    'an abort signal': [(p) => [p.abortSignal(new AbortController().signal).command('a')], /cancel the job/],
    'a retry of its own': [(p) => [p.retry(3).command('a')], /give the job "tries" and "backoff"/],
    'a listener': [(p) => [p.onOutput(() => {}).command('a')], /listen to the events/],
    'too much input': [(p) => [p.input('x'.repeat(300_000)).command('a')], /at most 262144/],
    'tries of -1': [() => ['a', { tries: -1 }], /-1 as "tries"/],
    'a queue with blanks': [() => ['a', { queue: 'a b' }], /"queue"/],
    'an unknown option': [() => ['a', { attempts: 3 } as JobOptions], /no option "attempts", known are queue, id/],
    'options that are none': [() => ['a', null as never], /options were to be an object/],
    'text as options': [() => ['a', 'mail' as never], /options were to be an object/],
    'no backoff at all': [() => ['a', { backoff: [] }], /no times as "backoff"/],
    'a number as its kind': [() => ['a', { unique: 5 as never }], /"unique": expected true, a key/],
    'an empty kind': [() => ['a', { unique: '' }], /"unique": expected true, a key/],
    'an end of a kind that is none': [() => ['a', { unique: { until: 'never' as never } }], /expected started or over/],
    'an unknown word about its kind': [
      () => ['a', { unique: { kee: 'x' } as never }],
      /no option "kee", known are key/,
    ],
    'an empty key': [() => ['a', { withoutOverlapping: { key: '' } }], /"withoutOverlapping.key": expected text/],
    'an unknown word about waiting': [
      () => ['a', { debounce: { wait: 1, waits: 2 } as never }],
      /no option "waits", known are key, wait/,
    ],
    'a rate that is a number': [() => ['a', { rateLimit: 5 as never }], /"rateLimit": expected a limit and a time/],
    'an unknown word about its rate': [
      () => ['a', { rateLimit: { limit: 1, per: '1s', every: 2 } as never }],
      /no option "every", known are limit, per, name/,
    ],
    'a moment that is none': [() => ['a', { retryUntil: new Date('soon') }], /"retryUntil": expected a moment/],
    'a limit in no time': [() => ['a', { rateLimit: { limit: 1, per: 0 } }], /"rateLimit.per": expected some time/],
    'text that finds progress': [
      () => ['a', { progress: '%' } as unknown as JobOptions],
      /"progress": expected a regular/,
    ],
    'a delay and debounce': [() => ['a', { delay: '1s', debounce: '1s' }], /"debounce" and "delay"/],
    'unique and debounce': [() => ['a', { unique: true, debounce: '1s' }], /"unique" and "debounce"/],
  }
  for (const [what, [args, message]] of Object.entries(refused)) {
    rehearsed(`with ${what} is refused, and nothing is pushed`, {}, async ({ process, queued }) => {
      await assert.rejects(queued.queue(...args(process)), { code: 'ERR_BAD_JOB', message })
      queued.assertNothingQueued()
      assert.deepEqual(await queued.list(), [])
    })
  }
})

describe('refused where it is said:', () => {
  for (const command of ['', ' ', [], [''], ['a\0b'], ['a', 5 as unknown as string], createProcess().path('/tmp')])
    rehearsed(
      `the command ${typeof command === 'object' ? JSON.stringify(command) : `"${command}"`}`,
      {},
      async (room) => {
        const { queued } = room
        await assert.rejects(queued.queue(command), TypeError)
        await assert.rejects(queued.queueMany(['a', command]), TypeError)
        await assert.rejects(async () => void (await queued.chain(['a', command])), TypeError)
        await assert.rejects(async () => void (await queued.batch(['a', command])), TypeError)
        queued.assertNothingQueued()
      },
    )

  test('options of chains, batches and many commands that mean nothing', async () => {
    const queued = createProcess().queued()
    for (const options of [null, { attempts: 3 }, { tries: -1 }] as never[]) {
      assert.throws(() => queued.chain(['a'], options), { code: 'ERR_BAD_JOB' })
      assert.throws(() => queued.batch(['a'], options), { code: 'ERR_BAD_JOB' })
      await assert.rejects(queued.queueMany([], options), { code: 'ERR_BAD_JOB' })
    }
    await assert.rejects(queued.laterOn('mail', '1s', 'a', null as never), { code: 'ERR_BAD_JOB' })
  })

  test('a name for what has several', async () => {
    const queued = createProcess().queued()
    const message = 'Cannot queue a batch with an "id": its jobs are named after the batch, which name() names'
    assert.throws(() => queued.batch(['a'], { id: 'x' }), { code: 'ERR_BAD_JOB', message })
    await assert.rejects(queued.queueMany(['a', 'b'], { id: 'x' }), {
      code: 'ERR_BAD_JOB',
      message: 'Cannot queue many commands with one "id": each needs its own',
    })
    await assert.rejects(async () => void (await queued.batch([queued.chain(['a'], { id: 'x' })])), {
      message: 'Cannot queue a chain with an "id" in a batch: jobs of a batch are named after it',
    })
  })

  test('what is no store, and what no queue can be told', () => {
    const process = createProcess()
    const address = /^Cannot use the text of an address as a queue: expected a store, or a function that makes one/
    assert.throws(() => process.queued('redis://127.0.0.1' as never), { code: 'ERR_BAD_JOB', message: address })
    for (const store of [null, {}, 5] as never[]) assert.throws(() => process.queued(store), { code: 'ERR_BAD_JOB' })
    assert.throws(() => process.queued(undefined, { kee: 'x' } as never), {
      message: /no option "kee", known are key$/,
    })
    assert.throws(() => process.queued(undefined, null as never), { code: 'ERR_BAD_JOB' })
  })
})

describe('a job that fails', () => {
  rehearsed('is failed after one attempt, and can be tried again', { flaky: 3 }, async ({ process, queued }) => {
    const { id } = await queued.queue('flaky')
    await work(queued)
    const [job] = await queued.failed()
    assert.deepEqual([job?.id, job?.result?.exitCode, job?.result?.reason], [id, 3, 'exit code 3'])
    assert.equal(await queued.retry(id), 1)
    await work(queued)
    process.assertRanTimes('flaky', 2)
    assert.equal(await queued.flush(), 1)
    assert.deepEqual(await queued.failed(), [])
  })

  rehearsed(
    'is tried again after its backoffs, the last one repeating',
    { flaky: 1 },
    async ({ process, queued, fake }) => {
      await queued.queue('flaky', { tries: 4, backoff: ['1s', '10s'] })
      const worker = queued.worker()
      const over = worker.run()
      await fake.advance('2m')
      worker.stop()
      await over
      const starts = process.recorded().map(({ startedAt }) => startedAt)
      assert.deepEqual(
        starts.slice(1).map((at, index) => at - (starts[index] as number)),
        [1000, 10_000, 10_000],
      )
      assert.equal((await queued.failed()).length, 1)
    },
  )

  rehearsed('is tried until its time is over', { flaky: 1 }, async ({ process, queued, fake }) => {
    await queued.queue('flaky', { tries: 0, backoff: '10s', retryUntil: '35s' })
    const worker = queued.worker()
    const over = worker.run()
    await fake.advance('5m')
    worker.stop()
    await over
    process.assertRanTimes('flaky', 4)
  })

  rehearsed(
    'because there is no such program says so',
    { gone: Process.describe().failsToStart() },
    async ({ queued }) => {
      await queued.queue('gone')
      await work(queued)
      assert.match((await queued.failed())[0]?.result?.reason ?? '', /gone/)
    },
  )
})

describe('a chain', () => {
  rehearsed('runs one after the other', { '*': 'ok' }, async ({ process, queued }) => {
    await queued.chain(['a', 'b', 'c'])
    await work(queued)
    process.assertRanInOrder(['a', 'b', 'c'])
    queued.assertChained(['a', 'b', 'c'])
  })

  rehearsed('ends with a failure, and does what it says then', { '*': 'ok', b: 1 }, async ({ process, queued }) => {
    await queued.chain(['a', 'b', 'c']).catch('notify').onQueue('slow')
    queued.assertQueuedOn('slow', 'a')
    await work(queued, 'slow')
    process.assertRanInOrder(['a', 'b', 'notify'])
  })

  rehearsed('with a name gives it to its first job, and is pushed once under it', { '*': 'ok' }, async (room) => {
    const { process, queued } = room
    const first = await queued.chain(['a', 'b'], { id: 'nightly' })
    const second = await queued.chain(['a', 'b'], { id: 'nightly' })
    assert.deepEqual(
      [first, second],
      [
        { id: 'nightly', pushed: true },
        { id: 'nightly', pushed: false },
      ],
    )
    await work(queued)
    assert.equal((await queued.find('nightly'))?.command, 'a')
    await queued.forget('nightly')
    await queued.chain(['a', 'b'], { id: 'nightly' })
    await work(queued)
    process.assertRanTimes('a', 2).assertRanTimes('b', 2)
  })
})

describe('a batch', () => {
  rehearsed('does what it says when all have succeeded', { '*': 'ok' }, async ({ process, queued }) => {
    const batch = await queued
      .batch(['a', queued.chain(['b', 'c'])])
      .onSuccess('done')
      .catch('failed')
      .finally('over')
    assert.equal(await batch.progress(), 0)
    await work(queued)
    process.assertRanTimes('done', 1).assertRanTimes('over', 1).assertNotRan('failed').assertRanCount(5)
    assert.deepEqual([await batch.progress(), await batch.finished()], [100, true])
  })

  rehearsed("takes Laravel's own words", { '*': 'ok' }, async ({ process, queued }) => {
    const then = (command: unknown) =>
      queued
        .batch(['a'])
        .catch('failed')
        .finally('over')
        .then(command as null)
    await then('done')
    await work(queued)
    process.assertRan('done').assertRan('over').assertNotRan('failed')
  })

  rehearsed(
    'cancels the rest after a failure, unless it allows them',
    { '*': 'ok', a: 1 },
    async ({ process, queued }) => {
      await queued.batch(['a', 'b']).catch('failed').finally('over')
      await work(queued)
      process.assertNotRan('b').assertRan('failed').assertRan('over')
      const allowing = await queued.batch(['a', 'b']).allowFailures().onSuccess('never')
      await work(queued)
      process.assertRan('b').assertNotRan('never')
      assert.equal(await allowing.hasFailures(), true)
    },
  )
})

describe('what a batch says', () => {
  rehearsed('goes for all of it, chains too: queue and delay', { '*': 'ok' }, async ({ process, queued, fake }) => {
    await queued
      .batch(['a', queued.chain(['b', 'c'])])
      .onQueue('slow')
      .delay('1h')
      .onEnd('over')
    await work(queued, 'slow')
    process.assertNothingRan()
    await fake.advance('1h')
    await work(queued, 'slow')
    process.assertRanCount(4).assertRan('c').assertRan('over')
    for (const job of await queued.list()) assert.equal(job.queue, 'slow')
  })

  rehearsed('is overruled by what a chain in it says', { '*': 'ok', c: 1 }, async ({ process, queued, fake }) => {
    const chain = queued.chain(['b', 'c', 'd']).onQueue('quick').delay('1m').catch('notify')
    const batch = await queued.batch(['a', chain]).onQueue('slow').delay('1h')
    await fake.advance('1m')
    await work(queued, 'quick')
    process.assertRanInOrder(['b', 'c', 'notify'])
    assert.deepEqual([await batch.cancelled(), await batch.hasFailures(), await batch.finished()], [true, true, true])
  })

  rehearsed('counts once for a name: a second one of it is dropped', { '*': 'ok' }, async ({ process, queued }) => {
    const dropped: string[] = []
    queued.on('dropped', ({ command }) => dropped.push(command))
    await queued.batch(['a']).name('nightly')
    await queued.batch(['b']).name('nightly')
    await work(queued)
    process.assertRanCount(1).assertRan('a')
    queued.assertQueuedTimes('a', 1).assertNotQueued('b')
    assert.deepEqual(dropped, ['b'])
    assert.equal(await queued.findBatch('nightly').progress(), 100)
  })

  rehearsed('ends when somebody cancels it', { '*': 'ok' }, async ({ process, queued }) => {
    const batch = await queued.batch(['a', 'b']).onEnd('over')
    assert.deepEqual([await batch.cancelled(), await batch.cancel()], [false, true])
    assert.deepEqual([await batch.cancelled(), await batch.cancel()], [true, false])
    await work(queued)
    process.assertNotRan('a').assertNotRan('b').assertRan('over')
  })

  rehearsed('is refused with a chain of nothing in it, and nothing is pushed', {}, async ({ queued }) => {
    const error = { code: 'ERR_BAD_JOB', message: 'Cannot queue a chain: it has no commands' }
    await assert.rejects(async () => void (await queued.batch(['a', queued.chain([])])), error)
    assert.equal(
      await queued.batch([queued.chain([])]).catch((reason) => (reason as { code: string }).code),
      error.code,
    )
    assert.equal(await queued.chain([]).catch((reason) => (reason as { code: string }).code), error.code)
    queued.assertNothingQueued()
  })
})

describe('what is stored', () => {
  rehearsed('many commands are queued at once, or none of them', { '*': 'ok' }, async ({ process, queued }) => {
    const pushed = await queued.queueMany(['a', 'b', 'c'], { queue: 'slow' })
    assert.deepEqual(
      pushed.map((each) => each.pushed),
      [true, true, true],
    )
    await assert.rejects(queued.queueMany(['d', process.tty().command('e')]), { code: 'ERR_BAD_JOB' })
    await work(queued, 'default', 'slow')
    process.assertRanInOrder(['a', 'b', 'c'])
  })

  rehearsed('a job that is over is forgotten by its name, and is forgotten once', { a: 'ok' }, async ({ queued }) => {
    const { id } = await queued.queue('a')
    await work(queued)
    assert.deepEqual([await queued.forget(id), await queued.forget(id)], [true, false])
    assert.equal(await queued.find(id), undefined)
  })

  rehearsed('what is over and old enough is forgotten, whatever became of it', { '*': 'ok', bad: 1 }, async (room) => {
    const { queued, fake } = room
    for (const command of ['good', 'bad']) await queued.queue(command)
    const { id } = await queued.queue('never')
    await queued.cancel(id)
    await work(queued)
    await fake.advance('1h')
    await queued.queue('young')
    await work(queued)
    await queued.queue('waits')
    assert.equal(await queued.prune('2h'), 0)
    assert.equal(await queued.prune('30m'), 3)
    assert.deepEqual(
      (await queued.list()).map(({ command }) => command),
      ['waits', 'young'],
    )
  })

  rehearsed('all that have failed are tried again', { '*': 1 }, async ({ process, queued }) => {
    for (const command of ['a', 'b']) await queued.queue(command)
    await work(queued)
    assert.equal(await queued.retry('all'), 2)
    await work(queued)
    process.assertRanTimes('a', 2).assertRanTimes('b', 2)
  })

  rehearsed('a queue is emptied of what waits in it, and of nothing else', { '*': 'ok' }, async ({ queued }) => {
    await queued.queue('done')
    await work(queued)
    await queued.queueMany(['a', 'b'])
    await queued.laterOn('default', '1h', 'late')
    await queued.queue('other', { queue: 'slow' })
    assert.equal(await queued.clear(), 3)
    const counted = (await queued.status()).map(({ queue, waiting, delayed, done }) => [queue, waiting, delayed, done])
    assert.deepEqual(counted, [
      ['default', 0, 0, 1],
      ['slow', 1, 0, 0],
    ])
    assert.equal(await queued.clear('slow'), 1)
  })
})

describe('a claim about what was queued', () => {
  type Claim = (queued: QueuedProcess) => unknown
  const claims: readonly (readonly [string, holds: Claim, fails: Claim, says: string])[] = [
    ['assertQueued', (q) => q.assertQueued('build *'), (q) => q.assertQueued('push'), "'push' to be queued"],
    [
      'assertNotQueued',
      (q) => q.assertNotQueued('push'),
      (q) => q.assertNotQueued('build *'),
      "'build *' not to be queued",
    ],
    [
      'assertQueuedTimes',
      (q) => q.assertQueuedTimes('*', 3),
      (q) => q.assertQueuedTimes('mail', 2),
      "'mail' to be queued 2 times, but it was once",
    ],
    [
      'assertQueuedOn',
      (q) => q.assertQueuedOn('slow', 'mail'),
      (q) => q.assertQueuedOn('slow', 'build a'),
      '\'build a\' to be queued on "slow"',
    ],
    [
      'assertChained',
      (q) => q.assertChained(['fetch', 'pack']),
      (q) => q.assertChained(['fetch']),
      "a chain of 'fetch'",
    ],
    ['assertReleased', () => {}, (q) => q.assertReleased('mail'), "'mail' to be released"],
    ['assertNothingQueued', () => {}, (q) => q.assertNothingQueued(), 'nothing to be queued'],
  ]
  for (const [name, holds, fails, says] of claims) {
    rehearsed(`${name} shows what was when it does not hold`, {}, async ({ queued }) => {
      await queued.queue('build a')
      await queued.queue('mail', { queue: 'slow' })
      await queued.chain(['fetch', 'pack'])
      holds(queued)
      const table = [
        'What was queued:',
        '  queued    default  build a',
        '  queued    slow     mail',
        '  queued    default  fetch → pack',
      ]
      const message = [`Expected ${says}`, '', ...table].join('\n')
      assert.throws(() => fails(queued), { name: 'AssertionError', message })
    })
  }

  rehearsed('says so where there was nothing', {}, async ({ queued }) => {
    queued.assertNothingQueued()
    assert.throws(() => queued.assertQueued('a'), { message: "Expected 'a' to be queued\n\nNothing was queued." })
  })
})

describe('a job gives itself back', () => {
  test('and spends no attempt', async () => {
    const process = createProcess()
    const queued = process.queued()
    let calls = 0
    using fake = process.fake({
      busy: async () => {
        if (++calls === 1) await queued.release('30s')
        return 0
      },
    })
    const { id } = await queued.queue('busy')
    const worker = queued.worker()
    const over = worker.run()
    await fake.advance('29s')
    assert.equal(calls, 1)
    await fake.advance('2s')
    worker.stop()
    await over
    assert.deepEqual([calls, (await queued.find(id))?.attempts], [2, 1])
    queued.assertReleased('busy')
  })

  test('outside a job it cannot', async () => {
    await assert.rejects(createProcess().queued().release('1s'), { code: 'ERR_BAD_JOB' })
  })
})
