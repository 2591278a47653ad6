import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'vitest'
import { createProcess, ProcessEvents } from '../../src/index.ts'

describe('a listener that fails', () => {
  test('is a warning of the program where nobody listens to that, and only once', async () => {
    const process = createProcess()
    process.events.on('completed', () => {
      throw new Error('the disk is full')
    })
    const warned = once(globalThis.process, 'warning')
    const later: unknown[] = []
    await process.fake({ '*': 'ok' }, async () => {
      await process.run('git')
      const [warning] = await warned
      assert.deepEqual(
        [warning.name, warning.message],
        ['ProcessEventsWarning', 'A listener to "completed" failed: the disk is full'],
      )
      globalThis.process.on('warning', (more) => later.push(more))
      await process.run('git')
      await new Promise(setImmediate)
    })
    assert.deepEqual(later, [])
  })

  test('that hears of failures and fails itself is a warning, and no loop', async () => {
    const process = createProcess()
    const fails = () => {
      throw new Error('again')
    }
    process.events.on('started', fails)
    process.events.on('listenerFailed', fails)
    const warned = once(globalThis.process, 'warning')
    await process.fake({ '*': 'ok' }, () => process.run('git'))
    assert.equal((await warned)[0].message, 'A listener to "listenerFailed" failed: again')
  })

  test('has changed nothing, also when it goes on after it was given up', async () => {
    const process = createProcess({ events: new ProcessEvents({ patience: '1s' }) })
    const errors: unknown[] = []
    process.events.on('listenerFailed', ({ error }) => errors.push(String(error)))
    process.events.beforeStart(async (event) => {
      await process.clock.sleep(2000)
      event.change({ env: { A: 'too late' } })
    })
    await process.fake({ '*': process.describe().after('10s') }, async () => {
      await process.run('git')
      assert.deepEqual(process.recorded()[0]?.env, {})
    })
    assert.deepEqual(errors, [
      'Error: Cannot wait for it: no answer within 1000 ms',
      'Error: Cannot change "git": it has been decided how it starts',
    ])
  })

  test('that waits for something real is not given up because virtual time could move on', async () => {
    const process = createProcess()
    const errors: unknown[] = []
    process.events.on('listenerFailed', ({ error }) => errors.push(error))
    process.events.beforeStart(async (event) => {
      await new Promise(setImmediate)
      event.change({ env: { A: 'real' } })
    })
    await process.fake({ '*': ({ env }) => env.A ?? '' }, async () => {
      assert.equal((await process.run('git')).output(), 'real')
    })
    assert.deepEqual(errors, [])
  })
})
