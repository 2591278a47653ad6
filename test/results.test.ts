import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, test } from 'vitest'
import { Process } from '../src/index.ts'
import { shown } from '../src/shown.ts'

describe('a result made by hand', () => {
  for (const bad of [5, null, ['a', 5], Buffer.from('bytes'), 10n]) {
    test(`is refused with the output ${inspect(bad)}, of either stream`, () => {
      const message = `Cannot make a result of the output ${shown(bad)}: expected text or lines`
      assert.throws(() => Process.result(bad as never), { name: 'TypeError', message })
      assert.throws(() => Process.result('', bad as never), { name: 'TypeError', message })
    })
  }
})
