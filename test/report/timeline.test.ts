import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import {
  createProcess,
  invariant,
  type ProcessFactory,
  SimulationFailedError,
  type SupervisionEvent,
} from '../../src/index.ts'
import type { RecordedRun } from '../../src/recording/run.ts'
import { Draft } from '../../src/report/draft.ts'
import { fromRecording } from '../../src/report/from-recording.ts'
import { fromRuns, type Span, type Timeline, timelineOf, watchTimeline } from '../../src/report/index.ts'
import { rowsOf } from '../../src/report/layout.ts'
import { CurveLog, DensityLog } from '../../src/report/series.ts'
import { Supervised } from '../../src/report/supervised.ts'
import type { MarkKind } from '../../src/report/timeline.ts'
import type { SlotNews } from '../../src/supervision/supervision-events.ts'

const now = new Date('2026-03-01T08:00:00Z')

/** What is watched while commands of a rehearsal run. */
function watched(rules: Parameters<ProcessFactory['fake']>[0], act: (process: ProcessFactory) => Promise<unknown>) {
  const process = createProcess()
  return process.fake(rules, { now }, async () => {
    using watching = watchTimeline(process)
    await act(process)
    return watching.timeline()
  })
}

function spansOf({ lanes }: Timeline): readonly Span[] {
  return lanes.flatMap(({ spans }) => spans)
}

