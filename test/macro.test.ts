import assert from 'node:assert/strict'
import { test } from 'vitest'
import { createProcess } from '../src/index.ts'

test('a macro is called on the Process that it was added to, with what it is given', () => {
  const process = createProcess()
  const same = process.macro('echoed', function (...words: string[]) {
    return [this, words]
  })
  assert.equal(same, process)
  assert.deepEqual((process as unknown as { echoed: (...words: string[]) => unknown }).echoed('a', 'b'), [
    process,
    ['a', 'b'],
  ])
  assert.equal('echoed' in createProcess(), false)
})

test('a macro never hides a method, nor another macro', () => {
  const process = createProcess().macro('mine', () => 1)
  for (const name of ['run', 'mine'])
    assert.throws(() => process.macro(name, () => 2), {
      name: 'TypeError',
      message: `Cannot add the macro "${name}": there is a method of that name`,
    })
})
