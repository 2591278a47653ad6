import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Claims, Verdict } from '../src/claims.ts'
import { createProcess } from '../src/index.ts'

type Claim = (claims: Claims) => Verdict

/** Claims about two runs of `serve`, of which only the second was sent a signal, stopped, and given something to read. */
async function claims(): Promise<Claims> {
  const own = createProcess()
  const fake = own.fake({ serve: own.describe().ignores('SIGUSR1').hangs(), unused: '' })
  const [first, second] = [await own.start('serve'), await own.input('text').start('serve')]
  await second.signal('SIGUSR1').stop()
  await fake.advance('2m')
  await assert.rejects(first.wait())
  return fake.claims()
}

const all: readonly [what: string, Claim, opposite: string][] = [
  ['run', (claims) => claims.ran('serve'), "'serve' not to have run, but it did"],
  ['run so often', (claims) => claims.ranTimes('serve', 2), "'serve' not to have run 2 times, but it did"],
  ['run in all', (claims) => claims.ranCount(2), 'another number of commands than 2 to have run'],
  [
    'run in an order',
    (claims) => claims.ranInOrder(['serve', /serve/]),
    "something else than this order to have run: 'serve', /serve/",
  ],
  [
    'been sent a signal, though another of its runs was not',
    (claims) => claims.signalled('serve', 'SIGUSR1'),
    "'serve' not to have been sent SIGUSR1, but it was",
  ],
  [
    'been stopped, though another of its runs was not',
    (claims) => claims.stopped('serve'),
    "'serve' not to have been stopped, but it was",
  ],
  [
    'got an input, though another of its runs did not',
    (claims) => claims.input('serve', 'text'),
    '\'serve\' not to have got the input "text", but it did',
  ],
]

describe('what is claimed to have', () => {
  for (const [what, claim, opposite] of all) {
    test(`${what} holds, and says so where it was to be wrong`, async () => {
      const verdict = claim(await claims())
      assert.equal(verdict.holds, true)
      assert.equal(
        verdict.opposite(),
        `Expected ${opposite}\n\nWhat ran:\n  1  serve  (timedOut)\n  2  serve  (signalled)`,
      )
    })
  }

  test('run first, and did not, is told as the first', async () => {
    const verdict = (await claims()).ranInOrder(['build', 'serve'])
    assert.equal(verdict.holds, false)
    assert.match(verdict.message(), /^Expected 'build' to have run as #1, but it did not\n/)
  })

  test('got an input tells every input that there was', async () => {
    const verdict = (await claims()).input('serve', 'other')
    assert.match(verdict.message(), /the input "other", but it got "", "text"\n/)
  })

  test('run not at all, or used all rules, says the opposite in its own words', () => {
    const own = createProcess()
    const claims = own.fake({}).claims()
    assert.equal(claims.nothingRan().opposite(), 'Expected something to have run\n\nNothing ran.')
    assert.equal(claims.allUsed().opposite(), 'Expected a rule not to be used, but every one was\n\nNothing ran.')
    own.fake({ a: '', 'b *': '' })
    assert.throws(() => own.assertAllFakesUsed(), { message: /these were not: 'a', 'b \*'\n/ })
  })
})
