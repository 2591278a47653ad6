import assert from 'node:assert/strict'
import { GitError, simpleGit } from 'simple-git'
import { test } from 'vitest'
import { Process } from '../../src/index.ts'
import { rehearsing } from './rehearsing.ts'

test('a status is read from what git says', async () => {
  using here = rehearsing({ 'git status *': ['## main...origin/main [ahead 1]', ' M a.ts', '?? b.ts'].join('\0') })
  const status = await simpleGit('/').status()
  assert.deepEqual([status.current, status.ahead, status.modified, status.not_added], ['main', 1, ['a.ts'], ['b.ts']])
  here.process.assertRan('git status *').assertRan(({ path }) => path === '/')
})

test('tasks run one after the other, each with its arguments', async () => {
  using here = rehearsing({
    'git * commit *': '[main abc1234] two words\n 1 file changed, 1 insertion(+)\n',
    'git *': '',
  })
  const { commit, branch, summary } = await simpleGit().add('a.ts').commit('two words')
  assert.deepEqual([commit, branch, summary.changes], ['abc1234', 'main', 1])
  const commands = here.process.recorded().map(({ text }) => text)
  assert.match(commands.at(-2) ?? '', /add a\.ts$/)
  assert.match(commands.at(-1) ?? '', /commit -m 'two words'$/)
})

test('a failing git rejects with what it says on stderr', async () => {
  using _ = rehearsing({ 'git *': Process.result('', 'fatal: not a git repository', 128) })
  const error = await simpleGit()
    .log()
    .catch((failure) => failure)
  assert(error instanceof GitError)
  assert.match(error.message, /not a git repository/)
})

test('a git that is not there, and a command without a rule, reject with the reason', async () => {
  using here = rehearsing({ 'git fetch*': Process.describe().failsToStart() })
  await assert.rejects(simpleGit().fetch('origin').then(), /ENOENT/)
  await assert.rejects(simpleGit().push('origin').then(), /no rule of this rehearsal matches it/)
  assert.equal(here.process.active().length, 0)
})

test('progress is heard from stderr, over virtual time', async () => {
  const clone = Process.describe().errorOutput('Receiving objects:  10% (1/10)').after('10m')
  using here = rehearsing({ 'git clone *': clone.errorOutput('Receiving objects: 100% (10/10)') })
  const before = +here.fake.now()
  const heard: number[] = []
  await simpleGit({ progress: ({ progress }) => heard.push(progress) }).clone('https://example.com/a.git', '/tmp/a')
  assert.deepEqual([heard, +here.fake.now() - before], [[10, 100], 600_000])
})

test('an abort ends a git that hangs', async () => {
  using here = rehearsing({ 'git *': Process.describe().hangs() })
  const abort = new AbortController()
  const fetched = simpleGit({ abort: abort.signal }).fetch()
  setTimeout(() => abort.abort(), 20)
  await assert.rejects(fetched.then(), /Abort/)
  here.process.assertSignalled('git fetch*', 'SIGINT')
})

test('its time limit, which real time keeps, ends a git that hangs', async () => {
  using here = rehearsing({ 'git *': Process.describe().hangs() })
  await assert.rejects(
    simpleGit({ timeout: { block: 30 } })
      .fetch()
      .then(),
    /block timeout reached/,
  )
  assert.equal(here.process.active().length, 0)
})