describe('what is watched', () => {
  test('has each process from its start to its end, with how much it wrote when', async () => {
    const timeline = await watched(
      { job: createProcess().describe().after('1s').output('12345').after('9s').errorOutput('é').exitCode(3) },
      (process) => process.run('job'),
    )
    const [span] = spansOf(timeline)
    assert.deepEqual([timeline.origin, timeline.end, timeline.lanes[0]?.name], [+now, 10_000, 'job'])
    assert.deepEqual([span?.start, span?.end, span?.state, span?.detail], [0, 10_000, 'failed', 'exit code 3'])
    const { step, buckets } = span?.output ?? { step: 0, buckets: [] }
    assert.deepEqual(
      buckets.map(([index, out, err]) => [index * step, out, err]),
      [
        [Math.floor(1000 / step) * step, 6, 0],
        [Math.floor(10_000 / step) * step, 0, 3],
      ],
    )
  })

  test('says what became of each', async () => {
    const describe = createProcess().describe
    const rules = {
      good: '',
      hung: describe.call(createProcess()).hangs(),
      crashed: createProcess().describe().signal('SIGSEGV'),
    }
    const timeline = await watched(rules, async (process) => {
      await process.run('good')
      await process
        .timeout('5s')
        .run('hung')
        .catch(() => {})
      await process.run('crashed')
      await (await process.forever().start('hung')).stop()
      await process.run('missing', undefined).catch(() => {})
      await process.forever().start('hung')
    })
    assert.deepEqual(
      timeline.lanes.map(({ name, spans }) => [
        name,
        ...spans.map(({ state, detail }) => `${state}: ${detail.split('.')[0]}`),
      ]),
      [
        ['good', 'succeeded: exit code 0'],
        ['hung', 'timedOut: took longer than 5000 ms', 'stopped: SIGTERM', 'running: still running'],
        ['crashed', 'killed: SIGSEGV'],
        ['missing', 'notStarted: Cannot start "missing": no rule of this rehearsal matches it'],
      ],
    )
  })

  test('says of each limit that it was what ended a process', async () => {
    const describe = () => createProcess().describe()
    const rules = {
      hung: describe().hangs(),
      loud: describe().output('x'.repeat(100)).hangs(),
      large: describe().memory('2MB').hangs(),
      gone: describe().failsToStart(),
    }
    const timeline = await watched(rules, async (process) => {
      const quit = () => {}
      await process.idleTimeout('5s').run('hung').catch(quit)
      await process.maxOutput(10, { onOverflow: 'kill' }).run('loud').catch(quit)
      await process.limits({ memory: '1MB' }).run('large').catch(quit)
      await process.run('gone').catch(quit)
      const abort = new AbortController()
      const cancelled = await process.abortSignal(abort.signal).start('hung')
      abort.abort()
      await cancelled.wait().catch(quit)
    })
    assert.deepEqual(
      timeline.lanes.map(({ name, spans }) => [name, ...spans.map(({ state, detail }) => `${state}: ${detail}`)]),
      [
        ['hung', 'timedOut: was silent for 5000 ms', 'stopped: cancelled'],
        ['loud', 'failed: wrote more than 10 bytes'],
        ['large', 'failed: held more than 1048576 bytes of memory'],
        ['gone', 'notStarted: not started: ENOENT'],
      ],
    )
  })

  test('has the signals of a stop when they were sent', async () => {
    const rules = {
      stubborn: createProcess().describe().output('up').ignores('SIGTERM').after('1s').output('deaf').hangs(),
    }
    const timeline = await watched(rules, async (process) => {
      const running = await process.forever().start('stubborn')
      await running.waitUntil((_type, line) => line === 'deaf')
      await running.stop('7s')
    })
    const marks = spansOf(timeline)[0]?.marks.map(({ at, kind, text }) => [at, kind, text])
    assert.deepEqual(marks?.at(0), [1000, 'signal', 'SIGTERM'])
    assert.deepEqual(marks?.at(-1), [8000, 'signal', 'SIGKILL'])
  })

  test('has what lived in a slot of a group in one lane, with why it was started again', async () => {
    const process = createProcess()
    const rules = { api: process.describe().output('up').after('1m').exitCode(1) }
    const timeline = await process.fake(rules, { now }, async (fake) => {
      using watching = watchTimeline(process)
      const group = process.group({ name: 'shop', maxRestarts: 9 }).add('api', ['api'])
      await group.start()
      await fake.advance('150s')
      await group.stop()
      return watching.timeline()
    })
    const [lane] = timeline.lanes
    assert.deepEqual([timeline.lanes.length, lane?.name], [1, 'shop/api'])
    assert.deepEqual(
      lane?.spans.map(({ state }) => state),
      ['failed', 'failed', 'stopped'],
    )
    assert.match(lane?.spans[0]?.marks.find(({ kind }) => kind === 'restart')?.text ?? '', /because of crash/)
  })

  test('has what a group says of a slot at the process that is in it, and else by itself', () => {
    const draft = new Draft()
    const supervised = new Supervised(draft)
    const told: readonly [SlotNews, MarkKind, string][] = [
      [{ type: 'ready' }, 'ready', 'ready'],
      [
        { type: 'restarting', cause: 'hang', delay: 99.7, attempt: 2 },
        'restart',
        'restart 2 because of hang, in 100 ms',
      ],
      [{ type: 'stopping', because: 'stop' }, 'note', 'is stopped'],
      [{ type: 'stopping', because: 'highMemory' }, 'note', 'is stopped because of highMemory'],
      [{ type: 'stuck', survivors: [8, 9] }, 'trouble', 'does not end: 8, 9 survive'],
      [
        { type: 'failed', rule: 'maxRestarts', reason: 'exit code 1' },
        'trouble',
        'given up (maxRestarts): exit code 1',
      ],
      [{ type: 'skipped', because: 'db is over' }, 'note', 'skipped: db is over'],
      [{ type: 'leftover', pid: 7, survivors: [] }, 'note', 'pid 7, left by one that was killed, is ended'],
      [{ type: 'ledgerFailed', error: new Error('full') }, 'trouble', 'cannot be noted in the ledger: Error: full'],
      [{ type: 'callbackFailed', hook: 'onHang', error: 'no' }, 'trouble', 'onHang failed: no'],
      [{ type: 'hang', kind: 'silence', detail: 'silent for 9 s' }, 'trouble', 'hangs (silence): silent for 9 s'],
      [{ type: 'highMemory', memory: 20, limit: 10 }, 'trouble', 'uses 20 bytes of memory, the limit is 10'],
      [{ type: 'highCpu', cpu: 0.507, limit: 0.29 }, 'trouble', 'uses 51 % of a core, the limit is 29 %'],
    ]
    const hear = (at: number, news: SlotNews) =>
      supervised.hear(at, { ...news, at: 0, group: 'shop', slot: 'api', incarnation: 1 } as SupervisionEvent)
    for (const [at, [news]] of told.entries()) hear(at, news)
    draft.begin('node api.js', { at: 50, label: 'node api.js', pid: 4 })
    hear(50, { type: 'started', pid: 4 })
    for (const [at, [news]] of told.entries()) hear(100 + at, news)
    const { lanes, marks } = draft.timeline(200, { origin: 0 })
    assert.deepEqual(
      marks,
      told.map(([, kind, text], at) => ({ at, kind, text: `shop/api: ${text}` })),
    )
    assert.deepEqual(
      lanes.map(({ name, spans }) => [name, spans[0]?.marks]),
      [['shop/api', told.map(([, kind, text], at) => ({ at: 100 + at, kind, text }))]],
    )
  })

  test('has what is used, look by look', async () => {
    const rules = { leaky: createProcess().describe().memory('10MB').after('3s').memory('20MB').after('3s') }
    const [span] = spansOf(await watched(rules, (process) => process.run('leaky')))
    const values = span?.memory.map(([, value]) => value) ?? []
    assert.equal(Math.max(...values), 2 * Math.min(...values))
    assert((span?.memory.length ?? 0) >= 5 && (span?.cpu.length ?? 0) >= 4)
  })

  test('begins with the watch and ends with its stop', async () => {
    const process = createProcess()
    await process.fake({ '*': '' }, { now }, async () => {
      await process.run('before')
      const watching = watchTimeline(process)
      await process.run('meanwhile')
      watching.stop()
      await process.run('after')
      assert.deepEqual(
        watching.timeline().lanes.map(({ name }) => name),
        ['meanwhile'],
      )
    })
  })

  test('has nothing of what began before it, also when that says something or ends', async () => {
    const process = createProcess()
    const rules = { server: process.describe().output('up').after('1s').output('still').hangs() }
    await process.fake(rules, { now }, async (fake) => {
      const running = await process.forever().start('server')
      await fake.advance('500ms')
      using watching = watchTimeline(process)
      await fake.advance('1s')
      await running.stop()
      assert.deepEqual(watching.timeline().lanes, [])
    })
  })

  test('says of which process one takes the place, and when a task was due', async () => {
    const process = createProcess()
    await process.fake({ server: process.describe().hangs(), backup: '' }, { now }, async (fake) => {
      using watching = watchTimeline(process)
      const scheduler = process.scheduler({ timezone: 'UTC' })
      scheduler.command('backup').everyMinute().name('nightly')
      const first = await process.forever().start('server')
      const before = first.id()
      await first.restart()
      const work = scheduler.work()
      await fake.advance('1m')
      await scheduler.stop()
      await work
      const { lanes, marks } = watching.timeline()
      const [old, next] = lanes.find(({ name }) => name === 'server')?.spans ?? []
      assert.deepEqual([old?.state, next?.state], ['stopped', 'running'])
      assert.deepEqual(next?.marks, [{ at: 0, kind: 'restart', text: `takes the place of ${before}` }])
      assert.deepEqual(marks, [{ at: 60_000, kind: 'note', text: 'due: nightly' }])
    })
  })

  test('leaves out the first processes when there are too many, and secrets always', async () => {
    const process = createProcess()
    const timeline = await process.fake({ '*': '' }, { now }, async () => {
      using watching = watchTimeline(process, { limit: 3 })
      for (let run = 1; run <= 5; run++) await process.run(`login ${run} --password hunter22`)
      return watching.timeline()
    })
    assert.equal(timeline.dropped, 2)
    assert.deepEqual(
      spansOf(timeline).map(({ label }) => label),
      [3, 4, 5].map((run) => `login ${run} --password <redacted>`),
    )
  })

  test('a limit or a duration that is none is refused', () => {
    const process = createProcess()
    assert.throws(() => watchTimeline(process, { limit: 0 }), RangeError)
    assert.throws(() => watchTimeline(process, { samples: 0 }), TypeError)
  })

  test('has real processes, too', async () => {
    const process = createProcess()
    using watching = watchTimeline(process, { samples: false })
    await process.run(['sh', '-c', 'echo hello; exit 4'])
    const [span] = spansOf(watching.timeline())
    assert.deepEqual([span?.state, span?.detail, span?.output.buckets.length], ['failed', 'exit code 4', 1])
    assert((span?.pid ?? 0) > 1 && Math.abs((watching.timeline().origin ?? 0) - process.clock.now()) < 60_000)
  })
})

