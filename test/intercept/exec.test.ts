import assert from 'node:assert/strict'
import { exec, execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { actorCommand, actorText } from '../../src/contracts/suite/index.ts'
import type { Scenario } from '../../src/index.ts'
import { inEachWorld } from './worlds.ts'

const TALK: Scenario = [
  { write: 'out', data: 'said\n' },
  { write: 'err', data: 'warned\n' },
]

inEachWorld((enter) => {
  test('exec gives what a text for the shell says', async () => {
    using _ = enter()
    const result = await new Promise((resolve) => {
      exec(actorText(TALK), (error, stdout, stderr) => resolve([error, stdout, stderr]))
    })
    assert.deepEqual(result, [null, 'said\n', 'warned\n'])
  })

  test('a promise of exec resolves with both streams, and has its child', async () => {
    using _ = enter()
    const promise = promisify(exec)(actorText(TALK))
    assert(Number.isInteger(promise.child.pid))
    assert.deepEqual(await promise, { stdout: 'said\n', stderr: 'warned\n' })
  })

  test('a promise of exec rejects with the code, the command and both streams', async () => {
    using _ = enter()
    const cmd = actorText([...TALK, { exit: 3 }])
    const error = await promisify(exec)(cmd).catch((failure) => failure)
    expect({ ...error }).toEqual({ code: 3, killed: false, signal: null, cmd, stdout: 'said\n', stderr: 'warned\n' })
    assert.equal(error.message, `Command failed: ${cmd}\nwarned\n`)
  })

  test('a program that a shell cannot find is an exit of the shell with 127', async () => {
    using _ = enter()
    const error = await promisify(exec)('rehearsal-no-such-program').catch((failure) => failure)
    assert.equal(error.code, 127)
    assert.match(error.stderr, /not found/)
  })

  test('execFile gives bytes where they are asked for', async () => {
    using _ = enter()
    const { stdout } = await file(TALK, { encoding: 'buffer' })
    assert.deepEqual(stdout, Buffer.from('said\n'))
  })

  test('a promise of execFile rejects when there is no such program', async () => {
    using _ = enter()
    const error = await promisify(execFile)('rehearsal-no-such-program', ['a']).catch((failure) => failure)
    expect({ ...error }).toMatchObject({
      code: 'ENOENT',
      syscall: 'spawn rehearsal-no-such-program',
      path: 'rehearsal-no-such-program',
      spawnargs: ['a'],
      cmd: 'rehearsal-no-such-program a',
      stdout: '',
      stderr: '',
    })
  })

  test('more output than maxBuffer ends the child, and what fitted is kept', async () => {
    using _ = enter()
    const error = await file([{ write: 'out', data: 'x'.repeat(1000), times: 100 }], { maxBuffer: 500 }).catch(
      (failure) => failure,
    )
    assert.equal(error.code, 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    assert.equal(error.stdout, 'x'.repeat(500))
  })

  test('a time limit of execFile kills a child that hangs', async () => {
    using _ = enter()
    const error = await file([{ hang: true }], { timeout: 300, killSignal: 'SIGKILL' }).catch((failure) => failure)
    expect({ ...error }).toMatchObject({ killed: true, signal: 'SIGKILL', code: null })
  })

  test('an abort rejects with an AbortError', async () => {
    using _ = enter()
    const abort = new AbortController()
    const running = file([{ hang: true }], { signal: abort.signal })
    abort.abort()
    await assert.rejects(running, { name: 'AbortError' })
  })

  test('the folder, the variables and argv0 are passed on', async () => {
    using _ = enter()
    const scenario: Scenario = [{ tell: 'cwd' }, { tell: 'env:REHEARSAL_SUITE' }, { tell: 'env:HOME' }]
    const options = {
      cwd: '/',
      env: { REHEARSAL_SUITE: 'a=b', '': 'nameless', PATH: process.env.PATH },
      argv0: 'other',
    }
    assert.equal((await file(scenario, options)).stdout, '/\na=b\n\n')
  })
})

function file(scenario: Scenario, options: object): Promise<{ stdout: unknown }> {
  const [name, ...args] = actorCommand(scenario) as [string, ...string[]]
  return promisify(execFile)(name, args, options)
}
