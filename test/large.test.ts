import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { createProcess } from '../src/index.ts'

const GIGABYTE = 1_000_000_000

describe('amounts', () => {
  test('a gigabyte goes through three real stages, far more than may be kept here', async () => {
    const process = createProcess()
    const result = await process.pipe([['head', '-c', String(GIGABYTE), '/dev/zero'], ['cat'], ['wc', '-c']])
    assert.equal(Number(result.output()), GIGABYTE)
  })

  test('a pool of 10,000 members with a limit of 64 holds no more than 64 processes', async () => {
    const process = createProcess()
    using fake = process.fake({ '*': process.describe().after('1s').output('done') })
    const members = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`m${index}`, ['job', String(index)]]),
    )
    let most = 0
    const pool = process.pool(members).concurrency(64)
    const results = await pool
      .onProgress(() => {
        most = Math.max(most, process.active().length)
      })
      .run()
    assert.equal(results.successful(), true)
    assert.ok(most <= 64, `${most} at once`)
    assert.equal(fake.driver.clock.monotonic(), Math.ceil(10_000 / 64) * 1000)
    process.assertRanCount(10_000)
  })

  test('100,000 arguments of any text reach real programs unchanged, half as arrays and half in templates', async () => {
    const process = createProcess().maxOutput('1GB')
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('', ' ', "'", '"', '\\', '$HOME', '*'),
    )
    const argument = word.filter((text) => text.isWellFormed() && !text.includes('\0'))
    let passed = 0
    await fc.assert(
      fc.asyncProperty(fc.array(argument, { minLength: 1000, maxLength: 1000, size: 'max' }), async (words) => {
        const results = await Promise.all([
          process.run(['printf', '%s\\0', ...words]),
          process.command`printf ${'%s\\0'} ${words}`.run(),
        ])
        for (const result of results) assert.deepEqual(result.output().split('\0').slice(0, -1), words)
        passed += 2 * words.length
      }),
      { numRuns: 50 },
    )
    assert.ok(passed >= 100_000, `${passed} passed`)
  })

  test('a failure with 100 MB of output costs no more to report than one with 1 KB', async () => {
    // The first error of a program reads where its sources are, and lets go of what it no longer needs for that.
    await costOfReport(1_000)
    const [small, large] = [await costOfReport(1_000), await costOfReport(99_000_000)]
    assert(large.message.length < 5000, `a message of ${large.message.length} characters`)
    assert(large.memory - small.memory < 100_000, `${small.memory} bytes for 1 KB, ${large.memory} for 100 MB`)
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** The message of a command that fails after so much output, and the memory that it took to make it. */
async function costOfReport(bytes: number): Promise<{ readonly message: string; readonly memory: number }> {
  const result = await createProcess().run(`head -c ${bytes} /dev/zero | tr "\\0" x; exit 3`)
  assert.equal(result.exitCode(), 3)
  // With nothing left to collect, nobody collects while the report is made: what is read afterwards is what it took.
  collectGarbage()
  const before = inUse()
  const error = caught(() => result.throw())
  const { message } = error
  return { message, memory: inUse() - before }
}

function caught(action: () => unknown): Error {
  try {
    action()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it did not fail')
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
