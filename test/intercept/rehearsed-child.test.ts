import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { exec, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { createProcess, type Handler, Process } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'
import { eventsOf } from './watching.ts'

const execute = promisify(exec)

describe('a rehearsed child', () => {
  test('drives virtual time while it lives', async () => {
    using _ = intercept()
    using fake = Process.fake({ slow: Process.describe().output('1').after('2h').output('2').exitCode(4) })
    const before = +fake.now()
    const child = spawn('slow')
    const moments: number[] = []
    child.stdout.on('data', () => moments.push(+fake.now() - before))
    await once(child, 'close')
    assert.deepEqual([moments, child.exitCode], [[0, 7_200_000], 4])
  })

  test('is heard before time moves on, so that who listens can end it', async () => {
    using _ = intercept()
    const day = Process.describe().output('ready').after('24h').output('too late')
    using fake = Process.fake({ server: day })
    const before = +fake.now()
    const child = spawn('server')
    const exited = once(child, 'exit')
    let text = ''
    for await (const chunk of child.stdout) {
      text += chunk
      child.kill()
    }
    await exited
    assert.deepEqual([text, child.signalCode, +fake.now() - before], ['ready\n', 'SIGTERM', 0])
    Process.assertSignalled('server', 'SIGTERM')
  })

  test('that hangs is no deadlock: somebody may end it after real work', async () => {
    using _ = intercept()
    using _fake = Process.fake({ server: Process.describe().output('ready').hangs() })
    const child = spawn('server')
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(child.exitCode, null)
    child.kill()
    await once(child, 'close')
    assert.equal(child.signalCode, 'SIGTERM')
  })

  test('moves by hand where time does', async () => {
    using _ = intercept()
    using fake = Process.fake({ slow: Process.describe().after('10s').output('x') }, { time: 'manual' })
    const child = spawn('slow')
    const closed = once(child, 'close')
    await fake.advance('9s')
    assert.equal(child.exitCode, null)
    await fake.advance('1s')
    assert.equal(child.exitCode, 0)
    await closed
  })

  test('is ended at the time limit of spawn in virtual time, and in no other', async () => {
    using _ = intercept()
    using fake = Process.fake({ server: Process.describe().hangs() }, { time: 'manual' })
    const child = spawn('server', { timeout: 10 })
    const closed = once(child, 'close')
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(child.killed, false)
    await fake.advance(10)
    assert.deepEqual(await closed, [null, 'SIGTERM'])
  })

  test('that Node refuses after all is not left running', () => {
    const process = createProcess()
    using _ = intercept(process)
    using fake = process.fake(Process.describe().hangs())
    assert.throws(() => spawn('server', { serialization: 'xml' as 'json' }), { code: 'ERR_INVALID_ARG_VALUE' })
    return fake.processes.list().then((rows) => assert.deepEqual(rows, []))
  })

  test('is heard in the async context of whoever started it, whoever moves time', async () => {
    using _ = intercept()
    using fake = Process.fake({ slow: Process.describe().after('1s').output('x').after('1s') }, { time: 'manual' })
    const context = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const closed = context.run('mine', () => {
      const child = spawn('slow', { timeout: 90_000_000 })
      child.stdout.on('data', () => seen.push(context.getStore())).on('end', () => seen.push(context.getStore()))
      child.on('exit', () => seen.push(context.getStore()))
      return once(child, 'close')
    })
    for (const step of ['1s', '1s']) {
      // Once the clock is at rest, it is the next one who sets it in motion.
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
      await context.run('theirs', () => fake.advance(step))
    }
    await closed
    assert.deepEqual(seen, ['mine', 'mine', 'mine'])
  })

  test('tells the reason also to somebody who has an emit of their own', async () => {
    using _ = intercept()
    using _fake = Process.fake({})
    const child = spawn('stray')
    const { emit } = child
    const heard: unknown[] = []
    const own: typeof emit = (event: string, ...rest: unknown[]) => {
      heard.push([event, rest[0]])
      return Reflect.apply(emit, child, [event, ...rest])
    }
    child.emit = own
    const [error] = await once(child, 'error')
    assert.deepEqual([heard[0], child.emit], [['error', error], own])
    assert.equal(error.code, 'ERR_PROCESS_STRAY')
  })

  test('has a folder that is told whole, as have those that are run otherwise', async () => {
    using _ = intercept()
    using _fake = Process.fake({ pwd: ({ cwd }) => cwd, 'slow pwd': async ({ cwd }) => cwd })
    const told = [
      execFileSync('pwd', { cwd: '..', encoding: 'utf8' }),
      String((await once(spawn('pwd', { cwd: '..' }).stdout, 'data'))[0]),
      (await execute('slow pwd', { cwd: '../.' })).stdout,
      (await Process.path('..').run('pwd')).output(),
    ]
    assert.deepEqual(told, Array(4).fill(resolve('..')))
  })

  test('is ended with its rehearsal', async () => {
    using _ = intercept()
    const fake = Process.fake(Process.describe().hangs())
    const child = spawn('server')
    fake.restore()
    await once(child, 'close')
    assert.equal(child.signalCode, 'SIGKILL')
  })

  const mistakes: Readonly<Record<string, [Handler, RegExp]>> = {
    'throws late': [async ({ stdin }) => assert.equal(await stdin.text(), 'expected'), /expected/],
    'gives what is no answer': [async () => true as unknown as string, /Cannot answer "x"/],
    'gives an error': [async () => new Error('the test says no') as unknown as string, /the test says no/],
  }
  for (const [what, [program, message]] of Object.entries(mistakes)) {
    test(`tells of an error, which is noted, where its program ${what}`, async () => {
      const process = createProcess()
      using _ = intercept(process)
      using _fake = process.fake({ x: program })
      const child = spawn('x')
      const seen = eventsOf(child)
      child.stdin.end('something else')
      await new Promise((resolve) => child.once('close', resolve))
      const [run] = process.recorded()
      assert.match(String(run?.error), message)
      assert.deepEqual(seen, [['spawn'], ['error', run?.error], ['exit', null, 'SIGKILL'], ['close', null, 'SIGKILL']])
    })
  }

  test('fails to start as its rule says', async () => {
    using _ = intercept()
    using _fake = Process.fake({
      busy: Process.describe().failsToStart('EAGAIN'),
      full: Process.describe().failsToStart('EMFILE'),
      no: new Error('the test says no'),
    })
    await assert.rejects(execute('no'), { message: 'the test says no' })
    for (const [file, code] of [
      ['busy', 'EAGAIN'],
      ['full', 'EMFILE'],
    ] as const) {
      const [error] = await once(spawn(file), 'error')
      assert.deepEqual([error.code, error.syscall], [code, `spawn ${file}`])
    }
  })
})
