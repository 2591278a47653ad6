import assert from 'node:assert/strict'
import childProcess, { ChildProcess, exec, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import nodeProcess, { kill } from 'node:process'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { createProcess, Process, ProcessStartError } from '../../src/index.ts'
import { type Interception, intercept } from '../../src/intercept/index.ts'

const run = promisify(exec)
const output = async (command: string) => (await run(command)).stdout
const echo = () => output('echo for real')
const early = childProcess.execFileSync

/** Everything that an interception changes. */
const exportsOfNode = () => ({
  ...childProcess,
  named: [exec, execFileSync, execSync, fork, spawn, spawnSync],
  spawnOfPrototype: Object.getOwnPropertyDescriptor(ChildProcess.prototype, 'spawn')?.value,
  kill: nodeProcess.kill,
  namedKill: kill,
})

describe('an interception', () => {
  test('reaches functions that were imported before it, synchronous ones and references too', async () => {
    using _ = intercept()
    using _fake = Process.fake({ '*': 'rehearsed' })
    const [child] = await once(spawn('a').stdout, 'data')
    assert.deepEqual([await output('b'), String(child)], ['rehearsed', 'rehearsed'])
    const calls = [spawnSync('c').stdout, execSync('d'), early('e')]
    assert.deepEqual(calls.map(String), ['rehearsed', 'rehearsed', 'rehearsed'])
    Process.assertRanInOrder(['a', 'b', 'c', 'd', 'e'])
  })

  test('leaves everything as it was when it ends', () => {
    const before = exportsOfNode()
    {
      using _ = intercept()
      const now = exportsOfNode()
      assert.notEqual(now.spawnOfPrototype, before.spawnOfPrototype)
      assert.notEqual(now.namedKill, before.namedKill)
    }
    for (const [name, value] of Object.entries(exportsOfNode())) {
      if (name !== 'named') assert.equal(value, before[name as keyof typeof before], name)
    }
    exportsOfNode().named.forEach((value, index) => {
      assert.equal(value, before.named[index])
    })
  })

  test('may be restored twice', () => {
    const before = exportsOfNode()
    const hook = intercept()
    hook.restore()
    hook.restore()
    assert.deepEqual(exportsOfNode(), before)
  })

  test('leaves in place what somebody has put over it, which works on', async () => {
    const original = nodeProcess.kill
    const hook = intercept()
    const ours = nodeProcess.kill
    let calls = 0
    const theirs: typeof kill = (...call) => {
      calls++
      return ours(...call)
    }
    nodeProcess.kill = theirs
    hook.restore()
    assert.equal(nodeProcess.kill, theirs)
    assert.deepEqual([nodeProcess.kill(nodeProcess.pid, 0), calls], [true, 1])
    intercept().restore()
    assert.equal(nodeProcess.kill, theirs)
    nodeProcess.kill = original
  })

  test('lets everything run for real that its Process would', async () => {
    using _ = intercept()
    assert.equal(await echo(), 'for real\n')
    assert.equal(String(execSync('echo for real')), 'for real\n')
  })

  test('knows what runs for real while it runs, and no longer', async () => {
    const process = createProcess()
    using _ = intercept(process)
    const child = spawn('sleep', ['60'])
    const [active] = process.active()
    assert.deepEqual([active?.id(), active?.command()], [child.pid, 'sleep 60'])
    await active?.stop()
    assert.deepEqual([child.signalCode, process.active()], ['SIGTERM', []])
  })

  test('does not catch what the toolkit itself starts on the machine', async () => {
    const [inner, outer] = [createProcess(), createProcess()]
    using _ = intercept(outer)
    using _fake = outer.fake({})
    const result = await inner.command('echo own').pipe('cat')
    assert.equal(result.output(), 'own\n')
    outer.assertNothingRan()
  })

  test('catches what is started while a process of the toolkit runs', async () => {
    const [inner, outer] = [createProcess(), createProcess()]
    using _ = intercept(outer)
    using _fake = outer.fake('rehearsed')
    const outputs: Promise<string>[] = []
    await inner.run('echo one; echo two', () => outputs.push(echo()))
    assert((await Promise.all(outputs)).every((text) => text === 'rehearsed'))
    outer.assertRan('echo for real')
  })
})

describe('several interceptions', () => {
  test('the latest has the first say, and what it lets through goes to the one before', async () => {
    const [first, second] = [createProcess(), createProcess()]
    using _first = intercept(first)
    using _second = intercept(second)
    using _fake = first.fake('first')
    assert.equal(await echo(), 'first')
    using _spy = second.spy()
    assert.equal(await echo(), 'first')
    assert.equal(second.assertRanCount(1).recorded()[0]?.output, 'first')
    using _other = second.fake('second')
    assert.equal(await echo(), 'second')
    assert.equal(String(execSync('x')), 'second')
    first.assertRanCount(2)
  })

  test('may end in any order', async () => {
    const processes = ['first', 'second', 'third'].map((text) => {
      const process = createProcess()
      return { process, fake: process.fake(text), hook: intercept(process) }
    })
    const before = exportsOfNode().spawn
    const hooks = processes.map(({ hook }) => hook) as [Interception, Interception, Interception]
    const seen: string[] = []
    for (const index of [1, 2, 0] as const) {
      seen.push(await echo(), String(execSync('x')))
      hooks[index].restore()
      assert.equal(exportsOfNode().spawn, before)
    }
    assert.deepEqual(seen, ['third', 'third', 'third', 'third', 'first', 'first'])
    assert.equal(await echo(), 'for real\n')
  })

  test('of the same Process end each by itself', async () => {
    const process = createProcess()
    using _fake = process.fake('rehearsed')
    const [one, other] = [intercept(process), intercept(process)]
    one.restore()
    assert.equal(await echo(), 'rehearsed')
    other.restore()
    assert.equal(await echo(), 'for real\n')
  })

  test('side by side see each its own rehearsal, in a callback', async () => {
    const processes = Array.from({ length: 20 }, () => createProcess())
    const hooks = processes.map((process) => intercept(process))
    const scopes = processes.map((process, index) =>
      process.fake({ '*': Process.describe().after(index).output(`${index}`) }, async () => {
        const first = await output('who')
        // An event of a child is heard in the scope in which it was started.
        const second = await new Promise<string>((resolve) => {
          spawn('then').once('exit', () => resolve(output('who')))
        })
        process.assertRanCount(3)
        return [first, second]
      }),
    )
    const expected = processes.map((_, index) => [`${index}\n`, `${index}\n`])
    assert.deepEqual(await Promise.all(scopes), expected)
    for (const hook of hooks) hook.restore()
    assert.equal(await echo(), 'for real\n')
  })
})

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
      process.recorded().map((one) => one.output),
      ['for real\n', 'rehearsed', 'for real\n', ''],
    )
  })
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

