import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, Process } from '../../src/index.ts'

describe('a description', () => {
  test('takes back what was said of one stream, and keeps its place for what is said instead', async () => {
    const job = Process.describe().output('a').errorOutput('warning').after('1s').output('b')
    using process = rehearsing(job.replaceOutput('c'))
    const replaced = await process.own.run('job')
    assert.deepEqual([replaced.output(), replaced.errorOutput(), replaced.durationMs], ['c\n', 'warning\n', 1000])
    job.replaceErrorOutput(['x', 'y']).replaceOutput([])
    const again = await process.own.run('job')
    assert.deepEqual([again.output(), again.errorOutput(), again.durationMs], ['', 'x\ny\n', 1000])
  })

  test('answers the lines that it knows, until one of them is the last', async () => {
    const replies = [
      { when: 'name', write: 'Ada\n' },
      { when: 'quit', write: 'bye\n', last: true },
      { when: '*', write: '?\n' },
    ]
    using process = rehearsing(
      Process.describe()
        .replies(...replies)
        .output('over')
        .exitCode(3),
    )
    const result = await process.own.input('name\nage\nquit\nname\n').run('job')
    assert.deepEqual([result.lines(), result.exitCode()], [['Ada', '?', 'bye', 'over'], 3])
  })

  test('has one end: a second one is refused', () => {
    assert.throws(() => Process.describe().exitCode(1).hangs(), {
      code: 'ERR_BAD_SCENARIO',
      message: 'Cannot end a description twice: {"exit":1} is its end already',
    })
  })
})

function rehearsing(job: ReturnType<typeof Process.describe>) {
  const own = createProcess()
  const fake = own.fake({ job })
  return { own, [Symbol.dispose]: () => fake.restore() }
}
