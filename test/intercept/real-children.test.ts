import assert from 'node:assert/strict'
import { exec, execSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import nodeProcess from 'node:process'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { createProcess, Process, ProcessStartError } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'

const run = promisify(exec)
const output = async (command: string) => (await run(command)).stdout
const echo = () => output('echo for real')

describe('the guard of a Process', () => {
  test('refuses a command that is not on its list, in the event', async () => {
    const process = createProcess().preventStrayProcesses({ allow: ['echo *'] })
    using _ = intercept(process)
    assert.equal(await echo(), 'for real\n')
    await assert.rejects(run('rm -r /'), { code: 'ERR_PROCESS_STRAY' })
    assert.throws(() => execSync('rm -r /'), { code: 'ERR_PROCESS_STRAY' })
  })

  test('lets what is on its list run for real beside what is rehearsed', async () => {
    const process = createProcess().preventStrayProcesses({ allow: ['echo *'] })
    using _ = intercept(process)
    using _fake = process.fake({ 'git *': 'rehearsed' })
    assert.deepEqual([await echo(), await output('git status')], ['for real\n', 'rehearsed'])
    assert.equal(String(execSync('echo for real')), 'for real\n')
    await assert.rejects(run('rm -r /'), { code: 'ERR_PROCESS_STRAY' })
    assert.deepEqual(
      process.active().map((one) => one.command()),
      [],
    )
    assert.deepEqual(
      process.recorded().map((one) => one.output),
      ['for real\n', 'rehearsed', 'for real\n', ''],
    )
  })
})

test('virtual time does not run ahead of a child that runs for real', async () => {
  const process = createProcess().preventStrayProcesses({ allow: ['sleep *'] })
  using _ = intercept(process)
  using _fake = process.fake({ slow: Process.describe().after('1h') })
  const order: string[] = []
  const children = ['sleep 0.2', 'slow'].map((line) => {
    const [file = '', ...args] = line.split(' ')
    const child = spawn(file, args)
    return once(child, 'exit').then(() => order.push(line))
  })
  await Promise.all(children)
  assert.deepEqual(order, ['sleep 0.2', 'slow'])
})

describe('a spy on intercepted processes', () => {
  test('takes note of the command, its input, its output, its signals and its end', async () => {
    const process = createProcess()
    using _ = intercept(process)
    using _spy = process.spy()
    const cat = spawn('cat', { cwd: '/', env: { PATH: nodeProcess.env.PATH, MARK: 'x' } })
    cat.stdin.end('hello')
    await once(cat, 'close')
    const sleep = spawn('sleep', ['60'])
    sleep.kill()
    await once(sleep, 'close')
    await assert.rejects(run('echo oops >&2; exit 3'))
    await once(spawn('rehearsal-no-such-program'), 'error')
    process.assertRanInOrder(['cat', 'sleep 60', 'echo oops *', 'rehearsal-no-such-program'])
    process
      .assertSignalled('sleep 60', 'SIGTERM')
      .assertInput('cat', 'hello')
      .assertRan(({ path, env }) => path === '/' && env.MARK === 'x')
    const [copied, slept, failed, missing] = process.recorded()
    assert.deepEqual([copied?.output, copied?.result?.exitCode()], ['hello', 0])
    assert.equal(slept?.result?.signal(), 'SIGTERM')
    assert.deepEqual([failed?.errorOutput, failed?.result?.exitCode()], ['oops\n', 3])
    assert(missing?.error instanceof ProcessStartError && missing.error.errno === 'ENOENT')
  })
})
