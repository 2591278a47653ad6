import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Command } from '../../src/contracts/command.ts'
import { refuse } from '../../src/fake/refusals.ts'

/** The longest that Linux takes as one word, with the NUL at its end. */
const LONGEST = 131_072

const plain: Command = {
  line: ['it'],
  cwd: undefined,
  env: {},
  inheritEnv: true,
  foreground: false,
  stdin: 'end',
  stdout: 'pipe',
  stderr: 'pipe',
}

describe('a rehearsal', () => {
  test('refuses to give away the terminal or any stream of its caller', () => {
    const refused = {
      code: 'ERR_NOT_FAKEABLE',
      message: `Cannot rehearse "it": it asks for the caller's own terminal or descriptors`,
    }
    refuse(plain, undefined)
    for (const own of [
      { stdin: 'inherit' },
      { stdout: 'inherit' },
      { stderr: 'inherit' },
      { foreground: true },
    ] as const)
      assert.throws(() => refuse({ ...plain, ...own }, undefined), refused)
  })

  test('refuses words and variables of which one is longer than Linux takes, counted in bytes', () => {
    const tooLong = { code: 'ERR_PROCESS_START', errno: 'E2BIG', message: 'Cannot start "it": argument list too long' }
    const fits = ['x'.repeat(LONGEST - 1), '€'.repeat((LONGEST - 2) / 3)]
    for (const word of fits) refuse({ ...plain, line: ['it', word] }, undefined)
    for (const word of ['x'.repeat(LONGEST), '€'.repeat((LONGEST + 1) / 3)])
      assert.throws(() => refuse({ ...plain, line: ['it', 'short', word] }, undefined), tooLong)
    refuse({ ...plain, env: { A: 'x'.repeat(LONGEST - 3) } }, undefined)
    assert.throws(() => refuse({ ...plain, env: { A: 'x'.repeat(LONGEST - 2) } }, undefined), tooLong)
    assert.throws(() => refuse({ ...plain, line: 'x'.repeat(LONGEST) }, undefined), { errno: 'E2BIG' })
  })
})
