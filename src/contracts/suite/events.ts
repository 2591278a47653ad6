import assert from 'node:assert/strict'
import type { ProcessEventMap, ProcessEventName } from '../../events/event-map.ts'
import type { PendingProcess } from '../../pending-process.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { listenToAll, TALKS, typesOf } from './listening.ts'
import { READY, readyProcess } from './readiness.ts'

/** What those who listen are told. */
export const events: Topic = {
  name: 'events',
  cases(fact) {
    fact('a process is told of in order: before it starts, what it writes, how it ends', async (stage) => {
      const told = listenToAll(stage.process)
      await stage.process.run(stage.actor(...TALKS))
      const types = typesOf(told())
      assert.deepEqual([types.slice(0, 2), types.at(-1)], [['beforeStart', 'started'], 'completed'])
      assert.deepEqual(types.slice(2, -1).toSorted(), ['errorOutput', 'output'])
      assert.deepEqual(new Set(told().map(({ run }) => run)).size, 1)
    })

    fact('what is told tells the command, its output and its result', async (stage) => {
      const told = listenToAll(stage.process)
      const result = await stage.process
        .name('talker')
        .env({ A: 'b' })
        .run(stage.actor(...TALKS))
      const [started, completed] = (['started', 'completed'] as const).map((type) => told(type)[0])
      const chunks = told('output').map((event) => (event as ProcessEventMap['output']).chunk)
      assert.deepEqual([started?.name, started?.env, started?.text], ['talker', { A: 'b' }, result.command()])
      assert.equal(chunks.join(''), 'said\n')
      assert.equal((completed as ProcessEventMap['completed']).result, result)
    })

    for (const [title, steps, change, ends] of ENDS) {
      fact(`${title} is told once, as ${ends.join(', then ')}`, async (stage) => {
        const told = listenToAll(stage.process)
        await change(stage.process.forever(), stage)
          .run(stage.actor(...steps))
          .catch(() => {})
        const expected = ['beforeStart', ...(steps.some((step) => 'failToStart' in step) ? [] : ['started']), ...ends]
        const types = typesOf(told())
        assert.deepEqual(
          types.filter((type) => type !== 'output'),
          expected,
        )
      })
    }

    fact('what was cancelled before it began is told as failed, and nobody is asked', async (stage) => {
      const told = listenToAll(stage.process)
      const run = stage.process.abortSignal(AbortSignal.abort()).run(stage.actor())
      await assert.rejects(run, { code: 'ERR_PROCESS_CANCELLED' })
      assert.deepEqual(typesOf(told()), ['failed'])
    })

    fact('a stop is told before its first signal, and once it is over', async (stage) => {
      const told = listenToAll(stage.process)
      const process = await readyProcess(stage, [READY, { hang: true }])
      let signalsBefore: unknown
      stage.process.events.beforeStop((event) => {
        signalsBefore = [...event.process.signals]
        void event.process.stop()
      })
      await process.stop()
      assert.deepEqual(signalsBefore, [])
      assert.deepEqual(typesOf(told()), ['beforeStart', 'started', 'output', 'beforeStop', 'killed', 'stopped'])
    })

    fact('a restart is told with both processes, after the start of the new one', async (stage) => {
      const told = listenToAll(stage.process)
      const first = await readyProcess(stage, [READY, { hang: true }])
      const second = await first.restart()
      const types = typesOf(told())
      assert.deepEqual(types.slice(types.lastIndexOf('started')).slice(0, 2), ['started', 'restarted'])
      const { previous, process } = told('restarted')[0] as ProcessEventMap['restarted']
      assert.deepEqual([previous === first, process === second], [true, true])
      await second.stop()
    })

    fact('each attempt, each stage of a pipeline and each member of a pool is told by itself', async (stage) => {
      const told = listenToAll(stage.process)
      await stage.process.retry(3).run(stage.actor({ exit: 1 }))
      assert.deepEqual([told('started').length, told('failed').length], [3, 3])
      await stage.process.pipe([stage.actor(...TALKS), stage.actor({ echo: 'in' })])
      await stage.process.concurrently({ a: stage.actor(), b: stage.actor() })
      assert.deepEqual([told('started').length, told('completed').length], [7, 4])
      assert.equal(new Set(told('started').map(({ run }) => run)).size, 7)
    })

    fact('a task that begins is told, before what it starts', async (stage) => {
      const told = listenToAll(stage.process)
      const scheduler = stage.process.scheduler()
      scheduler.command(stage.actor()).every(100).name('tidy up')
      const working = scheduler.work()
      await stage.until(() => told('completed').length > 0)
      await scheduler.stop()
      await working
      const [scheduled, before] = told()
      assert.deepEqual([scheduled?.type, before?.type], ['scheduled', 'beforeStart'])
      assert.equal((scheduled as ProcessEventMap['scheduled'] | undefined)?.task, 'tidy up')
    })

    fact(
      'who has stopped listening, by a call, a signal or because once was enough, is told no more',
      async (stage) => {
        const { events } = stage.process
        const heard: string[] = []
        const abort = new AbortController()
        const leave = events.on('completed', () => heard.push('left'))
        events.on('completed', () => heard.push('aborted'), { signal: abort.signal })
        events.on('completed', () => heard.push('never'), { signal: AbortSignal.abort() })
        events.once('completed', () => heard.push('once'))
        events.on('completed', () => heard.push('always'))
        events.on('completed', () => later())
        const later = events.on('completed', () => heard.push('left while others were told'))
        await stage.process.run(stage.actor())
        leave()
        abort.abort()
        await stage.process.run(stage.actor())
        assert.deepEqual(heard, ['left', 'aborted', 'once', 'always', 'always'])
      },
    )

    fact('the short forms are the events that they are named after', async (stage) => {
      const { events } = stage.process
      const heard: string[] = []
      const said = { out: '', err: '' }
      events.beforeStart(({ type }) => void heard.push(type))
      events.afterStart(({ type }) => heard.push(type))
      events.beforeStop(({ type }) => heard.push(type))
      events.afterStop(({ type }) => heard.push(type))
      events.onOutput(({ chunk }) => {
        said.out += chunk
      })
      events.onError(({ chunk }) => {
        said.err += chunk
      })
      const steps = [{ write: 'err', data: 'careful\n' }, { write: 'out', data: 'ready\n' }, { hang: true }] as const
      const running = await stage.process.start(stage.actor(...steps))
      await running.waitUntil((_, line) => line === 'ready')
      await running.stop()
      assert.deepEqual(heard, ['beforeStart', 'started', 'beforeStop', 'stopped'])
      assert.deepEqual(said, { out: 'ready\n', err: 'careful\n' })
    })

    fact(
      'an event that does not exist is refused, with those that do, and so is what is no listener or signal',
      (stage) => {
        const listen = () => stage.process.events.on('exploded' as 'failed', () => {})
        assert.throws(listen, {
          name: 'TypeError',
          message: /^Cannot listen to "exploded": the events are beforeStart, /,
        })
        const listener = 'listener' as unknown as () => void
        assert.throws(() => stage.process.events.on('failed', listener), { name: 'TypeError', message: /a function/ })
        const signal = 'stop' as unknown as AbortSignal
        assert.throws(() => stage.process.events.on('failed', () => {}, { signal }), {
          name: 'TypeError',
          message: 'Cannot stop listening to "failed" by "stop": expected an AbortSignal',
        })
        return Promise.resolve()
      },
    )
  },
}

