import assert from 'node:assert/strict'
import { $, ExecaError, execa, execaNode, execaSync } from 'execa'
import { expect, test } from 'vitest'
import { Process } from '../../src/index.ts'
import { rehearsing } from './rehearsing.ts'

test('a success gives its output, and can be claimed', async () => {
  using here = rehearsing({ 'git log *': ['one', 'two'] })
  const result = await execa('git', ['log', '--oneline'], { cwd: '/', env: { LANG: 'C' } })
  expect(result).toMatchObject({ stdout: 'one\ntwo', stderr: '', exitCode: 0, failed: false })
  here.process.assertRan('git log --oneline').assertRan(({ path, env }) => path === '/' && env.LANG === 'C')
})

test('a failure rejects with the code and both streams', async () => {
  using _ = rehearsing({ 'git push *': Process.result('pushing', 'the remote hung up', 128) })
  const error = await execa('git', ['push', 'origin']).catch((failure) => failure)
  assert(error instanceof ExecaError)
  expect(error).toMatchObject({ exitCode: 128, stdout: 'pushing', stderr: 'the remote hung up', isTerminated: false })
})

test('a program that is not there, and one without a rule, reject with the reason as their cause', async () => {
  using _ = rehearsing({ missing: Process.describe().failsToStart() })
  const missing = await execa('missing').catch((failure) => failure)
  expect(missing).toMatchObject({ code: 'ENOENT', cause: { syscall: 'spawn missing' } })
  const stray = await execa('rm', ['-r', '/']).catch((failure) => failure)
  expect(stray).toMatchObject({ code: 'ERR_PROCESS_STRAY' })
  assert.match(stray.cause.message, /no rule of this rehearsal/)
})

test('an input is read, and the output is given line by line as it comes', async () => {
  using here = rehearsing({
    sort: async ({ stdin, stdout }) => {
      for (const line of (await stdin.text()).split('\n').sort()) await stdout.write(`${line}\n`)
    },
  })
  const lines: string[] = []
  for await (const line of execa('sort', { input: 'b\na' })) lines.push(line)
  assert.deepEqual(lines, ['a', 'b'])
  here.process.assertInput('sort', 'b\na')
})

test('commands that it pipes together feed each other', async () => {
  using here = rehearsing({ list: ['b', 'a'], 'count *': async ({ stdin }) => `${(await stdin.text()).length} bytes` })
  const { stdout, pipedFrom } = await execa('list').pipe('count', ['-c'])
  assert.deepEqual([stdout, pipedFrom.length], ['4 bytes', 1])
  here.process.assertInput('count -c', 'b\na\n')
})

test('kill, a cancel signal and a force-kill delay end a child', async () => {
  const stubborn = Process.describe().ignores('SIGTERM').output('ready').hangs()
  using here = rehearsing({ stubborn, server: Process.describe().output('ready').hangs() })
  const server = execa('server')
  server.kill('SIGINT')
  expect(await server.catch((failure) => failure)).toMatchObject({ isTerminated: true, signal: 'SIGINT' })

  const abort = new AbortController()
  const cancelled = execa('server', { cancelSignal: abort.signal })
  abort.abort()
  expect(await cancelled.catch((failure) => failure)).toMatchObject({ isCanceled: true, signal: 'SIGTERM' })

  const forced = execa('stubborn', { forceKillAfterDelay: 10 })
  forced.stdout.once('data', () => forced.kill())
  expect(await forced.catch((failure) => failure)).toMatchObject({ isForcefullyTerminated: true, signal: 'SIGKILL' })
  here.process.assertSignalled('stubborn', 'SIGTERM').assertSignalled('stubborn', 'SIGKILL')
})

test('its time limit, which real time keeps, ends a child that hangs', async () => {
  using _ = rehearsing({ server: Process.describe().hangs() })
  expect(await execa('server', { timeout: 30 }).catch((failure) => failure)).toMatchObject({ timedOut: true })
})

test('too much output ends a child', async () => {
  using _ = rehearsing({ chatty: Process.describe().output('x'.repeat(1000)).hangs() })
  const error = await execa('chatty', { maxBuffer: 10 }).catch((failure) => failure)
  expect(error).toMatchObject({ isMaxBuffer: true, stdout: 'x'.repeat(10) })
})

test('templates, a shell and its own way to run Node are caught', async () => {
  using here = rehearsing({ '*': 'ok' })
  assert.equal((await $`echo ${'two words'}`).stdout, 'ok')
  assert.equal((await execa('echo one | wc', { shell: true })).stdout, 'ok')
  assert.equal((await execaNode('script.js', { ipc: false })).stdout, 'ok')
  here.process.assertRan("echo 'two words'").assertRan('echo one | wc').assertRan('* script.js')
})

test('a child with IPC can be sent messages, which it leaves unread', async () => {
  using _ = rehearsing({ '*': Process.describe().reads('line') })
  const child = execaNode('worker.js', { ipc: true })
  await child.sendMessage('hello')
  child.stdin.end('go\n')
  assert.deepEqual((await child).ipcOutput, [])
})

test('its synchronous form gives a code, a failure and an input', () => {
  using here = rehearsing({ cat: ({ input }) => `read ${input}`, false: 1 })
  assert.equal(execaSync('cat', { input: 'this' }).stdout, 'read this')
  assert.equal(execaSync('false', { reject: false }).exitCode, 1)
  here.process.assertInput('cat', 'this').assertRanCount(2)
})

test('virtual time passes while it waits', async () => {
  using here = rehearsing({ build: Process.describe().after('2h').output('built') })
  const before = +here.fake.now()
  assert.equal((await execa('build')).stdout, 'built')
  assert.equal(+here.fake.now() - before, 7_200_000)
})
