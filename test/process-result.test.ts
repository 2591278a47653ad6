import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { test } from 'vitest'
import { createProcess } from '../src/index.ts'

test('a console shows how it ended and how long it took', async () => {
  const process = createProcess()
  using _ = process.fake({ make: process.describe().after('2s').exitCode(2) })
  const shown = "ProcessResult {\n  outcome: { kind: 'exited', code: 2 },\n  durationMs: 2000\n}"
  assert.equal(inspect(await process.run('make')), shown)
})

test('a text is looked for in each stream by itself', async () => {
  const result = await rehearsedRun({ output: 'all is well', errorOutput: 'but slow' })
  assert.deepEqual([result.seeInOutput('is well'), result.seeInOutput('slow')], [true, false])
  assert.deepEqual([result.seeInErrorOutput('slow'), result.seeInErrorOutput('is well')], [true, false])
})

test('what was written to neither stream is no text, no bytes and no lines, and nothing was dropped', async () => {
  const result = await rehearsedRun({})
  assert.deepEqual([result.output(), result.errorOutput(), result.bytes().length, result.lines()], ['', '', 0, []])
  assert.deepEqual([result.droppedBytes, result.stages], [0, []])
})

test('what was dropped of both streams is counted together', async () => {
  const result = await rehearsedRun({ output: 'x'.repeat(13), errorOutput: 'y'.repeat(14) }, 10)
  assert.equal(result.droppedBytes, 3 + 4)
  assert.equal((await rehearsedRun({ errorOutput: 'y'.repeat(14) }, 10)).droppedBytes, 4)
})

test('few bytes are copies that may be changed', async () => {
  const result = await rehearsedRun({ output: 'abc' })
  result.bytes().fill(0)
  assert.equal(result.output(), 'abc')
})

interface Said {
  readonly output?: string
  readonly errorOutput?: string
}

/** What became of a program that said so much, of which some bytes are kept. */
function rehearsedRun({ output, errorOutput }: Said, kept = 1000) {
  const process = createProcess()
  let it = process.describe()
  if (output !== undefined) it = it.output(Buffer.from(output))
  if (errorOutput !== undefined) it = it.errorOutput(Buffer.from(errorOutput))
  process.fake({ it })
  return process.maxOutput(kept, { onOverflow: 'truncate' }).run('it')
}
