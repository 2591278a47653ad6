import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { test } from 'vitest'
import { commandFor } from '../../src/contracts/suite/harness.ts'
import { SystemHandle } from '../../src/driver/system-handle.ts'
import { createProcess } from '../../src/index.ts'

test('a stranger that got the pid of a process that is over is neither signalled nor counted as left behind', async () => {
  const process = createProcess()
  await using stranger = await process.start(['sleep', '60'])
  // What Node knows of a child that had this pid before, and was reaped.
  const reaped = Object.assign(new EventEmitter(), {
    pid: stranger.id(),
    exitCode: 0,
    signalCode: null,
    kill: () => false,
  })
  const { clock } = process
  const started = { clock, command: commandFor(['true']), plan: undefined, cage: undefined }
  const handle = new SystemHandle(reaped as unknown as ChildProcess & { pid: number }, started)
  assert.deepEqual([handle.kill('SIGKILL', 'process'), handle.kill('SIGKILL', 'group')], [false, false])
  assert.deepEqual(await handle.survivors(), [])
  reaped.emit('exit', 0, null)
  await handle.exit
  assert.equal(await process.processes.isRunning(stranger.id()), true)
})
