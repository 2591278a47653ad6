import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { MemoryFiles } from '../../src/fake/memory-files.ts'
import { VirtualClock } from '../../src/fake/virtual-clock.ts'

describe('the disk of a rehearsal', () => {
  test('takes a relative path from the folder of the process', async () => {
    const files = new MemoryFiles(new VirtualClock(), { 'notes.txt': 'hello' })
    assert.equal(await files.readText('notes.txt'), 'hello')
    assert.equal(await files.readText(join(process.cwd(), 'notes.txt')), 'hello')
    assert.equal(files.disk.readFileSync('notes.txt', 'utf8'), 'hello')
  })

  test('is as it was at the beginning, whenever it is looked at first', async () => {
    const clock = new VirtualClock()
    const begin = clock.now()
    const files = new MemoryFiles(clock, { '/data/a': '' }, ['/tmp'])
    await clock.advance(86_400_000)
    for (const path of ['/', '/tmp', '/data', '/data/a'])
      assert.equal((await files.stat(path))?.modifiedAt, begin, path)
  })

  test('dates to the millisecond', async () => {
    const clock = new VirtualClock()
    const files = new MemoryFiles(clock)
    for (let step = 0; step < 1000; step++) {
      await clock.advance(1)
      await files.write('/a', '')
      assert.equal((await files.stat('/a'))?.modifiedAt, clock.now())
    }
  })
})
