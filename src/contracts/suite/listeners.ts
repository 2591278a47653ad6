import assert from 'node:assert/strict'
import { ProcessVetoedError } from '../../errors.ts'
import { ProcessEvents } from '../../events/process-events.ts'
import { createProcess } from '../../process.ts'
import type { Topic } from './harness.ts'
import { eventsOfRun, failuresOf, listenToAll, TALKS, typesOf } from './listening.ts'
import { rejection } from './rejection.ts'
import { startsNothing } from './starts-nothing.ts'

/** What those who listen can do to a command before it starts, and how little else they can. */
export const listeners: Topic = {
  name: 'listeners',
  cases(fact) {
    fact('a veto starts nothing, and whoever wants the command gets a typed error', async (stage) => {
      const told = listenToAll(stage.process)
      const reason = new Error('not on a Friday')
      stage.process.events.beforeStart((event) => event.veto(reason))
      await startsNothing(stage, async () => {
        const error = await rejection(ProcessVetoedError, stage.process.run(stage.actor()))
        assert.deepEqual([error.code, error.cause], ['ERR_PROCESS_VETOED', reason])
        await rejection(ProcessVetoedError, stage.process.start(stage.actor({ hang: true })))
        await rejection(ProcessVetoedError, stage.process.pipe([stage.actor(), stage.actor()]))
      })
      assert.deepEqual([told('started').length, told('failed').length], [0, 3])
    })

    fact('what a listener changes is what the program sees', async (stage) => {
      const asked = stage.actor({ tell: 'env:NAME' })
      const given = stage.actor({ tell: 'env:GIVEN' }, { tell: 'env:GONE' }, { tell: 'cwd' })
      stage.process.events.beforeStart((event) => {
        event.change({ command: given, path: '/', env: { GIVEN: 'by a listener', GONE: false } })
      })
      using spy = stage.process.spy()
      const result = await stage.process.env({ GONE: 'not yet' }).run(asked)
      assert.deepEqual(result.lines(), ['by a listener', '', '/'])
      assert.deepEqual(spy.journal.runs[0]?.command, given)
    })

    fact('a listener sees what those before it have changed, and is waited for', async (stage) => {
      const { events, clock } = stage.process
      events.beforeStart(async (event) => {
        await clock.sleep(20)
        event.change({ env: { A: 'first' } })
      })
      events.beforeStart((event) => event.change({ env: { B: `after ${event.env.A}` } }))
      const result = await stage.process.run(stage.actor({ tell: 'env:A' }, { tell: 'env:B' }))
      assert.deepEqual(result.lines(), ['first', 'after first'])
    })

    fact('a change that could not be started is the failure of its listener alone', async (stage) => {
      const failures = failuresOf(stage.process, 'beforeStart', (event) => {
        event.change({ env: { A: 'unseen' } })
        event.change({ command: [] })
      })
      const result = await stage.process.run(stage.actor({ tell: 'env:A' }))
      assert.deepEqual(
        [result.lines(), failures().map(String)],
        [[''], ['TypeError: Cannot start an empty command: []']],
      )
    })

    for (const [title, listener] of [
      ['throws', thrower],
      ['rejects', () => Promise.reject(new Error('no'))],
    ] as const) {
      fact(`a listener that ${title} is reported, and nothing else is different`, async (stage) => {
        const failures = eventsOfRun.map((name) => failuresOf(stage.process, name, listener))
        const told = listenToAll(stage.process)
        const result = await stage.process.run(stage.actor(...TALKS, { exit: 0 }))
        assert.deepEqual([result.output(), result.errorOutput(), result.exitCode()], ['said\n', 'cried\n', 0])
        assert.deepEqual(
          failures.map((all) => [...new Set(all().map(String))]),
          eventsOfRun.map(() => ['Error: no']),
        )
        assert.deepEqual(typesOf(told()).toSorted(), eventsOfRun.toSorted())
      })
    }

    fact('a listener that never answers is given up, and the command starts without it', async (stage) => {
      const process = createProcess({ driver: stage.driver, events: new ProcessEvents({ patience: 50 }) })
      const failures = failuresOf(process, 'beforeStart', (event) => {
        event.change({ env: { A: 'unseen' } })
        return new Promise(() => {})
      })
      const result = await process.run(stage.actor({ tell: 'env:A' }))
      assert.deepEqual(
        [result.lines(), failures().map(String)],
        [[''], ['Error: Cannot wait for it: no answer within 50 ms']],
      )
    })

    fact('a listener is not told of what it starts itself; others are', async (stage) => {
      const { events } = stage.process
      const own: number[] = []
      const others: number[] = []
      let last: Promise<unknown> = Promise.resolve()
      events.on('completed', ({ run }) => {
        own.push(run)
        last = stage.process.run(stage.actor())
      })
      events.on('completed', ({ run }) => others.push(run))
      events.beforeStart(() => stage.process.run(stage.actor()))
      await stage.process.run(stage.actor())
      await stage.drive(last)
      await stage.until(() => others.length >= 4)
      assert.deepEqual([own.length, new Set(others).size, others.length], [2, others.length, others.length])
    })
  },
}

function thrower(): never {
  throw new Error('no')
}