test('the runs of a recording are drawn from one moment on, with their paths', () => {
  const runs: readonly RecordedRun[] = [
    {
      run: ['cat', '{home}/notes'],
      cwd: '{cwd}',
      events: [
        [0, 'in', 'ab'],
        [0, 'eof'],
        [500, 'out', 'abc'],
        [500, 'err', 'é'],
        [0, 'exit', 0],
      ],
    },
    { run: 'make | tee log', cwd: '{cwd}', events: [[2000, 'exit', 2]] },
    {
      run: ['sleep', '60'],
      cwd: '{cwd}',
      events: [
        [300, 'signal', 'SIGTERM'],
        [700, 'exit', 'SIGTERM'],
        [3000, 'out', 'left behind'],
      ],
    },
    { run: ['gone'], cwd: '{cwd}', events: [[0, 'fail', 'ENOENT']] },
    { run: ['kept'], cwd: '{cwd}', events: [[0, 'fail', { errno: 'EACCES', detail: 'kept is a folder' }]] },
    { run: ['cut'], cwd: '{cwd}', events: [[10, 'out', 'x']] },
  ]
  const timeline = fromRecording(runs, { title: 'replayed', expand: (text) => text.replace('{home}', '/home/ada') })
  assert.deepEqual([timeline.title, timeline.origin, timeline.end], ['replayed', undefined, 4000])
  assert.deepEqual(
    spansOf(timeline).map(({ label, start, end, state, detail }) => [label, start, end, `${state}: ${detail}`]),
    [
      ['cat /home/ada/notes', 0, 1000, 'succeeded: exit code 0'],
      ['make | tee log', 0, 2000, 'failed: exit code 2'],
      ['sleep 60', 0, 1000, 'killed: SIGTERM'],
      ['gone', 0, 0, 'notStarted: not started: ENOENT'],
      ['kept', 0, 0, 'notStarted: not started: kept is a folder'],
      ['cut', 0, 10, 'running: the recording has no end of it'],
    ],
  )
  const [cat, , sleep] = spansOf(timeline)
  const written = cat?.output.buckets.map(([, out, err]) => [out, err])
  assert.deepEqual(written, [
    [3, 0],
    [0, 2],
  ])
  assert.deepEqual(sleep?.marks, [{ at: 300, kind: 'signal', text: 'SIGTERM' }])
})

