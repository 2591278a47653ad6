import assert from 'node:assert/strict'
import { once } from 'node:events'
import spawn from 'cross-spawn'
import { test } from 'vitest'
import { Process } from '../../src/index.ts'
import { rehearsing } from './rehearsing.ts'
import { eventsOf, textOf } from './watching.ts'

test('a success gives its events and its output, and can be claimed', async () => {
  using here = rehearsing({ 'npm *': Process.result('added 1', 'notice') })
  const child = spawn('npm', ['install'], { cwd: '/' })
  const seen = eventsOf(child)
  const closed = once(child, 'close')
  assert.deepEqual([await textOf(child.stdout), await textOf(child.stderr)], ['added 1', 'notice'])
  await closed
  assert.deepEqual(seen, [['spawn'], ['exit', 0, null], ['close', 0, null]])
  here.process.assertRan('npm install').assertRan(({ path }) => path === '/')
})

test('a failing code and a death by a signal are told', async () => {
  using _ = rehearsing({ fails: 3, crashes: Process.describe().crashes() })
  assert.deepEqual(await once(spawn('fails'), 'exit'), [3, null])
  assert.deepEqual(await once(spawn('crashes'), 'exit'), [null, 'SIGSEGV'])
})

test('an input is read, and a kill ends a child', async () => {
  using here = rehearsing({ cat: Process.describe().echoes().hangs() })
  const child = spawn('cat', [], { stdio: 'pipe' })
  child.stdin?.end('hello')
  assert.equal(String((await once(child.stdout as NonNullable<typeof child.stdout>, 'data'))[0]), 'hello')
  child.kill('SIGKILL')
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL'])
  here.process.assertInput('cat', 'hello').assertSignalled('cat', 'SIGKILL')
})

test('a program that is not there, and one without a rule, are errors', async () => {
  using _ = rehearsing({ missing: Process.describe().failsToStart() })
  assert.equal((await once(spawn('missing'), 'error'))[0].code, 'ENOENT')
  assert.equal((await once(spawn('rm'), 'error'))[0].code, 'ERR_PROCESS_STRAY')
})

test('its synchronous form gives code, output and error', () => {
  using here = rehearsing({ 'git *': Process.result('abc', 'hint', 2), missing: Process.describe().failsToStart() })
  const { status, stdout, stderr } = spawn.sync('git', ['log'], { encoding: 'utf8' })
  assert.deepEqual([status, stdout, stderr], [2, 'abc', 'hint'])
  assert.equal((spawn.sync('missing').error as NodeJS.ErrnoException).code, 'ENOENT')
  assert.throws(() => spawn.sync('rm'), { code: 'ERR_PROCESS_STRAY' })
  here.process.assertRan('git log')
})
