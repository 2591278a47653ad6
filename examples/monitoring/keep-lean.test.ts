import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { actorCommand } from '../../src/contracts/suite/index.ts'
import { createProcess } from '../../src/index.ts'
import { keepLean } from './keep-lean.ts'

const MEGABYTE = 1024 ** 2

describe('a program that is kept lean', () => {
  test('is started again whenever it has grown too large, and somebody is told', async () => {
    const process = createProcess()
    const leaking = process.describe().memory('80MB').after('1h').memory('350MB').hangs()
    using fake = process.fake({ 'node server.js': leaking })
    const told: string[] = []

    const first = await keepLean(process, ['node', 'server.js'], {
      limit: '300MB',
      notifyAdmin: (text) => told.push(text),
    })
    await fake.advance('3h')

    assert.deepEqual(told, Array(2).fill('High memory usage: 350 MB (limit 300 MB)'))
    process.assertRanTimes('node server.js', 3).assertStopped('node server.js')
    assert.equal(first.lineage.current.running(), true)
  })

  test('is left alone as long as it is lean, or large for a moment', async () => {
    const process = createProcess()
    const peaking = process.describe().memory('80MB').after('1h').memory('350MB').after('2s').memory('90MB').hangs()
    using fake = process.fake({ 'node server.js': peaking })
    const told: string[] = []

    await keepLean(process, ['node', 'server.js'], { limit: '300MB', notifyAdmin: (text) => told.push(text) })
    await fake.advance('1d')

    assert.deepEqual(told, [])
    process.assertRanTimes('node server.js', 1)
  })

  test('is not started again when it ends by itself: somebody is told', async () => {
    const process = createProcess()
    using fake = process.fake({ 'node server.js': process.describe().after('10m').crashes() })
    const told: string[] = []

    const { id } = await keepLean(process, ['node', 'server.js'], {
      limit: '300MB',
      notifyAdmin: (text) => told.push(text),
    }).then((running) => ({ id: running.id() }))
    await fake.advance('1h')

    assert.deepEqual(told, [`Process ${id} is over: SIGSEGV`])
    process.assertRanTimes('node server.js', 1)
  })

  test('is started again for real', async () => {
    const process = createProcess()
    const leaking = actorCommand([{ use: { memory: 256 * MEGABYTE } }, { hang: true }])
    let tell = (_: string): void => {}
    const told = new Promise<string>((resolve) => (tell = resolve))

    const first = await keepLean(process, leaking, { limit: '200MB', notifyAdmin: (text) => tell(text) })
    const timer = setInterval(() => {}, 1000)

    assert.match(await told, /^High memory usage: \d+(\.\d)? MB \(limit 200 MB\)$/)
    clearInterval(timer)
    const next = first.lineage.current
    assert.notEqual(next.id(), first.id())
    assert.deepEqual([first.running(), next.running()], [false, true])
    await next.stop()
    assert.equal(await process.processes.isRunning(next.id()), false)
  })
})