test('recorded runs are drawn with their outcomes', async () => {
  const process = createProcess()
  using _fake = process.fake({ build: process.describe().output('abc').after('4s').exitCode(2) }, { now })
  await process.run('build')
  const timeline = fromRuns(process.recorded(), { title: 'tests' })
  assert.deepEqual([timeline.title, timeline.end], ['tests', 4000])
  const [span] = spansOf(timeline)
  assert.deepEqual([span?.state, span?.output.buckets[0]?.[1]], ['failed', 4])
  assert.deepEqual(spansOf(timelineOf(process.recorded()[0] as never)), spansOf(timeline))
})

test('of recorded runs, what was signalled, did not start or still runs says so', async () => {
  const process = createProcess()
  using fake = process.fake({ '*': process.describe().hangs(), gone: process.describe().failsToStart() }, { now })
  await (await process.forever().start('server')).stop()
  await process.run('gone').catch(() => {})
  await process.forever().start('other')
  await fake.advance('1s')
  const [server, gone, other] = spansOf(fromRuns(process.recorded()))
  assert.deepEqual(
    server?.marks.map(({ kind, text }) => [kind, text]),
    [['signal', 'SIGTERM']],
  )
  assert.deepEqual([server?.state, gone?.state, other?.state], ['stopped', 'notStarted', 'running'])
  assert.match(gone?.detail ?? '', /^Cannot start "gone": /)
})

