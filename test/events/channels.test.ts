import assert from 'node:assert/strict'
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

describe('what is published on diagnostics_channel', () => {
  test('each event is, to whoever has subscribed to it', async () => {
    const heard: unknown[] = []
    const hear = (message: unknown, name: string | symbol) => heard.push([name, (message as { text: string }).text])
    subscribe('rehearsal:process:completed', hear)
    await runRehearsed('one')
    unsubscribe('rehearsal:process:completed', hear)
    await runRehearsed('two')
    assert.deepEqual(heard, [['rehearsal:process:completed', 'one']])
  })

  test('the life of a process is one message from its start to its end', async () => {
    const { heard, stop } = trace()
    await runRehearsed('one')
    stop()
    const [first] = heard
    assert.deepEqual(
      heard.map(({ name, message }) => [name, message === first?.message]),
      ['start', 'end', 'asyncStart', 'asyncEnd'].map((name) => [name, true]),
    )
    assert(first)
    const { text, pid, result } = first.message as { text: string; pid: number; result: { exitCode(): number } }
    assert.deepEqual([text, typeof pid, result.exitCode()], ['one', 'number', 0])
  })

  test('a life that ends by an error, or does not begin, says so', async () => {
    const { heard, stop } = trace()
    const process = createProcess()
    await process.fake({ 'slow *': process.describe().hangs() }, async () => {
      await assert.rejects(process.timeout('1s').run('slow one'))
      await assert.rejects(process.run('unknown'))
    })
    stop()
    const ends = ['start', 'end', 'error', 'asyncStart', 'asyncEnd']
    assert.deepEqual(
      heard.map(({ name }) => name),
      [...ends, ...ends],
    )
    assert.deepEqual(
      heard.filter(({ name }) => name === 'error').map(({ message }) => (message as { error: Error }).error.name),
      ['ProcessTimedOutError', 'StrayProcessError'],
    )
  })
})

function runRehearsed(command: string): Promise<unknown> {
  const process = createProcess()
  return process.fake({ '*': 'ok' }, () => process.run(command))
}

function trace() {
  const heard: { readonly name: string; readonly message: object }[] = []
  const hear = (name: string) => (message: object) => void heard.push({ name, message })
  const handlers = {
    start: hear('start'),
    end: hear('end'),
    asyncStart: hear('asyncStart'),
    asyncEnd: hear('asyncEnd'),
    error: hear('error'),
  }
  const channel = tracingChannel('rehearsal:process')
  channel.subscribe(handlers)
  return { heard, stop: () => channel.unsubscribe(handlers) }
}
