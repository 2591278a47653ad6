import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { AS_NOBODY, root, whyNotAsNobody } from '../isolation/attempts.ts'

const PROGRAM = fileURLToPath(new URL('../fixtures/logging-as-anybody.ts', import.meta.url))
const NOBODY = 65_534
/** Who logs: nobody where we are root, and else ourselves, who may do as little. */
const who = root ? { uid: NOBODY, before: AS_NOBODY } : { uid: process.getuid?.(), before: [] }

interface Told {
  readonly output?: string
  readonly stuck?: string
  readonly code?: string
  readonly errno?: string
}

describe('logs of somebody without rights', () => {
  const reason = root ? whyNotAsNobody() : undefined
  if (reason) {
    test.skip(`are theirs alone, and lead nowhere else (${reason}; files.test.ts has the same as root)`, () => {})
    return
  }

  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-logging-nobody-'))
  const at = (...names: string[]): string => join(folder, ...names)
  const told = {} as Record<'plain' | 'link' | 'closed' | 'foreign' | 'fixed', Told>
  beforeAll(() => {
    chmodSync(folder, 0o755)
    for (const name of ['own', 'fixed', 'closed']) mkdirSync(at(name))
    writeFileSync(at('own', 'victim'), 'kept')
    writeFileSync(at('fixed', 'app.log'), '')
    if (root)
      for (const path of [at('own'), at('own', 'victim'), at('fixed', 'app.log')]) chownSync(path, NOBODY, NOBODY)
    symlinkSync(at('own', 'victim'), at('own', 'link.log'))
    writeFileSync(at('own', 'foreign.log'), 'kept')
    for (const [name, mode] of [
      ['own/foreign.log', 0o444],
      ['fixed', 0o555],
      ['closed', 0o555],
    ] as const)
      chmodSync(at(name), mode)
    const files = {
      plain: at('own', 'app.log'),
      link: at('own', 'link.log'),
      closed: at('closed', 'app.log'),
      foreign: at('own', 'foreign.log'),
      fixed: at('fixed', 'app.log'),
    }
    const all = tell(Object.values(files))
    for (const [index, name] of Object.keys(files).entries()) told[name as keyof typeof told] = all[index] as Told
  })
  afterAll(() => {
    for (const name of ['fixed', 'closed']) chmodSync(at(name), 0o755)
    rmSync(folder, { recursive: true })
  })

  test('are made and put aside as theirs, to be read by their group and nobody else', () => {
    assert.deepEqual(told.plain, { output: `said by ${who.uid}\n` })
    const logs = readdirSync(at('own')).filter((name) => name.startsWith('app.log'))
    assert.equal(logs.length, 2)
    for (const name of logs) {
      const { mode, uid } = statSync(at('own', name))
      assert.deepEqual([mode & 0o777, uid], [0o640, who.uid])
    }
  })

  test('are not written through a link, although what it leads to could be', () => {
    assert.deepEqual(told.link, { code: 'ERR_LOG_FILE', errno: 'ELOOP' })
    assert.equal(readFileSync(at('own', 'victim'), 'utf8'), 'kept')
  })

  test('that they may not make or write keep commands from starting', () => {
    for (const refused of [told.closed, told.foreign])
      assert.deepEqual(refused, { code: 'ERR_LOG_FILE', errno: 'EACCES' })
    assert.deepEqual(readdirSync(at('closed')), [])
    assert.equal(readFileSync(at('own', 'foreign.log'), 'utf8'), 'kept')
  })

  test('in a folder where they may move nothing are not put aside, say so, and lose nothing', () => {
    assert.deepEqual(told.fixed, { output: `said by ${who.uid}\n`, stuck: 'EACCES' })
    const text = readFileSync(at('fixed', 'app.log'), 'utf8')
    assert.match(text, /said by \d+\n[\s\S]*could not be put aside: EACCES\n[\s\S]*: more\n/)
    assert.deepEqual(readdirSync(at('fixed')), ['app.log'])
  })
})

/** Files made by it get no fewer rights than they ask for up to those of the group. */
function tell(files: readonly string[]): Told[] {
  const [program = '', ...args] = ['sh', '-c', 'umask 027; exec "$@"', 'sh', ...who.before, process.execPath, PROGRAM]
  const env = { ...process.env, NODE_COMPILE_CACHE: '' }
  return JSON.parse(execFileSync(program, [...args, ...files], { encoding: 'utf8', env }))
}