describe('a simulation', () => {
  const process = createProcess()
  const system = async ({ process }: { process: ProcessFactory }) => {
    const group = process.group({ name: 'shop', maxRestarts: 99 }).add('api', ['api'])
    await group.start()
    return () => group.stop()
  }
  const options = {
    programs: { '*': process.describe().output('up').hangs() },
    duration: '10s',
    recovery: '10s',
  } as const
  const crash = { fault: 'crashes', command: 'api', start: 1, after: 2000, code: 7 } as const

  test('that passed has its last run when that was asked for, and is refused otherwise', async () => {
    const scenario = { seed: 1, faults: [crash] }
    const timeline = timelineOf(await process.simulate(system, { ...options, scenario, timeline: true }))
    assert.deepEqual([timeline.unit, timeline.origin, timeline.lanes[0]?.name], ['ms', undefined, 'shop/api'])
    const [first, second] = timeline.lanes[0]?.spans ?? []
    assert.deepEqual(
      [first?.state, first?.end, first?.detail, second?.state],
      ['failed', 2000, 'exit code 7', 'stopped'],
    )
    assert.deepEqual(first?.marks.find(({ kind }) => kind === 'fault')?.text, 'crashes, after 2000, code 7')
    assert.deepEqual(
      timeline.marks.filter(({ kind }) => kind === 'phase').map(({ at, text }) => [at, text]),
      [
        [0, 'faults'],
        [10_000, 'recovery'],
        [20_000, 'end'],
      ],
    )
    const without = await process.simulate(system, { ...options, scenario })
    assert.throws(() => timelineOf(without), /timeline: true/)
  })

  test('that failed in no time has its steps in order, and the invariant where it broke', async () => {
    const failure = await process
      .simulate(system, {
        ...options,
        runs: 1,
        faults: 'none',
        invariants: [invariant('nothing starts', (world) => !world.runs('api'))],
      })
      .catch((error: unknown) => error)
    assert(failure instanceof SimulationFailedError)
    const timeline = timelineOf(failure)
    assert.equal(timeline.unit, 'step')
    const broken = timeline.marks.find(({ kind }) => kind === 'violation')
    const started = timeline.lanes[0]?.spans[0]?.start
    assert.equal(broken?.at, (started ?? 0) + 1)
    assert.match(broken?.text ?? '', /^nothing starts: /)
  })
})

test('what is no source of a timeline is refused', () => {
  for (const source of [undefined, 7, {}, { timeline: 3 }]) assert.throws(() => timelineOf(source as never), TypeError)
})

test('processes that overlap get as few rows as it takes', () => {
  const span = (start: number, end: number) => ({ start, end }) as Span
  const spans = [span(0, 10), span(2, 4), span(4, 6), span(5, 9), span(10, 11)]
  assert.deepEqual(
    rowsOf({ name: 'a', spans }).map((row) => row.map(({ start }) => start)),
    [[0, 10], [2, 4], [5]],
  )
})

test('however much is written or measured, little is kept and the sum and the peak stay', () => {
  const density = new DensityLog()
  const curve = new CurveLog()
  for (let at = 0; at < 100_000; at++) {
    density.add(at * 50, at % 3 === 0 ? 'err' : 'out', 2)
    curve.add(at, at === 77_777 ? 9 : 1)
  }
  const { buckets } = density.density
  assert(buckets.length <= 240 && buckets.length > 100 && curve.curve.length <= 481)
  assert.equal(
    buckets.reduce((sum, [, out, err]) => sum + out + err, 0),
    200_000,
  )
  assert.deepEqual(
    curve.curve.filter(([, value]) => value === 9),
    [[77_777, 9]],
  )
})
