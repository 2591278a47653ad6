import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { createProcess, MemoryStore, SqliteStore } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'rehearsal-default-'))
afterAll(() => rmSync(root, { recursive: true }))

const SCHEDULE = `import { ProcessScheduler } from '${new URL('../../src/index.ts', import.meta.url).href}'
const scheduler = new ProcessScheduler()
scheduler.command('true').name('task')
export default scheduler`

/** A project of its own, and the command line in it. */
function project(name: string) {
  const [folder, state] = [join(root, name), join(root, `${name}-state`)]
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, 'schedule.mjs'), SCHEDULE)
  const program = createProcess().path(folder).env({ XDG_STATE_HOME: state })
  const schedule = (...words: string[]) =>
    program.run([process.execPath, MAIN, 'schedule', ...words, '--file', 'schedule.mjs'])
  return { state, schedule }
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('without a store of its own a scheduler', () => {
  test('shares a file with all of its project, that nobody else can read', async () => {
    const { state, schedule } = project('shared')
    const previous = process.umask(0)
    try {
      assert.equal((await schedule('test', 'task')).throw().exitCode(), 0)
    } finally {
      process.umask(previous)
    }
    const [last] = (await schedule('history', '--json')).json<{ task: string; outcome: string }[]>()
    assert.deepEqual([last?.task, last?.outcome], ['task', 'succeeded'])
    await schedule('pause')
    assert.match((await schedule('run')).output(), /skipped .*paused/)
    const [folder = ''] = readdirSync(join(state, 'rehearsal'))
    assert.match(folder, /^shared-/)
    for (const part of ['.', 'rehearsal', join('rehearsal', folder)]) assert.equal(modeOf(join(state, part)), '700')
    for (const file of readdirSync(join(state, 'rehearsal', folder)))
      assert.equal(modeOf(join(state, 'rehearsal', folder, file)), '600', file)
  })

  test('makes that file only when something is to be kept', async () => {
    const { state, schedule } = project('idle')
    for (const words of [['next'], ['test', 'nobody']]) await schedule(...words)
    assert.equal(existsSync(state), false)
  })

  test('goes on in memory where the file cannot be had, and says so', async () => {
    const { state, schedule } = project('barred')
    writeFileSync(state, 'in the way')
    const result = await schedule('test', 'task')
    assert.equal(result.exitCode(), 0)
    assert.match(result.errorOutput(), /Cannot keep locks and history in .*schedule.db, they are in memory .*: ENOTDIR/)
    assert.match((await schedule('history')).output(), /^There is nothing/)
  })

  test('keeps all in memory in a rehearsal, also between two real worlds', async () => {
    const { scheduler, fake } = rehearsed()
    assert(scheduler.store instanceof MemoryStore)
    fake.restore()
    assert(scheduler.store instanceof SqliteStore)
    await scheduler.store.close()
  })
})

test('a file that is there already keeps the mode that its owner gave it', async () => {
  const path = join(root, 'group.db')
  writeFileSync(path, '')
  chmodSync(path, 0o660)
  const { process } = rehearsed()
  await new SqliteStore(path, process.clock).close()
  assert.equal(modeOf(path), '660')
})
