import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'vitest'

const at = (path: string): string => new URL(path, import.meta.url).href

/** How many places the context has after some simulated runs, one after the other. Only Node's own insides know that. */
const PROGRAM = `
  import { createRequire } from 'node:module'
  import { Process } from '${at('../../src/index.ts')}'
  import { options } from '${at('./groups/options.ts')}'
  import { groupSystem } from '${at('./groups/system.ts')}'
  const { current } = createRequire(process.execPath)('internal/async_context_frame')
  const sizes = []
  await Process.simulate(groupSystem, { ...options, seed: 1, runs: 12, onRun: () => sizes.push(current()?.size) })
  console.log(JSON.stringify(sizes))
`

test('the twelfth simulated run leaves nothing more in the context than the first, so that none is slower', () => {
  const args = ['--expose-internals', '--no-warnings', '--input-type=module', '--eval', PROGRAM]
  const sizes = JSON.parse(
    execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }),
  ) as number[]
  assert.equal(sizes.length, 12)
  assert(sizes.every((size) => size > 0))
  assert.deepEqual(new Set(sizes), new Set([sizes[0]]))
})
