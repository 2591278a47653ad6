import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { describe, onTestFinished, test } from 'vitest'
import { createProcess, Process, ProcessGroup } from '../../src/index.ts'
import { startSite } from './site.ts'

const BIN = fileURLToPath(new URL('bin', import.meta.url))

/** Lets this program find those of the example. */
function onPath(): void {
  const before = process.env.PATH
  process.env.PATH = `${BIN}:${before}`
  onTestFinished(() => {
    process.env.PATH = before
  })
}

describe('the example of the specification', () => {
  test('runs in a rehearsal', async () => {
    using _ = Process.fake({ 'web-server *': Process.describe().hangs(), 'worker *': Process.describe().hangs() })
    const group = new ProcessGroup()
    group.add('web-server', '--port=8080')
    group.add('worker', '--queue=default')
    await group.start()
    assert.equal(group.isRunning(), true)
    await group.stop()
    Process.assertRan(['web-server', '--port=8080']).assertRan(['worker', '--queue=default'])
  })

  test('runs for real', async () => {
    onPath()
    const group = new ProcessGroup({}, createProcess())
    group.add('web-server', '--port=28080')
    group.add('worker', '--queue=default')
    await group.start()
    assert.deepEqual(
      group.status().map(({ name, state }) => [name, state]),
      [
        ['web-server', 'ready'],
        ['worker', 'ready'],
      ],
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.deepEqual([group.isRunning('web-server'), group.isRunning('worker')], [true, true])
    await group.stop()
    assert.deepEqual(
      (await group.wait())
        .map((result) => result.signal() ?? result.exitCode())
        .filter((end) => end !== 0 && end !== 'SIGTERM'),
      [],
    )
  })
})

describe('a site', () => {
  test('has its workers when its server answers, and gets back what ends', async () => {
    const process = createProcess()
    const server = process.describe().after('2s').listens(8080, 200).hangs()
    using fake = process.fake({ 'web-server *': server, 'worker *': process.describe().after('50s').exitCode(0) })
    const told: string[] = []

    const site = await startSite(process, { port: 8080, workers: 1, log: (text) => told.push(text) })
    assert.deepEqual(told, ['web-server is ready', 'worker is ready'])
    await fake.advance('55s')

    assert.deepEqual(told.slice(2), ['worker comes back: exit', 'worker is ready'])
    await site.stop()
  })

  test('gives up a worker that fails too often, and keeps the rest', async () => {
    const process = createProcess()
    const server = process.describe().listens(8080, 200).hangs()
    using fake = process.fake({ 'web-server *': server, 'worker *': process.describe().after('1s').exitCode(2) })
    const told: string[] = []

    const site = await startSite(process, { port: 8080, workers: 1, log: (text) => told.push(text) })
    await fake.advance('1m')

    assert.equal(told.at(-1), 'worker is given up: exit code 2, after 3 restarts within 60000 ms')
    assert.deepEqual([site.isRunning('web-server'), site.isRunning('worker')], [true, false])
    await site.stop()
  })

  test('runs for real', async () => {
    onPath()
    const process = createProcess()
    const told: string[] = []

    const site = await startSite(process, { port: 28081, workers: 2, log: (text) => told.push(text) })

    assert.deepEqual(told.toSorted(), ['web-server is ready', 'worker is ready', 'worker#2 is ready'])
    const pids = site.status().map(({ pid }) => pid as number)
    await site.stop()
    for (const pid of pids) assert.equal(await process.processes.isRunning(pid), false)
  })
})
