import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { useProjects } from './project.ts'

const folderWith = useProjects()
const configured = (processes: object) => folderWith({ 'rehearsal.config.json': JSON.stringify({ processes }) })

describe('the end of rehearsal up', () => {
  test('what a process has written without a line end is shown when it ends by itself', async () => {
    const result = await configured({ a: 'printf partial; printf complaint >&2', b: 'echo full' }).run('up')
    assert.deepEqual(
      result
        .lines()
        .filter((line) => /partial|complaint|full/.test(line))
        .toSorted(),
      ['a | complaint', 'a | partial', 'b | full'],
    )
  })

  const failures = {
    'exit code 3': { command: 'exit 3', restart: 'never' },
    'killed by SIGKILL': { command: 'kill -KILL $$', restart: 'never' },
  }
  for (const [words, one] of Object.entries(failures)) {
    test(`a process that is not started again has failed by "${words}": that is said, and the exit code is 1`, async () => {
      const result = await configured({ a: one, b: 'true' }).run('up')
      assert.deepEqual([result.exitCode(), result.lines().includes(`a | ${words}`)], [1, true], result.output())
    })
  }

  test('an end that counts as success is one', async () => {
    const result = await configured({ a: { command: 'exit 3', successCodes: [3] } }).run('up')
    assert.deepEqual([result.exitCode(), result.seeInOutput('exit code')], [0, false], result.output())
  })

  test('a crash is told with how it was, and forgotten when the next one goes well', async () => {
    const command = 'test -e crashed || { touch crashed; exit 4; }'
    const result = await configured({ a: command }).run('up')
    assert.match(result.output(), /^a \| crash, exit code 4: again in \d+ ms$/m)
    assert.equal(result.exitCode(), 0)
  })

  const slow = { a: { command: 'echo begins; exec sleep 60', ready: { output: 'never' } } }

  test('a signal while it comes up stops it as one after that does', async () => {
    const up = await configured(slow).start('up')
    await up.waitUntil((_, line) => line === 'a | begins')
    createProcess().kill(up.id(), 'SIGINT')
    const result = await up.wait()
    assert.deepEqual([result.exitCode(), result.lines().slice(-2)], [0, ['Stops.', 'a | stopped']])
  })

  test('rehearsal stop does so while it comes up', async () => {
    const { start, run } = configured(slow)
    const up = await start('up')
    await up.waitUntil((_, line) => line === 'a | begins')
    assert.equal((await run('stop')).output(), 'Stopped a.\n')
    const result = await up.wait()
    assert.deepEqual([result.exitCode(), result.lines().at(-1)], [0, 'a | stopped'])
  })
})

test('rehearsal up does all else where no state can be kept, and says what is missing', async () => {
  const { folder, bash } = configured({ a: 'echo works' })
  writeFileSync(join(folder, 'file'), '')
  const result = await (await bash(`XDG_STATE_HOME="${join(folder, 'file')}" exec $R up`)).wait()
  assert.deepEqual([result.exitCode(), result.lines().includes('a | works')], [0, true], result.output())
  assert.match(result.output(), /^What runs would not be found if this were killed: ENOTDIR: /m)
  assert.match(result.output(), /^Out of reach of "rehearsal status" and the like: ENOTDIR: /m)
})