describe('a rehearsed child', () => {
  test('drives virtual time while it lives', async () => {
    using _ = intercept()
    using fake = Process.fake({ slow: Process.describe().output('1').after('2h').output('2').exitCode(4) })
    const before = +fake.now()
    const child = spawn('slow')
    const moments: number[] = []
    child.stdout.on('data', () => moments.push(+fake.now() - before))
    await once(child, 'close')
    assert.deepEqual([moments, child.exitCode], [[0, 7_200_000], 4])
  })

  test('is heard before time moves on, so that who listens can end it', async () => {
    using _ = intercept()
    const day = Process.describe().output('ready').after('24h').output('too late')
    using fake = Process.fake({ server: day })
    const before = +fake.now()
    const child = spawn('server')
    const exited = once(child, 'exit')
    let text = ''
    for await (const chunk of child.stdout) {
      text += chunk
      child.kill()
    }
    await exited
    assert.deepEqual([text, child.signalCode, +fake.now() - before], ['ready\n', 'SIGTERM', 0])
    Process.assertSignalled('server', 'SIGTERM')
  })

  test('that hangs is no deadlock: somebody may end it after real work', async () => {
    using _ = intercept()
    using _fake = Process.fake({ server: Process.describe().output('ready').hangs() })
    const child = spawn('server')
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(child.exitCode, null)
    child.kill()
    await once(child, 'close')
    assert.equal(child.signalCode, 'SIGTERM')
  })

  test('moves by hand where time does', async () => {
    using _ = intercept()
    using fake = Process.fake({ slow: Process.describe().after('10s').output('x') }, { time: 'manual' })
    const child = spawn('slow')
    const closed = once(child, 'close')
    await fake.advance('9s')
    assert.equal(child.exitCode, null)
    await fake.advance('1s')
    assert.equal(child.exitCode, 0)
    await closed
  })

  test('is ended with its rehearsal', async () => {
    using _ = intercept()
    const fake = Process.fake(Process.describe().hangs())
    const child = spawn('server')
    fake.restore()
    await once(child, 'close')
    assert.equal(child.signalCode, 'SIGKILL')
  })

  test('fails to start as its rule says', async () => {
    using _ = intercept()
    using _fake = Process.fake({
      busy: Process.describe().failsToStart('EAGAIN'),
      full: Process.describe().failsToStart('EMFILE'),
      no: new Error('the test says no'),
    })
    await assert.rejects(run('no'), { message: 'the test says no' })
    for (const [file, code] of [
      ['busy', 'EAGAIN'],
      ['full', 'EMFILE'],
    ] as const) {
      const [error] = await once(spawn(file), 'error')
      assert.deepEqual([error.code, error.syscall], [code, `spawn ${file}`])
    }
  })
})
