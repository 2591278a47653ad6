import assert from 'node:assert/strict'
import { ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { actorCommand } from '../../src/contracts/suite/index.ts'
import type { Scenario } from '../../src/index.ts'
import { closing, eventsOf, fieldsOf, textOf } from './watching.ts'
import { inEachWorld } from './worlds.ts'

inEachWorld((enter) => {
  test('a child is born with a pid, its command and its streams', async () => {
    using _ = enter()
    const child = start([{ write: 'out', data: 'x' }])
    assert(child instanceof ChildProcess)
    assert(Number.isInteger(child.pid) && (child.pid ?? 0) > 0)
    assert.equal(child.spawnfile, process.execPath)
    assert.deepEqual(child.spawnargs, actorCommand([{ write: 'out', data: 'x' }]))
    assert.deepEqual(child.stdio, [child.stdin, child.stdout, child.stderr])
    assert.deepEqual([child.exitCode, child.signalCode, child.killed, child.connected], [null, null, false, false])
    await closing(child)
    assert.deepEqual([child.exitCode, child.signalCode, child.killed], [0, null, false])
  })

  test('a child spawns, exits and closes, in this order, with its code', async () => {
    using _ = enter()
    const child = start([{ exit: 3 }])
    const seen = eventsOf(child)
    await closing(child)
    assert.deepEqual(seen, [['spawn'], ['exit', 3, null], ['close', 3, null]])
    assert.deepEqual([child.exitCode, child.signalCode], [3, null])
  })

  test('a child that dies of a signal tells its name and no code', async () => {
    using _ = enter()
    const child = start([{ die: 'SIGUSR1' }])
    const seen = eventsOf(child)
    await closing(child)
    assert.deepEqual(seen, [['spawn'], ['exit', null, 'SIGUSR1'], ['close', null, 'SIGUSR1']])
    assert.deepEqual([child.exitCode, child.signalCode], [null, 'SIGUSR1'])
  })

  test('nothing is told before the caller has had its turn', () => {
    using _ = enter()
    const child = start([])
    const seen = eventsOf(child)
    assert.deepEqual(seen, [])
    child.kill('SIGKILL')
    assert.deepEqual(seen, [])
    return closing(child)
  })

  test('a child closes only when its output has been read to the end', async () => {
    using _ = enter()
    const child = start([{ write: 'out', data: 'x'.repeat(1000), times: 200 }])
    const seen = eventsOf(child)
    child.stdout.once('end', () => seen.push(['end']))
    assert.equal((await textOf(child.stdout)).length, 200_000)
    await closing(child)
    assert.deepEqual(seen.at(0), ['spawn'])
    assert.deepEqual(seen.at(-1), ['close', 0, null])
    assert(seen.some(([event]) => event === 'end'))
  })

  test('output that nobody reads is drained when the child exits', async () => {
    using _ = enter()
    const child = start([
      { write: 'out', data: 'unread' },
      { write: 'err', data: 'unread' },
    ])
    await closing(child)
    assert.deepEqual([child.stdout.readableEnded, child.stderr.readableEnded], [true, true])
  })

  test('a child exits while one of its own holds the output, and closes when that is over', async () => {
    using _ = enter()
    const child = start([{ fork: [{ wait: 300 }, { write: 'out', data: 'late' }] }, { exit: 0 }])
    const seen = eventsOf(child)
    const text = textOf(child.stdout).then((said) => seen.push(['said', said]))
    await closing(child)
    await text
    assert.deepEqual(
      seen.map(([event]) => event).filter((event) => event !== 'said'),
      ['spawn', 'exit', 'close'],
    )
    assert(seen.findIndex(([event]) => event === 'exit') < seen.findIndex(([event]) => event === 'said'))
    assert.deepEqual(seen.find(([event]) => event === 'said')?.[1], 'late')
  })

  test('a program that is not there is an error, without a pid, a spawn or an exit', async () => {
    using _ = enter()
    const child = spawn('rehearsal-no-such-program', ['a', 'b'])
    const seen = eventsOf(child)
    assert.equal(child.pid, undefined)
    const [out, err] = [textOf(child.stdout), textOf(child.stderr)]
    await closing(child)
    const errno = -constants.errno.ENOENT
    assert.deepEqual(
      seen.map(([event, first]) => (event === 'error' ? [event, fieldsOf(first)] : [event, first])),
      [
        [
          'error',
          {
            message: 'spawn rehearsal-no-such-program ENOENT',
            errno,
            code: 'ENOENT',
            syscall: 'spawn rehearsal-no-such-program',
            path: 'rehearsal-no-such-program',
            spawnargs: ['a', 'b'],
          },
        ],
        ['close', errno],
      ],
    )
    assert.deepEqual([await out, await err, child.exitCode, child.kill()], ['', '', errno, false])
  })

  test('what is written to a program that is not there is lost: its writers hear of it, and of the program only the error', async () => {
    using _ = enter()
    const child = spawn('rehearsal-no-such-program')
    const seen = eventsOf(child)
    child.stdin.on('error', (error) => seen.push(['error of stdin', error]))
    const told: unknown[] = []
    const tell = (error?: Error | null) => told.push((error as NodeJS.ErrnoException | undefined)?.code)
    assert.equal(child.stdin.write('one', tell), false)
    child.stdin.end('two', tell)
    child.once('error', () => child.stdin.write('late', tell))
    await closing(child)
    assert.deepEqual(
      seen.map(([event]) => event),
      ['error', 'close'],
    )
    assert.deepEqual(told.sort(), ['EPIPE', 'EPIPE', 'ERR_STREAM_DESTROYED'])
  })

  test('a program that may not be executed is an error with EACCES', async () => {
    using _ = enter()
    const [file] = actorCommand([{ failToStart: 'EACCES' }])
    const child = spawn(file as string)
    const seen = eventsOf(child)
    await closing(child)
    assert.deepEqual(
      seen.map(([event]) => event),
      ['error', 'close'],
    )
    assert.equal(fieldsOf(seen[0]?.[1]).code, 'EACCES')
  })

  test('an argument that is too long is thrown at once', () => {
    using _ = enter()
    assert.throws(() => spawn(process.execPath, ['x'.repeat(200_000)]), { code: 'E2BIG', syscall: 'spawn' })
  })

  test('bad arguments are refused by Node as ever', () => {
    using _ = enter()
    assert.throws(() => spawn(''), { code: 'ERR_INVALID_ARG_VALUE' })
    assert.throws(() => spawn('a\0b'), { code: 'ERR_INVALID_ARG_VALUE' })
    assert.throws(() => spawn('ls', { stdio: 'nonsense' as 'pipe' }), { code: 'ERR_INVALID_ARG_VALUE' })
    assert.throws(() => spawn('ls', { stdio: ['ipc', 'ipc'] }), { code: 'ERR_IPC_ONE_PIPE' })
    assert.throws(() => spawn('ls', { serialization: 'xml' as 'json' }), { code: 'ERR_INVALID_ARG_VALUE' })
  })

  test('a ChildProcess can be started by its own method', async () => {
    using _ = enter()
    const [file, ...args] = actorCommand([{ exit: 4 }]) as [string, ...string[]]
    const child = new ChildProcess() as ChildProcess & { spawn(options: object): number }
    assert.equal(child.spawn({ file, args: [file, ...args], stdio: 'ignore' }), 0)
    await closing(child)
    assert.equal(child.exitCode, 4)
    assert.throws(() => child.spawn({}), { code: 'ERR_INVALID_ARG_TYPE' })
  })

  test('an error that nobody listens to is thrown, as of any emitter', async () => {
    using _ = enter()
    const child = spawn('rehearsal-no-such-program')
    const thrown = new Promise((resolve) => {
      const { emit } = child
      child.emit = (event: string, ...rest: unknown[]) => {
        try {
          return Reflect.apply(emit, child, [event, ...rest])
        } catch (error) {
          resolve(error)
          return false
        }
      }
    })
    expect(await thrown).toMatchObject({ code: 'ENOENT' })
  })
})

function start(scenario: Scenario) {
  const [file, ...args] = actorCommand(scenario) as [string, ...string[]]
  return spawn(file, args)
}
