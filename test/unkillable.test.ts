import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Handle } from '../src/contracts/driver.ts'
import { createProcess, FakeDriver } from '../src/index.ts'
import { bareDriver } from './bare-driver.ts'

describe('a process that even KILL does not end', () => {
  test('is given up two seconds after it, and is its own survivor', async () => {
    const { process, clock, tried } = unkillable()
    const running = await process.start('it')
    const result = await running.stop('1s')
    assert.equal(clock.monotonic(), 3000)
    assert.deepEqual(tried, ['SIGTERM', 'SIGCONT', 'SIGKILL'])
    assert.deepEqual([result.survivors, result.incomplete, result.exitCode()], [[running.id()], true, null])
    assert.deepEqual(result.outcome, { kind: 'signalled', signal: 'SIGKILL' })
    assert.equal(result.output(), 'still here')
    assert.equal(running.running(), true)
    assert.deepEqual(process.active(), [])
  })

  test('is told of by the error of a limit that it ran into', async () => {
    const { process, clock } = unkillable()
    await assert.rejects(process.timeout('10s').graceTime('1s').run('it'), (error: Error & { result?: object }) => {
      assert.match(error.message, /^Command timed out: it: still running after 10000 ms/)
      assert.equal((error.result as { survivors: readonly number[] }).survivors.length, 1)
      return true
    })
    assert.equal(clock.monotonic(), 13_000)
  })
})

/** A Process on whose machine nobody ever dies. */
function unkillable() {
  const driver = new FakeDriver({ cast: () => ({ scenario: [{ write: 'out', data: 'still here' }, { hang: true }] }) })
  const tried: string[] = []
  const deaf = (handle: Handle): Handle =>
    new Proxy(handle, {
      get(target, name) {
        if (name === 'kill') return (signal: string) => void tried.push(signal)
        if (name === 'survivors') return async () => [target.pid]
        const value = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  const start: FakeDriver['start'] = async (command) => deaf(await driver.start(command))
  const { clock } = driver
  return { process: createProcess({ driver: bareDriver(driver, { start }) }), clock, tried }
}
