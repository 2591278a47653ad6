import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

const PROGRAM = fileURLToPath(new URL('../fixtures/logging-program.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-logging-program-'))
afterAll(() => rmSync(folder, { recursive: true }))

const shell = createProcess()
const command = (how: string, ...more: string[]): readonly string[] => [
  process.execPath,
  PROGRAM,
  join(folder, `${how}.log`),
  how,
  ...more,
]
const logOf = (how: string): string => readFileSync(join(folder, `${how}.log`), 'utf8')

describe('a program that logs', () => {
  test('has everything in its log when it exits within its own code', async () => {
    const result = await shell.run(command('exit'))
    assert.equal(result.exitCode(), 0, result.errorOutput())
    const said = logOf('exit').match(/(?<=out#\d+: )line \d+$/gm)
    assert.deepEqual(
      said,
      Array.from({ length: 20_000 }, (_, index) => `line ${index}`),
    )
  })

  test('has everything in its log when it ends by an error', async () => {
    assert.equal((await shell.run(command('throw'))).exitCode(), 1)
    assert.match(logOf('throw'), /out#1: said\n/)
  })

  test('has the beginning of a line in its log when it exits before the rest has come', async () => {
    assert.equal((await shell.run(command('open-exit', 'Progress: 45%%'))).exitCode(), 0)
    assert.match(logOf('open-exit'), / out#1\+ Progress: 45%\n$/)
  })

  test('has that in its log also when it ends by an error, but for what may begin a secret', async () => {
    assert.equal((await shell.run(command('open-throw', 'value: SUPERSECRET'))).exitCode(), 1)
    assert.match(logOf('open-throw'), / out#1\+ value: <redacted>\n$/)
  })

  test('has that in its log also when it ends by a TERM, which it passes on first', async () => {
    const program = await shell.start(command('open-term', 'password: '))
    await program.waitUntil((_, line) => line === 'ready')
    for (let times = 0; times < 40 && program.running(); times++) {
      shell.kill(program.id(), 'SIGTERM')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.equal((await program.wait()).signal(), 'SIGTERM')
    assert.match(logOf('open-term'), / out#1\+ password: \n/)
  })

  test('has everything in its log when it exits before the file of that could be opened', async () => {
    assert.equal((await shell.run(command('call'))).exitCode(), 0)
    assert.match(logOf('call'), /event#1: started: echo said\n[\s\S]*out#1: said\n[\s\S]*exited with 0\n$/)
    assert.equal((await shell.run(command('own'))).exitCode(), 0)
    assert.match(logOf('own-one'), /event#1: started: sleep 30\n$/)
  })

  test('follows no link when it exits before the file of its log could be opened', async () => {
    writeFileSync(join(folder, 'victim'), 'untouched')
    rmSync(join(folder, 'own-one.log'), { force: true })
    symlinkSync('victim', join(folder, 'own-one.log'))
    assert.equal((await shell.run(command('own'))).exitCode(), 0)
    assert.equal(readFileSync(join(folder, 'victim'), 'utf8'), 'untouched')
  })

  test('ends by itself, and keeps nobody waiting', async () => {
    assert.equal((await shell.timeout('10s').run(command('end'))).exitCode(), 0)
    assert.match(logOf('end'), /out#1: said\n[\s\S]*exited with 0\n/)
  })

  test('opens its log anew at HUP, which reaches none of its processes', async () => {
    const program = await shell.start(command('hup'))
    await program.waitUntil((_, line) => line === 'ready')
    const log = join(folder, 'hup.log')
    renameSync(log, `${log}.old`)
    shell.kill(program.id(), 'SIGHUP')
    for (let left = 500; !existsSync(log) && left > 0; left--) await new Promise((resolve) => setTimeout(resolve, 10))
    await program.write('go on\n')
    const result = await program.wait()
    assert.equal(result.lines().at(-1), '[0,null]', result.errorOutput())
    assert.match(readFileSync(`${log}.old`, 'utf8'), /out#1: one\n$/)
    assert.match(readFileSync(log, 'utf8'), /^\S+ INFO {2}echo\[\d+\] out#2: two\n/)
  })
})
