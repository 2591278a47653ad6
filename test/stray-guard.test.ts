import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess } from '../src/index.ts'

const REAL = ['echo', 'for real']

describe('a ban on stray processes', () => {
  test('refuses every real command, however it is run, without any rehearsal', async () => {
    const own = createProcess().preventStrayProcesses()
    const stray = { name: 'StrayProcessError', code: 'ERR_PROCESS_STRAY', message: /^Cannot start "echo/ }
    await assert.rejects(own.run(REAL), stray)
    await assert.rejects(own.start(REAL), stray)
    await assert.rejects(own.pipe([REAL, ['cat']]), stray)
    await assert.rejects(own.command(REAL).retry(3).run(), stray)
    assert.deepEqual(own.active(), [])
  })

  test('lets through what its list allows', async () => {
    const own = createProcess().preventStrayProcesses({ allow: ['echo *', /^true$/] })
    assert.equal((await own.run(REAL)).output(), 'for real\n')
    assert.equal((await own.run(['true'])).successful(), true)
    await assert.rejects(own.run(['false']), { name: 'StrayProcessError' })
  })

  test('is lifted, or replaced by the next one', async () => {
    const own = createProcess().preventStrayProcesses({ allow: ['echo *'] })
    own.preventStrayProcesses()
    await assert.rejects(own.run(REAL), { name: 'StrayProcessError' })
    own.preventStrayProcesses(false)
    assert.equal((await own.run(REAL)).output(), 'for real\n')
  })

  test('is none on what is rehearsed, where no real command can run', async () => {
    const own = createProcess().preventStrayProcesses()
    using _ = own.fake({ 'echo *': 'rehearsed' })
    assert.equal((await own.run(REAL)).output(), 'rehearsed')
    await assert.rejects(own.run(['true']), { name: 'StrayProcessError', message: /no rule of this rehearsal/ })
  })

  test('holds again after a rehearsal', async () => {
    const own = createProcess().preventStrayProcesses()
    own.fake().restore()
    await assert.rejects(own.run(REAL), { name: 'StrayProcessError' })
  })

  test('with a pattern that can never match is refused', () => {
    assert.throws(() => createProcess().preventStrayProcesses({ allow: [''] }), { name: 'BadRuleError' })
  })

  for (const [what, options, message] of [
    [
      'an option that nobody knows',
      { alow: ['echo *'] },
      'Cannot prevent stray processes with the option "alow": known is allow',
    ],
    ['null', null, 'Cannot prevent stray processes by null: expected true, false or { allow: […] }'],
    [
      'a list alone',
      ['echo *'],
      'Cannot prevent stray processes by ["echo *"]: expected true, false or { allow: […] }',
    ],
    ['text in the place of a list', { allow: 'x' }, 'Cannot allow "x" to run for real: expected a list of patterns'],
  ] as const) {
    test(`with ${what} is refused, and the ban before it stays`, async () => {
      const own = createProcess().preventStrayProcesses()
      assert.throws(() => own.preventStrayProcesses(options as unknown as boolean), { name: 'TypeError', message })
      await assert.rejects(own.run(REAL), { name: 'StrayProcessError' })
    })
  }

  test('of one instance is none of another', async () => {
    const [one, other] = [createProcess().preventStrayProcesses(), createProcess()]
    await assert.rejects(one.run(REAL), { name: 'StrayProcessError' })
    assert.equal((await other.run(REAL)).output(), 'for real\n')
  })
})
