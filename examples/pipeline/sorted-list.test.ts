import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { sortedList } from './sorted-list.ts'

describe('a sorted list', () => {
  test('is what ls says, through sort and uniq, in a file', async () => {
    const process = createProcess()
    using fake = process.fake({
      ls: 'pear\napple\napple\n',
      sort: async ({ stdin, stdout }) => stdout.write(`${(await stdin.text()).trim().split('\n').sort().join('\n')}\n`),
      uniq: async ({ stdin, stdout }) => stdout.write([...new Set((await stdin.text()).split('\n'))].join('\n')),
    })

    const result = await sortedList(process, '/', '/output.txt')

    assert.equal(result.exitCode(), 0)
    assert.equal(String(Buffer.from(await fake.files.read('/output.txt'))), 'apple\npear\n')
    process.assertRanInOrder(['ls', 'sort', 'uniq'])
  })

  test('has failed with the stage that failed first', async () => {
    const process = createProcess()
    using _ = process.fake({ ls: process.result('', 'ls: cannot open directory', 2), '*': '' })
    const result = await sortedList(process, '/', '/output.txt')
    assert.deepEqual([result.exitCode(), result.command()], [2, 'ls'])
  })

  test('is made for real', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-list-'))
    try {
      for (const name of ['pear', 'apple']) writeFileSync(join(folder, name), '')
      const result = await sortedList(createProcess(), folder, join(folder, 'output.txt'))
      assert.equal(result.exitCode(), 0)
      assert.deepEqual(
        readFileSync(join(folder, 'output.txt'), 'utf8')
          .split('\n')
          .filter((name) => /apple|pear/.test(name)),
        ['apple', 'pear'],
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
