import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'

const FIXTURE = fileURLToPath(new URL('fixtures/loaded-packages.ts', import.meta.url))

describe('loading', () => {
  type Step =
    | 'imported'
    | 'intercepting'
    | 'run'
    | 'rehearsed'
    | 'waiting'
    | 'scheduled'
    | 'touched'
    | 'followed'
    | 'measured'
  const loaded: Record<Step, string[]> = JSON.parse(execFileSync(process.execPath, [FIXTURE], { encoding: 'utf8' }))

  test('importing the toolkit loads no package, and none of what takes Node long to load', () => {
    assert.deepEqual(loaded.imported.toSorted(), [
      'node:async_hooks',
      'node:buffer',
      // Node itself has loaded it by then.
      'node:diagnostics_channel',
      'node:events',
      'node:module',
      'node:os',
      'node:path',
      'node:string_decoder',
    ])
  })

  test('importing the interception loads no package either', () => {
    assert.deepEqual(
      loaded.intercepting.filter((name) => !name.startsWith('node:')),
      [],
    )
  })

  test('running a command loads execa and none of what a rehearsal needs', () => {
    assert(loaded.run.includes('execa'), loaded.run.join())
    for (const name of ['memfs', '@sinonjs/fake-timers', 'pidusage']) assert(!loaded.run.includes(name), name)
  })

  test('rehearsing a command loads nothing more', () => {
    assert.deepEqual(loaded.rehearsed, loaded.run)
  })

  test('a scheduler loads nothing more, and cron-parser with what it is to do', () => {
    assert.deepEqual(loaded.waiting, loaded.rehearsed)
    assert(loaded.scheduled.includes('cron-parser'), loaded.scheduled.join())
  })

  test('touching a file in a rehearsal loads memfs', () => {
    assert(loaded.touched.includes('memfs'), loaded.touched.join())
  })

  test('letting the globals follow a rehearsal loads fake-timers', () => {
    assert(!loaded.touched.includes('@sinonjs/fake-timers'))
    assert(loaded.followed.includes('@sinonjs/fake-timers'), loaded.followed.join())
  })

  test('asking what a process uses loads pidusage where there is no /proc, and nothing more where there is', () => {
    assert(!loaded.followed.includes('pidusage'))
    assert.equal(loaded.measured.includes('pidusage'), process.platform !== 'linux')
  })
})
