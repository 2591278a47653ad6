import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'
import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess, type IsolationOptions } from '../../src/index.ts'
import { AS_NOBODY, REFUSED, testUnless, whyNotAsNobody } from './attempts.ts'

const PARENT = fileURLToPath(new URL('../fixtures/isolated-parent.ts', import.meta.url))
const driver = new SystemDriver()
const { dieWithParent } = driver.isolation.capabilities()
const here = dieWithParent === true ? undefined : dieWithParent

const parents: Readonly<Record<string, { readonly before: readonly string[]; readonly reason: string | undefined }>> = {
  'we are': { before: [], reason: here },
  'nobody is': { before: AS_NOBODY, reason: here ?? whyNotAsNobody() },
}

describe('nothing survives a parent that is killed', () => {
  for (const [who, { before, reason }] of Object.entries(parents)) {
    const title = `${who}: neither the program nor a grandchild with a session of its own`
    testUnless(reason, title, REFUSED, () => dies(before))
  }
})

describe('a tree without a cgroup', () => {
  const options: IsolationOptions = { wholeTree: true }
  const own = createProcess({ driver: new SystemDriver({ cgroup: false }) })
  const mark = `86402.${process.pid}`

  testUnless(here, 'dies with its first process, when that ends and when it is stopped', REFUSED, async () => {
    for (const last of ['exit 3', 'exec sleep 60']) {
      const running = await own.isolate(options).start(`setsid sleep ${mark} & echo ready; ${last}`)
      await running.waitUntil((_, line) => line === 'ready')
      const { outcome } = last === 'exit 3' ? await running.wait() : await running.stop()
      assert.deepEqual(outcome, { kind: 'exited', code: last === 'exit 3' ? 3 : 143 })
      await until(mark, 0)
    }
  })
})

async function dies(before: readonly string[]): Promise<void> {
  const mark = `${process.pid}${before.length}`
  const [program = '', ...args] = [...before, process.execPath, PARENT, mark]
  const parent = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await ready(parent)
  await until(`.${mark}`, 2)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  await until(`.${mark}`, 0)
}

async function ready(parent: ChildProcess): Promise<void> {
  const [data] = await Promise.race([
    once(parent.stdout as NonNullable<ChildProcess['stdout']>, 'data'),
    once(parent, 'exit').then(() => ['nothing: the parent is over']),
  ])
  assert.equal(String(data), 'ready\n')
}

/** The programs `sleep` with this at the end of their command. */
async function alive(mark: string): Promise<readonly string[]> {
  const rows = await driver.processes.list()
  return rows
    .filter(({ command }) => command.startsWith('sleep ') && command.endsWith(mark))
    .map(({ command }) => command)
}

/** Waits until so many of them are alive. */
async function until(mark: string, count: number): Promise<void> {
  for (let look = 0; look < 300 && (await alive(mark)).length !== count; look++) await driver.clock.sleep(10)
  assert.equal((await alive(mark)).length, count)
}
