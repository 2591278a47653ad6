import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { runSteps } from './run-steps.ts'

const GREEN = ['passed: syntax', 'passed: test', 'passed: pack']
const RED = ['passed: syntax', 'failed: test 2 + 2 is 0', 'skipped: pack']

/** The recording of a job was made by `REHEARSAL_RECORDING=all npx vitest run examples/ci-runner`. */
const recordingOf = (job: string) => join(import.meta.dirname, `${job}.ndjson`)
const folderOf = (job: string) => join(import.meta.dirname, job)

describe('a job', () => {
  for (const [job, expected] of [
    ['green', GREEN],
    ['red', RED],
  ] as const) {
    test(`that is ${job} is rehearsed by what was recorded of it`, async () => {
      const own = createProcess()
      await own.record(recordingOf(job), async () => assert.deepEqual(await run(own, job), expected))
    })

    test(`that is ${job} is so for real`, async () => {
      assert.deepEqual(await run(createProcess(), job), expected)
    })
  }

  test('whose step hangs is ended after ten minutes', async () => {
    const own = createProcess()
    using _ = own.fake({ 'node check.js': own.describe().hangs(), '*': '' })
    await assert.rejects(runSteps(own, '/job'), { code: 'ERR_PROCESS_TIMED_OUT' })
    own.assertNotRan('tar *')
  })
})

async function run(own: ReturnType<typeof createProcess>, job: string): Promise<readonly string[]> {
  const reports = await runSteps(own, folderOf(job))
  return reports.map(({ name, state, said }) => `${state}: ${name} ${said}`.trim())
}
