import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { useProjects } from './project.ts'

const folderWith = useProjects()

/** What comes of a pipeline: what is left of its output, the exit code of its first command, and all complaints. */
async function pipeline(text: string, { bash } = folderWith()): Promise<readonly [string[], string]> {
  const result = await (await bash(`${text}; echo "code \${PIPESTATUS[0]}"`)).wait()
  return [result.lines(), result.errorOutput()]
}

describe('once nobody reads', () => {
  test('rehearsal run ends its command as a broken pipe would, and ends like it', async () => {
    const slow = "sh -c 'while :; do echo line; sleep 0.02; done'"
    assert.deepEqual(await pipeline(`$R run --retry 3 -- ${slow} | head -2`), [['line', 'line', 'code 141'], ''])
    assert.deepEqual(await pipeline('$R run -- yes | head -1'), [['y', 'code 141'], ''])
    const handled = `sh -c 'trap "exit 9" PIPE; while :; do echo line; sleep 0.02; done'`
    assert.deepEqual(await pipeline(`$R run -- ${handled} 2>/dev/null | head -1`), [['line', 'code 9'], ''])
  })

  test('what a command complains of is no different', async () => {
    const slow = "sh -c 'while :; do echo oh >&2; sleep 0.02; done'"
    assert.deepEqual(await pipeline(`$R run -- ${slow} 2>&1 >/dev/null | head -1`), [['oh', 'code 141'], ''])
  })

  test('rehearsal record saves what there was', async () => {
    const project = folderWith()
    assert.deepEqual(await pipeline('$R record -- yes | head -1', project), [['y', 'code 141'], ''])
    assert.equal((await pipeline('$R replay --fast recording.ndjson | head -1', project))[0][0], 'y')
  })

  test('what only prints ends without a word', async () => {
    const left = await folderWith().bash('exec 3> >(true); wait $!; $R doctor >&3; echo "code $?"')
    const result = await left.wait()
    assert.deepEqual([result.output(), result.errorOutput()], ['code 141\n', ''])
  })

  test('what cannot be printed for another reason is told', async () => {
    const result = await (await folderWith().bash('$R doctor >/dev/full')).wait()
    assert.deepEqual(
      [result.exitCode(), result.errorOutput()],
      [1, 'Cannot print: ENOSPC: no space left on device, write\n'],
    )
  })

  test('rehearsal up goes on, and a signal stops what it runs in order', async () => {
    const web = "trap 'sleep 0.2; touch flushed; exit 0' TERM; echo first; while :; do echo more; sleep 0.02; done"
    const project = folderWith({
      'rehearsal.config.json': JSON.stringify({ processes: { web: { command: web, ready: { output: 'first' } } } }),
    })
    const { folder, run, start, bash } = project
    const up = await bash('{ $R up; echo "code $?" >&2; } | head -1')
    await up.waitUntil((_, line) => line.startsWith('web | started'))
    const following = await start('logs', '-f', '--json')
    await following.waitUntil((_, line) => line.includes('"ready"'))
    assert.deepEqual((await pipeline('$R logs -f | head -1', project))[0].at(-1), 'code 141')
    createProcess().kill((await run('status', '--json')).json<{ pid: number }>().pid, 'SIGINT')
    assert.deepEqual([(await up.wait()).errorOutput(), existsSync(join(folder, 'flushed'))], ['code 0\n', true])
    assert.match((await following.wait()).output(), /"text":"stopped"\}\n$/)
  })
})