type Ending = readonly [
  title: string,
  steps: Scenario,
  change: (pending: PendingProcess, stage: Stage) => PendingProcess,
  ends: readonly ProcessEventName[],
]

const same = (pending: PendingProcess): PendingProcess => pending

const ENDS: readonly Ending[] = [
  ['an exit with 0', [{ exit: 0 }], same, ['completed']],
  ['an exit with another code', [{ exit: 3 }], same, ['failed']],
  ['a death of a signal', [{ die: 'SIGKILL' }], same, ['killed']],
  ['a program that is not there', [{ failToStart: 'ENOENT' }], same, ['failed']],
  ['a time limit', [{ hang: true }], (pending) => pending.timeout(50), ['beforeStop', 'timedOut', 'stopped']],
  ['a limit of silence', [{ hang: true }], (pending) => pending.idleTimeout(50), ['beforeStop', 'timedOut', 'stopped']],
  [
    'too much output',
    [{ write: 'out', data: 'much' }, { hang: true }],
    (pending) => pending.maxOutput(1),
    ['beforeStop', 'failed', 'stopped'],
  ],
  [
    'a callback that throws',
    [{ write: 'out', data: 'x' }, { hang: true }],
    (pending) =>
      pending.onOutput(() => {
        throw new Error('no')
      }),
    ['beforeStop', 'failed', 'stopped'],
  ],
  ['an abort', [{ hang: true }], aborted, ['beforeStop', 'killed', 'stopped']],
]

function aborted(pending: PendingProcess, stage: Stage): PendingProcess {
  const abort = new AbortController()
  stage.process.events.once('started', () => {
    stage.driver.clock.setTimeout(() => abort.abort(), 50)
  })
  return pending.abortSignal(abort.signal)
}
