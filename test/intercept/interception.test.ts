import assert from 'node:assert/strict'
import childProcess, { ChildProcess, exec, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import nodeProcess, { kill } from 'node:process'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { createProcess, Process } from '../../src/index.ts'
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

  test('takes as an argument whatever can be turned into text, for real and rehearsed', async () => {
    using _ = intercept()
    const values = [8080, null, undefined, true, 10n, ['a', 'b'], { toString: () => 'own' }] as unknown as string[]
    const text = '8080 null undefined true 10 a,b own'
    const answers = async () => [execFileSync('echo', values), (await once(spawn('echo', values).stdout, 'data'))[0]]
    assert.deepEqual((await answers()).map(String), [`${text}\n`, `${text}\n`])
    using _fake = Process.fake({ [`echo ${text}`]: ({ args }) => args.join('|') })
    assert.deepEqual((await answers()).map(String), [text.replaceAll(' ', '|'), text.replaceAll(' ', '|')])
    const symbol = [Symbol('no text')] as unknown as string[]
    for (const call of [spawn, spawnSync]) assert.throws(() => call('echo', symbol), TypeError)
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
        // The events of a child are heard in the scope in which it was started.
        const child = spawn('then')
        const heard = [child, child.stdout].map(
          (emitter, which) =>
            new Promise<string>((resolve) => {
              emitter.once(which === 0 ? 'exit' : 'data', () => resolve(output('who')))
            }),
        )
        const all = [first, ...(await Promise.all(heard))]
        process.assertRanCount(4)
        return all
      }),
    )
    const expected = processes.map((_, index) => [`${index}\n`, `${index}\n`, `${index}\n`])
    assert.deepEqual(await Promise.all(scopes), expected)
    for (const hook of hooks) hook.restore()
    assert.equal(await echo(), 'for real\n')
  })
})
