import assert from 'node:assert/strict'
import { execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  createWriteStream,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { actorCommand } from '../../src/contracts/suite/index.ts'
import { createProcess, type Scenario } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'
import { closing, eventsOf, textOf } from './watching.ts'
import { inEachWorld } from './worlds.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-stdio-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TALK: Scenario = [
  { write: 'out', data: 'said' },
  { write: 'err', data: 'warned' },
]

inEachWorld((enter) => {
  test('a stream that is ignored is not there, and nobody waits for it', async () => {
    using _ = enter()
    const child = start([{ read: 'all' }, ...TALK], ['ignore', 'ignore', 'pipe'])
    assert.deepEqual([child.stdin, child.stdout, child.stdio], [null, null, [null, null, child.stderr]])
    const closed = closing(child)
    assert.equal(await textOf(child.stderr), 'warned')
    await closed
  })

  test('a descriptor of a file is written to and read from', async () => {
    using _ = enter()
    const [from, to] = [join(folder, 'from'), join(folder, 'to')]
    writeFileSync(from, 'from a file')
    const [input, output] = [openSync(from, 'r'), openSync(to, 'w')]
    const child = start([{ echo: 'in' }, { write: 'err', data: '!' }], [input, output, output])
    await closing(child)
    for (const descriptor of [input, output]) closeSync(descriptor)
    assert.deepEqual([child.stdio, readFileSync(to, 'utf8')], [[null, null, null], 'from a file!'])
  })

  const later: Scenario = [{ write: 'out', data: 'one' }, { wait: 30 }, { write: 'err', data: 'two' }]

  test('a descriptor may be closed after the start, and its number be used again', async () => {
    using _ = enter()
    for (const flags of ['w', 'a', 'r+'] as const) {
      const [file, other] = [join(folder, 'log'), join(folder, 'other')]
      writeFileSync(file, 'old content')
      const log = openSync(file, flags)
      const child = start(later, ['ignore', log, log])
      closeSync(log)
      const reused = openSync(other, 'w')
      assert.equal(reused, log)
      await closing(child)
      closeSync(reused)
      const expected = { w: 'onetwo', a: 'old contentonetwo', 'r+': 'onetwontent' }[flags]
      assert.deepEqual([readFileSync(file, 'utf8'), readFileSync(other, 'utf8')], [expected, ''])
    }
  })

  test('what reads a file has it, though the caller closes it after the start', async () => {
    using _ = enter()
    writeFileSync(join(folder, 'read'), 'head and the rest')
    const input = openSync(join(folder, 'read'), 'r')
    readSync(input, Buffer.alloc(9))
    const child = start([{ echo: 'in' }], [input, 'pipe', 'pipe'])
    closeSync(input)
    assert.equal(await textOf(child.stdout), 'the rest')
  })

  test('a descriptor that caller and children write to has all of it, one after the other', async () => {
    using _ = enter()
    const file = join(folder, 'shared')
    const output = openSync(file, 'w')
    writeSync(output, 'head ')
    await closing(start([{ write: 'out', data: 'first ' }], ['ignore', output, output]))
    writeSync(output, 'between ')
    const last = [
      start([{ wait: 30 }, { write: 'out', data: 'x' }], ['ignore', output, output]),
      start([{ wait: 300 }, { write: 'out', data: 'y' }], ['ignore', output, output]),
    ]
    closeSync(output)
    await Promise.all(last.map(closing))
    assert.equal(readFileSync(file, 'utf8'), 'head first between xy')
  })

  test('a stream that has no descriptor yet is refused as Node does', async () => {
    using _ = enter()
    const stream = createWriteStream(join(folder, 'stream'))
    for (const entry of [stream, { _handle: {} }]) {
      assert.throws(() => start([], ['ignore', entry, 'pipe']), { code: 'ERR_INVALID_ARG_VALUE' })
    }
    await once(stream, 'open')
    await closing(start(TALK, ['ignore', stream, 'ignore']))
    stream.close()
    assert.equal(readFileSync(join(folder, 'stream'), 'utf8'), 'said')
  })

  test('a number that is no descriptor is refused as Node does', () => {
    using _ = enter()
    assert.throws(() => start([], ['ignore', 999, 'pipe']), { code: 'EBADF', syscall: 'spawn' })
  })

  test('pipes beyond the third are there, and end with the child', async () => {
    using _ = enter()
    const child = start(TALK, ['pipe', 'pipe', 'pipe', 'pipe', 'ignore', 'overlapped'])
    assert.equal(child.stdio.length, 6)
    assert.equal(child.stdio[4], null)
    const extra = child.stdio[3] as unknown as typeof child.stdout
    const closed = closing(child)
    assert.equal(await textOf(extra), '')
    await closed
  })

  test('a fork has a channel, which is over when the child is', async () => {
    using _ = enter()
    const [, module, scenario] = actorCommand([{ read: 'line' }, { exit: 2 }]) as [string, string, string]
    const child = fork(module, [scenario], { stdio: ['pipe', 'pipe', 'pipe', 'ipc'], execArgv: [] })
    const seen = eventsOf(child)
    assert.deepEqual([child.connected, typeof child.channel?.unref], [true, 'function'])
    const sent = await new Promise((resolve) => child.send({ hello: 'you' }, resolve))
    assert.equal(sent, null)
    child.stdin?.end('go\n')
    await closing(child)
    assert.deepEqual(seen.map(([event]) => event).sort(), ['close', 'disconnect', 'exit', 'spawn'])
    assert.deepEqual(seen.at(-1), ['close', 2, null])
    assert.deepEqual([child.connected, child.channel], [false, null])
    const error = await new Promise((resolve) => child.send('late', resolve))
    assert.equal((error as NodeJS.ErrnoException).code, 'ERR_IPC_CHANNEL_CLOSED')
  })

  test('a channel can be closed by the caller, and its child never closes then', async () => {
    using _ = enter()
    const child = forked([{ read: 'line' }])
    const seen = eventsOf(child)
    child.disconnect()
    await once(child, 'disconnect')
    assert.equal(child.connected, false)
    child.stdin?.end()
    await once(child, 'exit')
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(
      seen.map(([event]) => event),
      ['spawn', 'disconnect', 'exit'],
    )
  })

  test('a channel refuses what cannot be sent, and what cannot be sent along', async () => {
    using _ = enter()
    const circular: unknown[] = []
    circular.push(circular)
    const type = { code: 'ERR_INVALID_ARG_TYPE', message: /^The "message" argument must be one of type .* Received / }
    const refused = {
      json: [
        [circular, /^TypeError: Converting circular/],
        [{ deep: 10n }, /BigInt/],
      ],
      advanced: [[{ deep: () => {} }, /could not be cloned/]],
    } as const
    for (const serialization of ['json', 'advanced'] as const) {
      const child = forked([{ read: 'line' }], serialization)
      const send = (...all: unknown[]) => Reflect.apply(child.send, child, all)
      for (const value of [10n, Symbol('a'), () => {}]) assert.throws(() => send(value), type)
      assert.throws(() => send(undefined), { code: 'ERR_MISSING_ARGS' })
      for (const [value, message] of refused[serialization]) assert.throws(() => send(value), message)
      for (const handle of [{}, 5, 'x']) assert.throws(() => send('x', handle), { code: 'ERR_INVALID_HANDLE_TYPE' })
      for (const options of [null, 5, true, []]) {
        assert.throws(() => send('x', undefined, options), { code: 'ERR_INVALID_ARG_TYPE' })
      }
      assert.equal(send(null, undefined, { keepOpen: true }), true)
      child.stdin?.end()
      await closing(child)
    }
  })
})

