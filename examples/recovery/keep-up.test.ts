import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { actorCommand } from '../../src/contracts/suite/index.ts'
import { createProcess } from '../../src/index.ts'
import { keepUp } from './keep-up.ts'

describe('a program that is kept up', () => {
  test('is started again whenever it crashes, and somebody is told', async () => {
    const process = createProcess()
    using fake = process.fake({ 'node server.js': process.describe().output('up').after('20s').crashes() })
    const told: string[] = []

    const { recovery } = await keepUp(process, ['node', 'server.js'], async (text) => void told.push(text))
    await fake.advance('65s')

    assert.deepEqual(told, Array(3).fill('Process crashed: killed by SIGSEGV'))
    process.assertRanTimes('node server.js', 4)
    await recovery.stop()
  })

  test('is ended and started again when it hangs', async () => {
    const process = createProcess()
    using fake = process.fake({ 'node server.js': process.describe().output('up').hangs() })
    const told: string[] = []

    const { recovery } = await keepUp(process, ['node', 'server.js'], async (text) => void told.push(text))
    await fake.advance('40s')

    assert.deepEqual(told, ['Process hangs: no output for 30000 ms'])
    process.assertRanTimes('node server.js', 2).assertStopped('node server.js')
    await recovery.stop()
  })

  test('is given up when it crashes again and again', async () => {
    const process = createProcess()
    using fake = process.fake({ 'node server.js': process.describe().exitCode(1) })

    const { recovery } = await keepUp(process, ['node', 'server.js'], async () => {})
    await fake.advance('1h')

    process.assertRanTimes('node server.js', 11)
    assert.equal(recovery.status()[0]?.reason, 'exit code 1, after 10 restarts within 300000 ms')
  })

  test('is started again for real', async () => {
    const process = createProcess()
    const told: string[] = []

    const crashing = actorCommand([{ wait: 20 }, { exit: 3 }])
    const { recovery } = await keepUp(process, crashing, async (text) => void told.push(text))
    while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))

    assert.deepEqual(told.slice(0, 2), Array(2).fill('Process crashed: exit code 3'))
    await recovery.stop()
    assert.deepEqual(process.active(), [])
  })
})
