import assert from 'node:assert/strict'
import { execFileSync, execSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { createProcess, type Driver, FakeDriver } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'
import { rehearsing } from './rehearsing.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-limits-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A program that imports the toolkit, ready to be run by a Node of its own. */
function program(name: string, code: string): string {
  const file = join(folder, name)
  const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
  const imports = `import { Process } from ${source('index.ts')}\nimport { intercept } from ${source('intercept/index.ts')}\n`
  writeFileSync(file, imports + code)
  return file
}

describe('what an interception does not do', () => {
  test('a rehearsed child does not keep its caller alive', () => {
    const code = `import { spawn } from 'node:child_process'
      intercept()
      Process.fake(Process.describe().hangs())
      spawn('server').once('exit', () => console.log('ended'))`
    assert.equal(execFileSync(process.execPath, [program('alone.ts', code)], { encoding: 'utf8' }), '')
  })

  test('it does not begin where Node does not let synchronous calls be replaced', () => {
    const file = program('permitted.ts', 'intercept()')
    const { status, stderr } = spawnSync(process.execPath, ['--permission', '--allow-fs-read=*', file])
    assert.equal(status, 1)
    assert.match(String(stderr), /ERR_ACCESS_DENIED/)
  })

  test('it has a driver that cannot act within a call refuse every start', async () => {
    const { atOnce: _, ...driver }: Driver = new FakeDriver({ cast: () => ({ scenario: [] }) })
    using _hook = intercept(createProcess({ driver }))
    const [error] = await once(spawn('any'), 'error')
    assert.equal(error.code, 'ERR_NOT_FAKEABLE')
    assert.throws(() => execSync('any'), { code: 'ERR_NOT_FAKEABLE' })
  })

  test('it shows no rule another name than that of the program', () => {
    using here = rehearsing('ok')
    spawnSync('git', ['status'], { argv0: 'other' })
    here.process.assertRan('git status')
  })

  test('it gives no file to a synchronous call', () => {
    using _ = rehearsing('ok')
    const file = openSync(process.execPath, 'r')
    assert.throws(() => spawnSync('cat', { stdio: [file, 'pipe', 'pipe'] }), { code: 'ERR_NOT_FAKEABLE' })
  })

  test('it lets nobody start a blank command', async () => {
    using _ = rehearsing('ok')
    const [error] = await once(spawn(' '), 'error')
    assert(error instanceof TypeError)
  })
})
