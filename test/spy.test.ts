import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, FakeDriver } from '../src/index.ts'

function outer() {
  return createProcess({ driver: new FakeDriver({ cast: () => ({ scenario: [{ exit: 0 }] }) }) })
}

describe('a spy', () => {
  test('says what was run since it came, and by what it was called', async () => {
    const process = outer()
    await process.run(['before'])
    const spy = process.spy()
    await process.run(['git', 'status'])
    assert.deepEqual(
      spy.journal.runs.map(({ command }) => command),
      [['git', 'status']],
    )
    assert.equal(spy.claims().ran('git *').holds, true)
    assert.equal(spy.claims().ran('before').holds, false)
  })

  test('ends with its block', async () => {
    const process = outer()
    {
      using _ = process.spy()
      await process.run(['seen'])
      process.assertRan('seen')
    }
    assert.throws(() => process.assertRan('seen'), /nothing is recorded before/)
  })
})
