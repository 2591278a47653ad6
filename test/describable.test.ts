import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess } from '../src/index.ts'

describe('a description', () => {
  const process = createProcess()
  const folder = (condition: boolean, method: 'when' | 'unless', otherwise?: string) => {
    const other = otherwise === undefined ? [] : [(next: typeof pending) => next.path(otherwise)]
    const pending = process.command('x')
    return pending[method](condition, (next) => next.path('/then'), ...other).settings.path
  }

  test('goes one way or the other by a condition', () => {
    assert.deepEqual([folder(true, 'when'), folder(false, 'when')], ['/then', undefined])
    assert.deepEqual([folder(true, 'when', '/else'), folder(false, 'when', '/else')], ['/then', '/else'])
    assert.deepEqual([folder(true, 'unless'), folder(false, 'unless')], [undefined, '/then'])
    assert.deepEqual([folder(true, 'unless', '/else'), folder(false, 'unless', '/else')], ['/else', '/then'])
  })

  test('takes options of the driver by their names and kinds, and says which there are', () => {
    const given = { argv0: 'other', shell: '/bin/bash', windowsHide: true }
    assert.deepEqual(process.command('x').options(given).settings.options, given)
    const refused: readonly [object, string][] = [
      [{ argv0: 7 }, 'Cannot use 7 as the option "argv0": expected a string'],
      [{ windowsHide: 'yes' }, 'Cannot use "yes" as the option "windowsHide": expected a boolean'],
      [
        { colour: 'red' },
        'Cannot use "red" as the option "colour": known are argv0, shell, windowsHide, windowsVerbatimArguments',
      ],
    ]
    for (const [options, message] of refused)
      assert.throws(() => process.options(options as never), { name: 'TypeError', message })
  })
})
