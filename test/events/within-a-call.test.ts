import assert from 'node:assert/strict'
import { exec, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { createProcess, type ProcessFactory } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'

describe('processes that others start', () => {
  test('what is started for real is told, with its output', async () => {
    const process = createProcess()
    const heard = listen(process)
    using _ = intercept(process)
    await promisify(exec)('echo hello')
    assert.deepEqual(heard, ['beforeStart', 'started', 'output hello\n', 'completed'])
  })

  test('a call that waits is told when it is over', () => {
    const process = createProcess()
    const heard = listen(process)
    using _hook = intercept(process)
    using _fake = process.fake({ 'git *': 'ok' })
    assert.equal(execFileSync('git', ['status'], { encoding: 'utf8' }), 'ok')
    assert.deepEqual(heard, ['beforeStart', 'started', 'completed'])
  })

  test('a listener may change and refuse them', async () => {
    const process = createProcess()
    process.events.beforeStart((event) => {
      if (event.text.includes('rm')) event.veto('nothing is removed here')
      else event.change({ env: { GIVEN: 'x' } })
    })
    using _hook = intercept(process)
    using _fake = process.fake({ '*': ({ env }) => env.GIVEN ?? 'nothing' })
    assert.equal(execFileSync('env', { encoding: 'utf8' }), 'x')
    const [error] = await once(spawn('rm', ['-r', '/']), 'error')
    assert.equal(error.code, 'ERR_PROCESS_VETOED')
    assert.throws(() => execFileSync('rm', ['-r', '/']), { code: 'ERR_PROCESS_VETOED' })
    process.assertNotRan('nothing')
  })

  test('one who answers later has not let them start: the call cannot wait', async () => {
    const process = createProcess()
    process.events.beforeStart(async () => {})
    using _hook = intercept(process)
    using _fake = process.fake({ '*': 'ok' })
    assert.throws(() => execFileSync('git'), {
      code: 'ERR_PROCESS_VETOED',
      message: 'Cannot start "git": vetoed: a listener answers later, and this call cannot wait',
    })
  })
})

function listen(process: ProcessFactory): string[] {
  const heard: string[] = []
  const { events } = process
  for (const name of ['beforeStart', 'started', 'completed', 'failed'] as const) events.on(name, () => heard.push(name))
  events.onOutput(({ chunk }) => heard.push(`output ${chunk}`))
  return heard
}
