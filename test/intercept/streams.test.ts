import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { test } from 'vitest'
import { actorCommand } from '../../src/contracts/suite/index.ts'
import type { Scenario } from '../../src/index.ts'
import { closing, textOf } from './watching.ts'
import { inEachWorld } from './worlds.ts'

inEachWorld((enter) => {
  test('what is written to stdin is read, to its end', async () => {
    using _ = enter()
    const child = start([{ echo: 'in' }, { write: 'err', data: 'over' }])
    child.stdin.write('one\n')
    child.stdin.end('two\n')
    const [out, err] = [textOf(child.stdout), textOf(child.stderr)]
    await closing(child)
    assert.deepEqual([await out, await err], ['one\ntwo\n', 'over'])
  })

  test('a dialogue goes to and fro', async () => {
    using _ = enter()
    const replies = [
      { when: 'ping', write: 'pong\n' },
      { when: 'quit', write: 'bye\n', last: true },
    ]
    const child = start([{ reply: replies }])
    const heard: string[] = []
    child.stdout.setEncoding('utf8').on('data', (text) => {
      heard.push(text)
      child.stdin.write(text === 'pong\n' ? 'quit\n' : '')
    })
    child.stdin.write('ping\n')
    await closing(child)
    assert.deepEqual(heard, ['pong\n', 'bye\n'])
  })

  test('a large input arrives whole, and a writer that is ahead is told to wait', async () => {
    using _ = enter()
    const child = start([{ read: 'line' }, { echo: 'in' }])
    const text = textOf(child.stdout)
    const block = 'x'.repeat(1_000_000)
    child.stdin.write('go\n')
    assert.equal(child.stdin.write(block), false)
    await once(child.stdin, 'drain')
    child.stdin.end(block)
    assert.equal((await text).length, 2_000_000)
  })

  test('output comes in order, split and decoded as the reader likes', async () => {
    using _ = enter()
    const child = start([
      { write: 'out', data: { base64: Buffer.from('grü').subarray(0, 3).toString('base64') } },
      { write: 'out', data: { base64: Buffer.from('ü').subarray(1).toString('base64') } },
      { write: 'out', data: 'ße\n' },
    ])
    assert.equal(await textOf(child.stdout), 'grüße\n')
  })

  test('a process that writes more than a pipe holds waits for its reader', async () => {
    using _ = enter()
    const child = start([
      { write: 'out', data: 'x'.repeat(1000), times: 2000 },
      { write: 'err', data: 'done' },
    ])
    const [first] = await once(child.stdout, 'readable').then(() => [child.stdout.read(1)])
    assert.equal(String(first), 'x')
    assert.equal(child.exitCode, null)
    assert.equal((await textOf(child.stdout)).length, 1_999_999)
    assert.equal(await textOf(child.stderr), 'done')
  })

  test('a process whose output is closed early dies of it', async () => {
    using _ = enter()
    const child = start([{ write: 'out', data: 'x'.repeat(1000), times: 5000 }])
    await once(child.stdout, 'data')
    child.stdout.destroy()
    await closing(child)
    assert.notEqual(child.exitCode ?? child.signalCode, 0)
  })

  test('a write to a process that is over fails with EPIPE, or is not taken', async () => {
    using _ = enter()
    const child = start([{ close: 'in' }, { write: 'out', data: 'closed' }, { hang: true }])
    await once(child.stdout, 'data')
    child.stdin.write('lost')
    const [error] = await once(child.stdin, 'error')
    assert.equal(error.code, 'EPIPE')
    assert.equal(error.syscall, 'write')
    child.kill()
    await closing(child)
    assert.equal(child.stdin.destroyed, true)
  })

  test('a listener that throws is the only one to suffer: what is to come still comes', async () => {
    using _ = enter()
    const child = start([{ write: 'out', data: 'one' }, { wait: 20 }, { write: 'out', data: 'two' }])
    const seen: unknown[] = []
    const thrown = uncaught()
    child.stdout.on('data', (data) => {
      seen.push(String(data))
      if (seen.length === 1) throw new Error('the first is one too many')
    })
    await closing(child)
    assert.deepEqual([seen, child.exitCode], [['one', 'two'], 0])
    assert.match(String((await thrown)[0]), /one too many/)
  })

  test('what a listener of stdin throws is an uncaught exception, and no rejection', async () => {
    using _ = enter()
    const child = start([{ echo: 'in' }])
    const thrown = uncaught()
    child.stdout.resume()
    child.stdin.once('drain', () => {
      child.stdin.end()
      throw new Error('drained')
    })
    child.stdin.write('x'.repeat(200_000))
    const [error, origin] = await thrown
    assert.deepEqual([String(error), origin], ['Error: drained', 'uncaughtException'])
    await closing(child)
  })

  test('streams can be iterated and finished', async () => {
    using _ = enter()
    const child = start([{ write: 'out', data: 'a' }, { wait: 20 }, { write: 'out', data: 'b' }])
    const over = finished(child.stdout)
    let text = ''
    for await (const chunk of child.stdout) text += chunk
    await over
    assert.equal(text, 'ab')
  })

  test('streams say what they are good for, and how they closed', async () => {
    using _ = enter()
    const child = start([{ echo: 'in' }])
    const { stdin, stdout } = child
    assert.deepEqual([Reflect.get(stdin, 'readable'), stdin.writable], [false, true])
    assert.deepEqual([stdout.readable, Reflect.get(stdout, 'writable')], [true, true])
    const closed = [stdin, stdout].map((stream) => new Promise((resolve) => stream.once('close', resolve)))
    stdin.once('error', () => {})
    stdin.destroy(new Error('enough'))
    stdout.resume()
    assert.deepEqual(await Promise.all(closed), [true, false])
    assert.deepEqual([stdout.readable, Reflect.get(stdout, 'writable')], [false, false])
  })

  test('streams can be let go of', async () => {
    using _ = enter()
    const child = start([{ write: 'out', data: 'x' }])
    for (const stream of [child, child.stdin, child.stdout]) (stream as typeof child).unref()
    for (const stream of [child, child.stdin, child.stdout]) (stream as typeof child).ref()
    await closing(child)
  })
})

/** The next error that nobody catches, which is no failure of the test then. */
function uncaught(): Promise<readonly [error: unknown, origin: string]> {
  const others = process.rawListeners('uncaughtException') as NodeJS.UncaughtExceptionListener[]
  process.removeAllListeners('uncaughtException')
  return new Promise((resolve) => {
    process.once('uncaughtException', (error, origin) => {
      for (const listener of others) process.on('uncaughtException', listener)
      resolve([error, origin])
    })
  })
}

function start(scenario: Scenario) {
  const [file, ...args] = actorCommand(scenario) as [string, ...string[]]
  return spawn(file, args)
}
