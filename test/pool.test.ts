import assert from 'node:assert/strict'
import { test } from 'vitest'
import { createProcess, FakeDriver } from '../src/index.ts'
import { bareDriver } from './bare-driver.ts'

test('a pool has its members in the order of the definition, whoever was started first', async () => {
  const driver = new FakeDriver({ cast: () => ({ scenario: [{ hang: true }] }) })
  const started: string[] = []
  const start: FakeDriver['start'] = async (command) => {
    const name = String(command.line[0])
    if (name === 'a') await driver.clock.sleep(10)
    started.push(name)
    return driver.start(command)
  }
  const process = createProcess({ driver: bareDriver(driver, { start }) })
  const beginning = process.pool({ a: ['a'], b: ['b'] }).start()
  await driver.clock.advance(10)
  const pool = await beginning
  assert.deepEqual(started, ['b', 'a'])
  assert.deepEqual([...pool.running().keys()], ['a', 'b'])
  assert.deepEqual(
    [...pool].map(([name]) => name),
    ['a', 'b'],
  )
  await pool.stop()
})
