import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, type TestContext, test } from 'vitest'
import { SystemProcesses } from '../../src/driver/system-processes.ts'
import { Process } from '../../src/index.ts'

const PARENT = fileURLToPath(new URL('../fixtures/parent.ts', import.meta.url))
const TERMINAL_PARENT = fileURLToPath(new URL('../fixtures/terminal-parent.ts', import.meta.url))
const processes = new SystemProcesses()

/** A grandchild that runs for ever, in the foreground of its shell, and tells its pid. */
const FAMILY = `sh -c 'echo $$; while :; do sleep 0.1; done'; exit 9`
/** The same, deaf to TERM from the child on. */
const DEAF = `trap '' TERM; ${FAMILY}`
/** A child that is over at once and leaves a grandchild in its group. */
const ORPHAN = `sleep 1000 >/dev/null 2>&1 & echo $!`

describe.concurrent('a parent with children', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`that gets ${signal} passes it on to child and grandchild, and dies of it as soon as they are over`, async (context) => {
      const parent = await startParent(context, 'wait', FAMILY)
      const asked = performance.now()
      parent.signal(signal)
      assert.deepEqual(await parent.end, { code: null, signal })
      assert(performance.now() - asked < 1900)
      assert.deepEqual(await parent.family(), ['over', 'over'])
    })
  }

  test('and a handler of its own passes the signal on and decides itself how it ends', async (context) => {
    const parent = await startParent(context, 'handle', FAMILY)
    parent.signal('SIGTERM')
    assert.deepEqual(await parent.end, { code: 7, signal: null })
    assert.deepEqual(parent.said().sort(), ['child SIGTERM', 'handled'])
    assert.deepEqual(await parent.family(), ['over', 'over'])
  })

  test('and a handler of its own leaves the deaf alone for as long as it lives', async (context) => {
    const parent = await startParent(context, 'handle', DEAF)
    parent.signal('SIGTERM')
    await sleep(2200)
    assert.deepEqual(await parent.family(), ['runs', 'runs'])
    assert.deepEqual(parent.said(), ['handled'])
  })

  test('and a handler of its own passes nothing on to those that it spares', async (context) => {
    const parent = await startParent(context, 'handle and spare', FAMILY)
    parent.signal('SIGTERM')
    await sleep(500)
    assert.deepEqual(await parent.family(), ['runs', 'runs'])
    assert.deepEqual(parent.said(), ['handled'])
  })

  test('that it spares passes on what it does not handle', async (context) => {
    const parent = await startParent(context, 'spare', FAMILY)
    const asked = performance.now()
    parent.signal('SIGTERM')
    assert.deepEqual(await parent.end, { code: null, signal: 'SIGTERM' })
    assert(performance.now() - asked < 1900)
    assert.deepEqual(await parent.family(), ['over', 'over'])
  })

  test('that are deaf to TERM gives them 2 seconds, then kills them and dies', async (context) => {
    const parent = await startParent(context, 'wait', DEAF)
    const asked = performance.now()
    parent.signal('SIGTERM')
    assert.deepEqual(await parent.end, { code: null, signal: 'SIGTERM' })
    assert(performance.now() - asked >= 2000)
    assert.deepEqual(await parent.family(), ['over', 'over'])
  })

  test('that are deaf to TERM kills them at once when it is asked again', async (context) => {
    const parent = await startParent(context, 'wait', DEAF)
    const asked = performance.now()
    const again = setInterval(() => parent.signal('SIGTERM'), 50)
    context.onTestFinished(() => clearInterval(again))
    assert.deepEqual(await parent.end, { code: null, signal: 'SIGTERM' })
    assert(performance.now() - asked < 1900)
    assert.deepEqual(await parent.family(), ['over', 'over'])
  })

  test('that share its terminal leaves none of them behind either', async () => {
    const parent = spawn(process.execPath, [TERMINAL_PARENT], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [[pid], [code]] = await Promise.all([once(createInterface(parent.stdout), 'line'), once(parent, 'close')])
    assert.equal(code, 3)
    assert.equal(await processes.isRunning(Number(pid)), false)
  })

  test('that share its terminal leaves them the INT that comes from there, and passes TERM on', async () => {
    const parent = spawn(process.execPath, [TERMINAL_PARENT, 'wait'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const lines = createInterface(parent.stdout)
    const [pid] = await once(lines, 'line')
    const heard = once(lines, 'line')
    parent.kill('SIGINT')
    assert.deepEqual(await heard, ['heard'])
    await sleep(100)
    assert.equal(await processes.isRunning(Number(pid)), true)
    parent.kill('SIGTERM')
    await once(parent, 'close')
    assert.equal(await processes.isRunning(Number(pid)), false)
  })

  test('leaves nobody behind when it calls process.exit', async (context) => {
    const parent = await startParent(context, 'exit', FAMILY)
    assert.deepEqual(await parent.end, { code: 3, signal: null })
    assert.deepEqual(await parent.family(), ['over', 'over'])
  })

  test('leaves nobody behind when it dies of an error', async (context) => {
    const parent = await startParent(context, 'throw', FAMILY)
    assert.deepEqual(await parent.end, { code: 1, signal: null })
    assert.deepEqual(await parent.family(), ['over', 'over'])
  })

  test('leaves no grandchild behind when it ends after its child', async (context) => {
    const parent = await startParent(context, 'wait', ORPHAN)
    assert.deepEqual(await parent.end, { code: 0, signal: null })
    assert.deepEqual(parent.said(), ['child 0'])
    assert.deepEqual(await parent.family(), ['over', 'over'])
  })

  test('that dies of KILL leaves them running: nobody is there to end them', async (context) => {
    const parent = await startParent(context, 'wait', FAMILY)
    parent.signal('SIGKILL')
    assert.deepEqual(await parent.end, { code: null, signal: 'SIGKILL' })
    assert.deepEqual(await parent.family(), ['runs', 'runs'])
  })
})

test('signals are listened to only while a process runs', async () => {
  const before = process.listenerCount('SIGTERM')
  const running = await Process.start(['sleep', '1000'])
  assert.equal(process.listenerCount('SIGTERM'), before + 1)
  await running.stop()
  await turn()
  assert.equal(process.listenerCount('SIGTERM'), before)
})

/** A parent that has a child and a grandchild by now. */
async function startParent(
  { onTestFinished }: TestContext,
  then: 'wait' | 'handle' | 'spare' | 'handle and spare' | 'exit' | 'throw',
  script: string,
) {
  const parent = spawn(process.execPath, [PARENT, then, script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const end = once(parent, 'close').then(([code, signal]) => ({ code, signal }))
  const lines: string[] = []
  const output = createInterface(parent.stdout).on('line', (line) => lines.push(line))
  await Promise.race([once(output, 'line'), end])
  const pids = (lines[0] ?? '').split(' ').map(Number)
  onTestFinished(async () => {
    for (const pid of [Number(parent.pid), ...pids]) processes.signal(pid, 'SIGKILL')
    await end
  })
  assert.equal(pids.length, 2, `the parent said ${JSON.stringify(lines)}`)
  return {
    end,
    said: () => lines.slice(1),
    signal: (signal: NodeJS.Signals) => parent.kill(signal),
    family: () => Promise.all(pids.map(stateOf)),
  }
}

// Whoever was killed a moment ago may still be on its way out.
async function stateOf(pid: number): Promise<'runs' | 'over'> {
  for (let look = 0; look < 10; look++) {
    if (!(await processes.isRunning(pid))) return 'over'
    await sleep(10)
  }
  return 'runs'
}
