import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { actorCommand } from '../../src/contracts/suite/index.ts'
import type { Scenario } from '../../src/index.ts'
import { closing, eventsOf } from './watching.ts'
import { inEachWorld } from './worlds.ts'

const DEAF: Scenario = [{ on: 'SIGTERM', do: 'ignore' }]
const WAITING: Scenario = [{ write: 'out', data: 'ready' }, { hang: true }]

inEachWorld((enter) => {
  test('kill sends TERM, says so, and is over when the child is', async () => {
    using _ = enter()
    const child = await ready(WAITING)
    const seen = eventsOf(child)
    assert.equal(child.kill(), true)
    assert.deepEqual([child.killed, child.exitCode, child.signalCode], [true, null, null])
    await closing(child)
    assert.deepEqual(seen, [
      ['exit', null, 'SIGTERM'],
      ['close', null, 'SIGTERM'],
    ])
    assert.equal(child.kill(), false)
  })

  test('kill takes signals by name or number, and refuses those that there are not', async () => {
    using _ = enter()
    const caught: Scenario = [{ on: 'SIGUSR2', do: [{ write: 'out', data: 'caught' }] }]
    const child = await ready([...caught, ...WAITING])
    assert.throws(() => child.kill('SIGNOPE' as 'SIGTERM'), { code: 'ERR_UNKNOWN_SIGNAL' })
    assert.equal(child.kill('SIGUSR2'), true)
    assert.equal(String(await once(child.stdout, 'data')), 'caught')
    assert.equal(child.kill(constants.signals.SIGKILL), true)
    await closing(child)
    assert.equal(child.signalCode, 'SIGKILL')
  })

  test('a child may ignore a signal', async () => {
    using _ = enter()
    const child = await ready([...DEAF, ...WAITING])
    assert.equal(child.kill('SIGTERM'), true)
    assert.equal(child.kill('SIGKILL'), true)
    await closing(child)
    assert.equal(child.signalCode, 'SIGKILL')
  })

  test('signal 0 asks whether the child is there', async () => {
    using _ = enter()
    const child = await ready(WAITING)
    assert.equal(child.kill(0), true)
    assert.equal(process.kill(child.pid as number, 0), true)
    child.kill('SIGKILL')
    await closing(child)
    assert.equal(child.kill(0), false)
    assert.throws(() => process.kill(child.pid as number, 0), { code: 'ESRCH', syscall: 'kill' })
  })

  test('a signal to the pid reaches the child', async () => {
    using _ = enter()
    const child = await ready(WAITING)
    assert.equal(process.kill(child.pid as number), true)
    await closing(child)
    assert.equal(child.signalCode, 'SIGTERM')
  })

  test('a detached child leads a group, which its children are in', async () => {
    using _ = enter()
    const child = await ready([{ fork: [{ hang: true }] }, ...WAITING], { detached: true })
    assert.equal(process.kill(-(child.pid as number), 'SIGKILL'), true)
    await closing(child)
    assert.equal(child.signalCode, 'SIGKILL')
  })

  test('a child that is not detached leads no group', async () => {
    using _ = enter()
    const child = await ready(WAITING)
    assert.throws(() => process.kill(-(child.pid as number), 'SIGKILL'), { code: 'ESRCH' })
    child.kill('SIGKILL')
    await closing(child)
  })

  test('a time limit of spawn ends the child with its signal', async () => {
    using _ = enter()
    const child = start([{ hang: true }], { timeout: 300, killSignal: 'SIGINT' })
    await closing(child)
    assert.deepEqual([child.signalCode, child.killed], ['SIGINT', true])
  })

  test('an abort ends the child, and is an error with its reason', async () => {
    using _ = enter()
    const abort = new AbortController()
    const child = await ready(WAITING, { signal: abort.signal })
    const failed = once(child, 'error')
    abort.abort('enough')
    const [error] = await failed
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
    await closing(child)
    assert.equal(child.signalCode, 'SIGTERM')
  })

  test('an abort that came before the start ends the child at once', async () => {
    using _ = enter()
    const child = start([{ hang: true }], { signal: AbortSignal.abort() })
    const failed = once(child, 'error')
    await Promise.all([closing(child), failed])
    assert.equal(child.signalCode, 'SIGTERM')
  })

  test('a child at the end of its using block is killed', async () => {
    using _ = enter()
    const child = await ready(WAITING)
    const closed = closing(child)
    {
      using _child = child
    }
    await closed
    assert.equal(child.signalCode, 'SIGTERM')
  })
})

async function ready(scenario: Scenario, options = {}) {
  const child = start(scenario, options)
  await once(child.stdout, 'data')
  return child
}

function start(scenario: Scenario, options = {}) {
  const [file, ...args] = actorCommand(scenario) as [string, ...string[]]
  return spawn(file, args, { ...options, stdio: 'pipe' })
}
