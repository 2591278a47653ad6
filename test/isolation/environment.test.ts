import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { checkEnvironment, type EnvironmentRule, environmentParts, passedOn } from '../../src/isolation-environment.ts'

const OURS = { PATH: '/bin', HOME: '/root', USER: 'root', LOGNAME: 'root', LANG: 'C', 'A.B': '1', AxB: '2', AB_C: '3' }

/** The names of those of our variables that are passed on. */
function passed(rule: EnvironmentRule): readonly string[] {
  return Object.keys(passedOn(OURS, environmentParts(rule).from))
}

describe('the environment of an isolation', () => {
  test('is all of ours, or what every program needs', { skip: process.platform === 'win32' }, () => {
    assert.deepEqual(passed('inherit'), Object.keys(OURS))
    assert.deepEqual(passed('clean'), ['PATH', 'HOME', 'USER', 'LOGNAME'])
    assert.deepEqual(passed({ LANG: 'de' }), passed('clean'))
  })

  test('lets through whole names, in which * alone stands for anything', () => {
    const besides = (...names: string[]) => passed(names).filter((name) => !passed('clean').includes(name))
    assert.deepEqual(besides(), [])
    assert.deepEqual(besides('LANG'), ['LANG'])
    assert.deepEqual(besides('LAN', 'ANG'), [])
    assert.deepEqual(besides('A.B'), ['A.B'])
    assert.deepEqual(besides('A*B'), ['A.B', 'AxB'])
    assert.deepEqual(besides('A*'), ['A.B', 'AxB', 'AB_C'])
  })

  test('has parts: what is passed on, and what is added to that', () => {
    assert.deepEqual(environmentParts(['A', 'B']), { from: ['A', 'B'], variables: {} })
    assert.deepEqual(environmentParts({ ADDED: 'yes' }), { from: 'clean', variables: { ADDED: 'yes' } })
    assert.deepEqual(environmentParts({ from: 'here', variables: 'too' }).variables, { from: 'here', variables: 'too' })
    const parts = { from: 'inherit', variables: { ADDED: 'yes' } } as const
    assert.deepEqual(environmentParts(parts), parts)
  })

  test('takes text, and false for what is to be absent', () => {
    for (const fine of ['clean', 'inherit', ['A'], {}, { A: 'x', B: false }] as const) checkEnvironment(fine)
    checkEnvironment({ from: ['A*'], variables: { A: '' } })
  })

  test('is refused with what is wrong with it', () => {
    const refused: readonly [unknown, RegExp][] = [
      ['tidy', /^Cannot use "tidy" as an environment: expected 'clean', 'inherit', names to allow, or variables$/],
      [7, /^Cannot use 7 as an environment/],
      [null, /^Cannot use null as an environment/],
      [['A', 'B=C'], /^Cannot allow the variable "B=C": not a name$/],
      [[''], /^Cannot allow the variable "": not a name$/],
      [[3], /^Cannot allow the variable 3: not a name$/],
      [{ A: 3 }, /^Cannot use 3 as variable A: expected text$/],
      [{ A: true }, /^Cannot use true as variable A: expected text$/],
      [{ from: ['x\0'], variables: {} }, /^Cannot allow the variable "x\\u0000": not a name$/],
      [{ from: 'clean', variables: { A: 3 } }, /^Cannot use 3 as variable A: expected text$/],
    ]
    for (const [rule, message] of refused)
      assert.throws(() => checkEnvironment(rule as EnvironmentRule), { name: 'TypeError', message })
  })
})
