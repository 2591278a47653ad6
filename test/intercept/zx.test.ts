import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ProcessOutput, $ as shared, within } from 'zx'
import { Process } from '../../src/index.ts'
import { rehearsing } from './rehearsing.ts'

// zx puts a prefix before each command, which a rule would see too; where it is empty, patterns are plain.
const $ = shared({ prefix: '', quiet: true })

test('a success gives its output, and can be claimed', async () => {
  using here = rehearsing({ 'git *': Process.result('main\n', 'a hint\n') })
  const result = await $`git branch ${'two words'}`
  assert.deepEqual([result.stdout, result.stderr, result.exitCode], ['main\n', 'a hint\n', 0])
  here.process.assertRan("git branch $'two words'")
})

test('its prefix is part of the text that a rule sees', async () => {
  using here = rehearsing({ '*': 'ok' })
  await shared({ quiet: true })`git status`
  here.process.assertRan('set -euo pipefail;git status').assertRan('*git status')
})

test('a failure rejects with its code and its output', async () => {
  using _ = rehearsing({ 'git *': Process.result('', 'no\n', 3) })
  const error = await $`git push`.catch((failure) => failure)
  assert(error instanceof ProcessOutput)
  assert.deepEqual([error.exitCode, error.stderr], [3, 'no\n'])
  assert.equal((await $`git push`.nothrow()).exitCode, 3)
})

test('a command without a rule rejects with the reason', async () => {
  using _ = rehearsing({ 'git *': 'ok' })
  const error = await $`rm -r /`.catch((failure) => failure)
  assert.match(String(error.cause?.message ?? error.message), /no rule of this rehearsal matches it/)
})

test('an input is read, lines are iterated, and stages are piped', async () => {
  using here = rehearsing({ cat: Process.describe().echoes(), list: ['b', 'a'] })
  assert.equal((await $({ input: 'hello' })`cat`).stdout, 'hello')
  const lines: string[] = []
  for await (const line of $`list`) lines.push(line)
  assert.deepEqual(lines, ['b', 'a'])
  assert.equal((await $`list`.pipe($`cat`)).stdout, 'b\na\n')
  here.process.assertInput('cat', 'hello')
})

test('a conversation goes to and fro', async () => {
  using _ = rehearsing({ login: Process.describe().output('Name:').reads('line').output('Welcome') })
  const login = $`login`
  for await (const chunk of login.stdout) {
    if (String(chunk).includes('Name:')) login.stdin.write('ada\n')
  }
  assert.equal((await login).stdout, 'Name:\nWelcome\n')
})

test('an abort and a time limit end a child, which is detached as zx likes it', async () => {
  // zx asks ps for the children of a process before it kills it.
  using here = rehearsing({ server: Process.describe().output('ready').hangs(), 'ps *': 'PID PPID CMD\n' })
  const abort = new AbortController()
  const server = $({ signal: abort.signal, nothrow: true })`server`
  server.stdout.once('data', () => abort.abort())
  assert.notEqual((await server).exitCode, 0)
  const late = await $`server`.timeout('30ms', 'SIGKILL').nothrow()
  assert.equal(late.signal, 'SIGKILL')
  assert.equal(here.process.active().length, 0)
})

test('its synchronous form is caught as well', () => {
  using here = rehearsing({ 'git *': 'abc' })
  assert.equal(shared({ sync: true, prefix: '', quiet: true })`git rev-parse`.stdout, 'abc')
  here.process.assertRan('git rev-parse')
})

test('folders and variables of a scope are those of the command', async () => {
  using here = rehearsing({ '*': 'ok' })
  await within(async () => {
    shared.prefix = ''
    shared.cwd = '/'
    await shared({ quiet: true })`pwd`
  })
  here.process.assertRan(({ path, text }) => path === '/' && text === 'pwd')
})
