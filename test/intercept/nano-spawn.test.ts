import assert from 'node:assert/strict'
import spawn, { SubprocessError } from 'nano-spawn'
import { expect, test } from 'vitest'
import { Process } from '../../src/index.ts'
import { rehearsing } from './rehearsing.ts'

test('a success gives its output, and can be claimed', async () => {
  using here = rehearsing({ 'git *': Process.result('done\n', 'a hint\n') })
  const result = await spawn('git', ['status'])
  assert.deepEqual([result.stdout, result.stderr, result.output], ['done', 'a hint', 'done\na hint'])
  here.process.assertRan('git status')
})

test('a failure rejects with its code', async () => {
  using _ = rehearsing({ 'git *': Process.result('', 'no', 3) })
  const error = await spawn('git', ['status']).catch((failure) => failure)
  assert(error instanceof SubprocessError)
  assert.deepEqual([error.exitCode, error.stderr], [3, 'no'])
})

test('a program that is not there, and one without a rule, reject with the reason as their cause', async () => {
  using _ = rehearsing({ missing: Process.describe().failsToStart() })
  expect(await spawn('missing').catch((failure) => failure)).toMatchObject({ cause: { code: 'ENOENT' } })
  expect(await spawn('other').catch((failure) => failure)).toMatchObject({ cause: { code: 'ERR_PROCESS_STRAY' } })
})

test('an input is read', async () => {
  using here = rehearsing({ cat: Process.describe().echoes() })
  assert.equal((await spawn('cat', { stdin: { string: 'hello' } })).stdout, 'hello')
  here.process.assertInput('cat', 'hello')
})

test('lines come one by one, of both streams', async () => {
  using _ = rehearsing({
    build: Process.describe().output('one').after('1h').errorOutput('two').after('1h').output('3'),
  })
  const lines: string[] = []
  for await (const line of spawn('build')) lines.push(line)
  assert.deepEqual(lines, ['one', 'two', '3'])
})

test('commands that it pipes together feed each other', async () => {
  using here = rehearsing({ list: ['b', 'a'], sort: Process.describe().echoes() })
  assert.equal((await spawn('list').pipe('sort')).stdout, 'b\na')
  here.process.assertInput('sort', 'b\na\n')
})

test('its time limit and an abort end a child', async () => {
  using here = rehearsing({ server: Process.describe().hangs() })
  const late = await spawn('server', { timeout: 3_600_000 }).catch((failure) => failure)
  assert.equal(late.signalName, 'SIGTERM')
  const cancelled = await spawn('server', { signal: AbortSignal.timeout(20) }).catch((failure) => failure)
  assert.equal(cancelled.isCanceled, true)
  here.process.assertRanTimes('server', 2).assertSignalled('server', 'SIGTERM')
})
