import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { createProcess, Process } from '../../src/index.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/out-of-files.ts', import.meta.url))
const START_ERROR = { name: 'ProcessStartError', code: 'ERR_PROCESS_START', errno: 'EMFILE' }

describe('a caller without a file descriptor to spare', () => {
  for (const state of ['cold', 'warm'] as const) {
    const seen = observe(state)

    test(`gets the typed failure from start (${state})`, () => {
      assert.deepEqual(seen.start, START_ERROR)
    })

    test(`gets the typed failure from a pipeline (${state})`, () => {
      assert.deepEqual(seen.pipeline, START_ERROR)
    })

    test(`gets a failed result from run (${state})`, () => {
      assert.deepEqual(seen.run, { outcome: { kind: 'notStarted', errno: 'EMFILE' } })
    })

    test(`has left nothing running (${state})`, () => {
      assert.deepEqual(seen.children, [])
    })

    test(`runs the next command once there are some (${state})`, () => {
      assert.deepEqual(seen.outcome, { kind: 'exited', code: 0 })
    })
  }
})

describe('a rehearsal', () => {
  for (const errno of ['EMFILE', 'EAGAIN'] as const) {
    test(`fails to start for ${errno} with the same error`, async () => {
      const own = createProcess()
      using _ = own.fake({ '*': Process.describe().failsToStart(errno) })
      await assert.rejects(own.start(['sleep', '1000']), { ...START_ERROR, errno })
      assert.deepEqual((await own.run(['sleep', '1000'])).outcome, { kind: 'notStarted', errno })
      assert.deepEqual(await own.processes.list(), [])
    })
  }
})

function observe(state: 'cold' | 'warm'): Record<'start' | 'pipeline' | 'run' | 'children' | 'outcome', unknown> {
  const program = ['-c', 'ulimit -n 40; exec "$0" "$@"', process.execPath, FIXTURE, state]
  return JSON.parse(execFileSync('sh', program, { encoding: 'utf8' }))
}
