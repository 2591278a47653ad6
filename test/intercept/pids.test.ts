import assert from 'node:assert/strict'
import { ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'vitest'
import { createProcess, FakeDriver, Process } from '../../src/index.ts'
import type { NodeChild } from '../../src/intercept/node-internals.ts'
import { remember, signalThrough } from '../../src/intercept/pids.ts'
import { startThrough } from '../../src/intercept/start.ts'
import { rehearsing } from './rehearsing.ts'

describe('the pid of a rehearsed child', () => {
  test('is not that of the process of the machine that has the same number', async () => {
    const bystander = await createProcess().start(['sleep', '60'])
    const pid = bystander.id()
    using here = rehearsing({ twin: Process.describe().id(pid).hangs() })
    const child = spawn('twin')
    assert.equal(child.pid, pid)
    assert.equal(process.kill(pid, 'SIGKILL'), true)
    await once(child, 'exit')
    assert.throws(() => process.kill(pid, 'SIGKILL'), { code: 'ESRCH' })
    assert.equal(bystander.running(), true)
    here.process.assertSignalled('twin', 'SIGKILL')
    await bystander.stop()
  })

  test('is that of the machine again when a real child has got it', () => {
    const { processes } = new FakeDriver({ cast: () => undefined })
    const asked: number[] = []
    const kill = (pid: number): true => {
      asked.push(pid)
      return true
    }
    const layers = [{ process: createProcess() }]
    remember(processes, 4_000_001, { entry: undefined, leads: false })
    assert.throws(() => signalThrough(layers, kill, 4_000_001), { code: 'ESRCH' })
    const child = new ChildProcess() as unknown as NodeChild
    const options = { file: 'x', args: ['x'], stdio: 'ignore' }
    const spawned = startThrough(layers, child, options, () => {
      Object.assign(child, { pid: 4_000_001 })
      return 0
    })
    assert.equal(spawned, 0)
    assert.equal(signalThrough(layers, kill, 4_000_001), true)
    assert.deepEqual(asked, [4_000_001])
  })

  test('leaves our own alone', async () => {
    using _ = rehearsing({ self: Process.describe().id(process.pid).hangs() })
    spawn('self')
    const heard = once(process, 'SIGUSR2')
    process.kill(process.pid, 'SIGUSR2')
    await heard
    assert.throws(() => process.kill(process.pid, 'SIGNOPE'), { code: 'ERR_UNKNOWN_SIGNAL' })
  })

  test('that a child of it has reaches that one', async () => {
    const worker = Process.describe().add({ tell: 'pid' }).hangs()
    using here = rehearsing({ server: Process.describe().forks(worker).hangs() })
    const server = spawn('server', { detached: true })
    const pid = Number((await once(server.stdout, 'data'))[0])
    assert.notEqual(pid, server.pid)
    assert.equal(process.kill(pid), true)
    assert.equal(await here.fake.processes.isRunning(pid), false)
    assert.equal(server.exitCode, null)
  })
})
