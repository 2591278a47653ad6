import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'

describe('processes that others start within a call', () => {
  test('are logged with what they say and what becomes of them, for as long as logging is on', async () => {
    const process = createProcess()
    using fake = process.fake(
      {
        'git status': process.describe().output('clean').errorOutput('slow').exitCode(1),
        'git fetch': process.describe().output('fetching').after('1s').output('done'),
        gone: process.describe().failsToStart(),
      },
      { files: { '/logs/.keep': '' } },
    )
    using _hook = intercept(process)
    process.logging.enableLogging({ file: '/logs/all.log', level: 'trace' })
    assert.throws(() => execFileSync('git', ['status'], { stdio: 'pipe' }), { status: 1 })
    assert.throws(() => execFileSync('gone'), { code: 'ENOENT' })
    await once(spawn('git', ['fetch']), 'close')
    await once(spawn('gone'), 'error')
    await process.logging.disableLogging()
    execFileSync('git', ['fetch'])
    await once(spawn('git', ['fetch']), 'close')
    assert.deepEqual(linesOf(await fake.files.readText('/logs/all.log')), [
      'INFO git event#1: started: git status',
      'INFO git out#1: clean',
      'ERROR git err#1: slow',
      'WARN git event#2: exited with 1',
      'ERROR gone event#1: Cannot start "gone": file not found in PATH',
      'INFO git event#1: started: git fetch',
      'INFO git out#1: fetching',
      'INFO git out#2: done',
      'INFO git event#2: exited with 0',
      'ERROR gone event#1: Cannot start "gone": file not found in PATH',
    ])
  })

  test('are logged for real, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-call-'))
    const file = join(folder, 'all.log')
    const process = createProcess()
    using _hook = intercept(process)
    process.logging.enableLogging({ file, level: 'trace' })
    execFileSync('sh', ['-c', 'echo out; echo err >&2'], { stdio: 'pipe' })
    await process.logging.disableLogging()
    const lines = linesOf(readFileSync(file, 'utf8'))
    rmSync(folder, { recursive: true })
    assert.deepEqual(lines, [
      "INFO sh event#1: started: sh -c 'echo out; echo err >&2'",
      'INFO sh out#1: out',
      'ERROR sh err#1: err',
      'INFO sh event#2: exited with 0',
    ])
  })
})

/** The lines of a log without their times and pids. */
function linesOf(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ (\w+) +(\w+)(\[\d+\])?/, '$1 $2'))
}
