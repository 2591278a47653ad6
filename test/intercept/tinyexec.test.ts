import assert from 'node:assert/strict'
import { NonZeroExitError, x, xSync } from 'tinyexec'
import { test } from 'vitest'
import { Process } from '../../src/index.ts'
import { rehearsing } from './rehearsing.ts'

test('a success gives its output, and can be claimed', async () => {
  using here = rehearsing({ 'npm *': Process.result('added 1\n', 'npm notice\n') })
  const result = await x('npm', ['install', 'left pad'])
  assert.deepEqual({ ...result }, { stdout: 'added 1\n', stderr: 'npm notice\n', exitCode: 0 })
  here.process.assertRan("npm install 'left pad'")
})

test('a failing code resolves, or rejects where that is asked for', async () => {
  using _ = rehearsing({ 'npm *': 7 })
  assert.equal((await x('npm', ['test'])).exitCode, 7)
  await assert.rejects(async () => x('npm', ['test'], { throwOnError: true }), NonZeroExitError)
})

test('a program that is not there, and one without a rule, reject with the reason', async () => {
  using _ = rehearsing({ missing: Process.describe().failsToStart() })
  await assert.rejects(async () => x('missing'), { code: 'ENOENT' })
  await assert.rejects(async () => x('rm', ['-r', '/']), { code: 'ERR_PROCESS_STRAY' })
})

test('an input is read, lines are iterated, and stages are piped', async () => {
  using here = rehearsing({ cat: Process.describe().echoes(), list: ['b', 'a'] })
  const lines: string[] = []
  for await (const line of x('cat', [], { stdin: 'one\ntwo\n' })) lines.push(line)
  assert.deepEqual(lines, ['one', 'two'])
  assert.equal((await x('list').pipe('cat')).stdout, 'b\na\n')
  here.process.assertInput('cat', 'b\na\n')
})

test('kill, its time limit and an abort end a child', async () => {
  using here = rehearsing({ server: Process.describe().output('ready').hangs() })
  const killed = x('server')
  assert.equal(killed.kill('SIGINT'), true)
  await killed
  assert.equal(killed.killed, true)
  await assert.rejects(async () => x('server', [], { timeout: 20 }), { name: 'AbortError' })
  const abort = new AbortController()
  const aborted = x('server', [], { signal: abort.signal })
  abort.abort()
  await aborted
  assert.equal(aborted.aborted, true)
  here.process.assertSignalled('server', 'SIGINT').assertSignalled('server', 'SIGTERM').assertRanTimes('server', 3)
  assert.equal(here.process.active().length, 0)
})

test('its synchronous form is caught as well', () => {
  using here = rehearsing({ 'git *': 'abc' })
  assert.equal(xSync('git', ['rev-parse']).stdout, 'abc')
  here.process.assertRan('git rev-parse')
})
