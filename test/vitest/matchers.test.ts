import assert from 'node:assert/strict'
import { describe, expect, test } from 'vitest'
import { createProcess, type ProcessFactory } from '../../src/index.ts'
import { matchers } from '../../src/vitest/matchers.ts'
import { someRuns } from '../some-runs.ts'

expect.extend(matchers)

type Claim = (expected: ReturnType<typeof expect<ProcessFactory>>) => void

// Under every vitest they are tried by test/runners/cases/matchers.case.ts; here it is what each says.
const claims: Readonly<Record<keyof typeof matchers, readonly [holds: Claim, fails: Claim, says: string]>> = {
  toHaveRan: [
    (runs) => runs.toHaveRan('git *', (_, result) => result?.failed()),
    (runs) => runs.toHaveRan('git pull'),
    "Expected 'git pull' to have run, but it did not",
  ],
  toHaveRanTimes: [
    (runs) => runs.toHaveRanTimes('git *', 2),
    (runs) => runs.toHaveRanTimes('git *', 1),
    "Expected 'git *' to have run once, but it ran 2 times",
  ],
  toHaveRanInOrder: [
    (runs) => runs.toHaveRanInOrder(['git commit *', 'git push *', 'ls', 'cat']),
    (runs) => runs.toHaveRanInOrder(['git commit *', 'ls', 'git push *', 'cat']),
    "Expected 'ls' to have run as #2, but it did not",
  ],
  toHaveRanNothing: [(runs) => runs.not.toHaveRanNothing(), (runs) => runs.toHaveRanNothing(), 'nothing to have run'],
  toHaveRanCount: [
    (runs) => runs.toHaveRanCount(4),
    (runs) => runs.toHaveRanCount(2),
    'Expected 2 commands to have run, but there were 4',
  ],
  toHaveSignalled: [
    (runs) => runs.toHaveSignalled('cat', 15),
    (runs) => runs.toHaveSignalled('ls', 'SIGSEGV'),
    "Expected 'ls' to have been sent SIGSEGV, but it was not",
  ],
  toHaveStopped: [
    (runs) => runs.toHaveStopped('cat'),
    (runs) => runs.not.toHaveStopped('cat'),
    "Expected 'cat' not to have been stopped, but it was",
  ],
  toHaveReceivedInput: [
    (runs) => runs.toHaveReceivedInput('cat', 'some text'),
    (runs) => runs.toHaveReceivedInput('cat', 'some'),
    'Expected \'cat\' to have got the input "some", but it got "some text"',
  ],
  toHaveUsedAllFakes: [
    (runs) => runs.not.toHaveUsedAllFakes(),
    (runs) => runs.toHaveUsedAllFakes(),
    "Expected every rule to be used, but these were not: 'svn *'",
  ],
}

describe('what expect is told', () => {
  for (const [name, [holds, fails, says]] of Object.entries(claims)) {
    test(`${name} holds where it is so, and else says what ran`, async () => {
      const runs = await someRuns()
      holds(expect(runs))
      assert.throws(
        () => fails(expect(runs)),
        (error: Error) => error.message.includes(says) && error.message.includes('3  ls  (signalled)'),
      )
    })
  }

  test('is also of a rehearsal and of a spy, each by itself and after its end', async () => {
    const own = createProcess()
    const fake = own.fake({ ls: '', 'rm *': '' })
    await own.run('ls')
    const spy = own.spy()
    await own.run('ls')
    spy.restore()
    fake.restore()
    expect(fake).toHaveRanTimes('ls', 1)
    expect(spy).toHaveRanTimes('ls', 1)
    expect(fake).not.toHaveUsedAllFakes()
    expect(spy).toHaveUsedAllFakes()
  })

  test('of anything else it is refused', () => {
    for (const nothing of [undefined, null, 'git', {}])
      assert.throws(() => expect(nothing).toHaveRan('git'), {
        name: 'TypeError',
        message: 'Cannot tell what ran: expected a Process, a rehearsal or a spy',
      })
  })
})
