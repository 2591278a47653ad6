import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { createProcess, ProcessEvents, type ProcessFactory } from '../../src/index.ts'

describe('who is told of what', () => {
  test('a listener of one rehearsal hears nothing of another one beside it', async () => {
    const process = createProcess()
    const rehearse = (name: string) =>
      process.fake({ '*': 'ok' }, async () => {
        const heard = textsOf(process)
        await sleep(5)
        await process.run(`first of ${name}`)
        await sleep(5)
        await process.run(`second of ${name}`)
        return heard
      })
    const names = Array.from({ length: 20 }, (_, index) => String(index))
    assert.deepEqual(
      await Promise.all(names.map(rehearse)),
      names.map((name) => [`first of ${name}`, `second of ${name}`]),
    )
  })

  test('those of the Process hear of every rehearsal, those within also of the ones within them', async () => {
    const process = createProcess()
    const outside = textsOf(process)
    const inside = await process.fake({ '*': 'ok' }, async () => {
      const heard = textsOf(process)
      await process.fake({ '*': 'ok' }, () => process.run('inner'))
      await process.run('outer')
      return heard
    })
    using _ = process.fake({ '*': 'ok' })
    await process.run('everybody')
    assert.deepEqual(
      [outside, inside],
      [
        ['inner', 'outer', 'everybody'],
        ['inner', 'outer'],
      ],
    )
  })

  test('what a spy or a rehearsal for everybody runs is told within the callback that began it', async () => {
    const process = createProcess()
    await process.fake({ '*': 'ok' }, async () => {
      const heard = textsOf(process)
      using _spy = process.spy()
      await process.run('spied')
      using _fake = process.fake({ '*': 'other' })
      await process.run('rehearsed')
      assert.deepEqual(heard, ['spied', 'rehearsed'])
    })
  })

  test('a process that is restarted from outside of its rehearsal is told within it', async () => {
    const process = createProcess()
    const { heard, running } = await process.fake({ '*': process.describe().hangs() }, { time: 'manual' }, async () => {
      const heard: string[] = []
      process.events.on('restarted', ({ text }) => heard.push(text))
      return { heard, running: process.start('server') }
    })
    void running.then((one) => one.restart()).catch(() => {})
    await sleep(20)
    assert.deepEqual(heard, ['server'])
  })

  test('several Processes may tell the same one', async () => {
    const events = new ProcessEvents()
    const heard: string[] = []
    events.afterStart(({ text }) => heard.push(text))
    for (const name of ['one', 'two']) {
      const process = createProcess({ events })
      assert.equal(process.events, events)
      await process.fake({ '*': 'ok' }, () => process.run(name))
    }
    await createProcess().fake({ '*': 'ok' }, async () => {})
    assert.deepEqual(heard, ['one', 'two'])
  })

  test('listeners run in the surroundings of whoever started the process', async () => {
    const request = new AsyncLocalStorage<string>()
    const process = createProcess()
    const seen: unknown[] = []
    for (const name of ['beforeStart', 'started', 'output', 'completed'] as const)
      process.events.on(name, () => seen.push(request.getStore()))
    await request.run('mine', () => process.run('echo hello'))
    assert.deepEqual([...seen], ['mine', 'mine', 'mine', 'mine'])
    seen.splice(0)
    process.events.beforeStop(() => seen.push(request.getStore()))
    const running = await request.run('also mine', () => process.start('exec sleep 60'))
    await request.run("somebody else's", () => running.stop())
    assert.deepEqual(new Set(seen), new Set(['also mine']))
  })

  test('a signal forgets those who have left by themselves', () => {
    const { signal } = new AbortController()
    const { events } = createProcess()
    events.on('started', () => {}, { signal })()
    assert.deepEqual(getEventListeners(signal, 'abort'), [])
  })

  test('a listener that comes after the start hears how it ends', async () => {
    const process = createProcess()
    const running = await process.start('exit 3')
    const heard = textsOf(process, 'failed')
    await running.wait()
    assert.deepEqual(heard, ['exit 3'])
  })
})

function textsOf(process: ProcessFactory, name: 'completed' | 'failed' = 'completed'): string[] {
  const heard: string[] = []
  process.events.on(name, ({ text }) => heard.push(text))
  return heard
}