describe('of a rehearsed child', () => {
  test('the output of one is the input of another', async () => {
    const process = createProcess()
    using _ = intercept(process)
    using _fake = process.fake({ list: ['b', 'a'], sort: async ({ stdin }) => `sorted ${await stdin.text()}` })
    const list = spawn('list')
    const sort = spawn('sort', { stdio: [list.stdout, 'pipe', 'pipe'] })
    assert.equal(await textOf(sort.stdout), 'sorted b\na\n')
    process.assertInput('sort', 'b\na\n')
  })

  test('inherited output goes where the caller writes, and is taken note of', async () => {
    const program = `
      import { spawn } from 'node:child_process'
      import { Process } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}
      import { intercept } from ${JSON.stringify(new URL('../../src/intercept/index.ts', import.meta.url).href)}
      intercept()
      Process.fake({ build: 'built\\n' })
      spawn('build', { stdio: 'inherit' }).once('close', () => console.log(Process.recorded()[0].output))`
    const file = join(folder, 'inheriting.ts')
    writeFileSync(file, program)
    assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), 'built\nbuilt\n\n')
  })

  test('an inherited stdin is at its end', async () => {
    const process = createProcess()
    using _ = intercept(process)
    using _fake = process.fake({ cat: async ({ stdin }) => `<${await stdin.text()}>` })
    assert.equal(await textOf(spawn('cat', { stdio: ['inherit', 'pipe', 'pipe'] }).stdout), '<>')
  })

  test('what cannot be given to it honestly is an error that says so', async () => {
    const process = createProcess()
    using _ = intercept(process)
    using _fake = process.fake('rehearsed')
    const real = createServer().listen(0)
    await once(real, 'listening')
    const terminal = openSync('/dev/null', 'r')
    for (const stdio of [['pipe', real], [terminal]]) {
      const child = spawn('cat', { stdio: stdio as ['pipe', 'pipe'] })
      const [error] = await once(child, 'error')
      assert.equal(error.code, 'ERR_NOT_FAKEABLE')
    }
    closeSync(terminal)
    real.close()
    assert.equal(process.active().length, 0)
  })
})

function forked(scenario: Scenario, serialization: 'json' | 'advanced' = 'json') {
  const [, module, steps] = actorCommand(scenario) as [string, string, string]
  return fork(module, [steps], { stdio: ['pipe', 'ignore', 'ignore', 'ipc'], execArgv: [], serialization })
}

function start(scenario: Scenario, stdio: unknown[]) {
  const [file, ...args] = actorCommand(scenario) as [string, ...string[]]
  return spawn(file, args, { stdio: stdio as ['pipe', 'pipe', 'pipe'] })
}
