import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess } from '../../src/index.ts'
import { Sampler } from '../../src/monitoring/sampler.ts'

const NODE = process.execPath
const root = process.getuid?.() === 0
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}.ts`, import.meta.url))
const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
const canUnshare = root && (await createProcess().run([...OWN_PIDS, 'true'])).successful()

describe('a monitor of the real machine', () => {
  if (canUnshare) {
    test('does not take somebody who gets a pid again for the one who had it', async () => {
      const result = await createProcess().run([...OWN_PIDS, NODE, fixture('pid-reuse')])
      assert.deepEqual(JSON.parse(result.throw().output()), {
        samePid: true,
        sameStart: false,
        younger: true,
        seenRunning: true,
        asked: { running: false },
        named: { running: true },
        heard: ['exit'],
        usage: true,
      })
    })
  }

  // What can be shown where pids cannot be given out at will.
  test('does not go on with a pid whose process is over', async () => {
    const own = createProcess()
    const running = await own.start(['sleep', '30'])
    const release = own.processes.hold(running.id())
    assert.equal((await own.processes.sample([running.id()])).size, 1)
    await running.stop()
    assert.equal((await own.processes.sample([running.id()])).size, 0)
    release()
  })

  if (root) {
    test('tells another user what everybody may know of a process, and leaves out the rest', async () => {
      const own = createProcess()
      await using watched = await own.start(['sleep', '30'])
      const watcher = await own.start([NODE, fixture('foreign-monitor'), String(watched.id())])
      assert(await watcher.waitUntil((_type, line) => line === 'watching'), watcher.errorOutput())
      await watched.stop()
      const { stats, running, usage, denied, ended } = JSON.parse((await watcher.wait()).throw().lines()[1] ?? '')
      assert.deepEqual([running, denied, ended], [true, 'EPERM', { pid: watched.id(), stopped: false }])
      assert(stats.memory > 0 && stats.cpu >= 0 && stats.uptime > 0)
      assert.match(usage, /MB \(limit 1 bytes\)$/)
      const { proportionalMemory, descriptors, io } = stats
      assert.deepEqual([proportionalMemory, descriptors, io], [undefined, undefined, undefined])
    })
  }

  test('leaves out what only the owner of a process may know, also of the first process of all', async () => {
    const stats = await createProcess().monitor(1).getStats()
    assert.equal(stats?.pid, 1)
    if (!root) assert.deepEqual([stats.descriptors, stats.io], [undefined, undefined])
  })

  test('keeps no program alive by what it listens to, and keeps it for who waits for samples', async () => {
    const [listening, waiting] = await Promise.all(
      ['callbacks', 'samples'].map((mode) => createProcess().run([NODE, fixture('monitoring'), mode])),
    )
    assert.deepEqual([listening?.output(), listening?.exitCode()], ['', 0])
    assert.deepEqual([waiting?.lines(), waiting?.exitCode()], [['1', '2', '3'], 0])
  })

  test('holds a descriptor for each process that it watches, and gives all of them back', async () => {
    const driver = new SystemDriver()
    const own = createProcess({ driver })
    const pids = (await Promise.all(Array.from({ length: 20 }, () => own.start(['sleep', '60'])))).map((each) =>
      each.id(),
    )
    await driver.processes.sample(pids)
    const before = openDescriptors()
    const sampler = Sampler.of(driver)
    let seen = 0
    const stops = pids.map((pid) => sampler.watch({ pid }, { onSample: () => seen++ }, { every: 20 }))
    while (seen < 2 * pids.length) await driver.clock.sleep(10)
    assert.equal(openDescriptors() - before, pids.length)
    driver.processes.hold(pids[0] ?? 0)()
    await driver.clock.sleep(1)
    assert.equal(openDescriptors() - before, pids.length, 'one who lets go leaves it to the others')
    for (const stop of stops) stop()
    await driver.clock.sleep(1)
    assert.equal(openDescriptors(), before)
    await driver.close()
  })
})

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}
