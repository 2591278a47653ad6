import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { createProcess, type ProcessFactory } from '../src/index.ts'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)

beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

/** What somebody writes who takes a condition for something that is waited for. */
const never = (async () => false) as unknown as () => boolean
const fails = (async () => {
  throw new Error('too late')
}) as unknown as () => boolean

/** A Process on which `ls -l` has run, and failed. */
async function ran(): Promise<ProcessFactory> {
  const own = createProcess()
  own.fake({ '*': own.describe().output('ready').exitCode(1) })
  await own.run(['ls', '-l'])
  return own
}

const wrong = (action: string) => ({
  name: 'TypeError',
  message: `Cannot ${action} by a function that gives a promise: expected true or false`,
})

describe('a promise is no answer of', () => {
  for (const [what, claim] of [
    ['a pattern', (own) => own.assertRan(never)],
    ['a pattern that a claim denies', (own) => own.assertNotRan(fails)],
    ['a condition', (own) => own.assertRan('ls -l', never)],
  ] as readonly (readonly [string, (own: ProcessFactory) => unknown])[]) {
    test(`${what}: a claim throws`, async () => {
      const own = await ran()
      assert.throws(() => claim(own), wrong('match "ls -l"'))
    })
  }

  test('the pattern of an argument: a claim throws', async () => {
    const own = await ran()
    assert.throws(() => own.assertRan(['ls', never]), wrong('match the argument "-l"'))
  })

  test('the pattern of a rule: whoever starts the command gets the error', async () => {
    const own = createProcess()
    using _ = own.fake([[never, 'm']])
    await assert.rejects(own.run('ls'), wrong('match "ls"'))
  })

  test('the list of what may run for real: nothing runs', async () => {
    const own = createProcess().preventStrayProcesses({ allow: [never] })
    await assert.rejects(own.run('echo real'), wrong('match "echo real"'))
  })

  test('the condition of a waitUntil, also for a last line without an end', async () => {
    const own = createProcess()
    using _ = own.fake({ whole: 'ready\n', broken: 'ready' })
    for (const command of ['whole', 'broken']) {
      const running = await own.start(command)
      await assert.rejects(running.waitUntil(never), wrong('look for the line "ready"'))
    }
  })

  test('the condition of a retry', async () => {
    const own = await ran()
    await assert.rejects(own.retry(5, { when: never }).run('ls'), wrong('retry "ls"'))
    own.assertRanTimes('ls', 1)
  })

  test('any of these, and its failure goes unheard', async () => {
    const own = await ran()
    assert.throws(() => own.assertRan(fails), TypeError)
    await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(unhandled, [])
  })
})

test('a waitUntil gives true for a line that its condition gives anything true for', async () => {
  const own = createProcess()
  using _ = own.fake('one\nready')
  const running = await own.start('serve')
  assert.equal(await running.waitUntil((_type, line) => line.match(/^ready/) as unknown as boolean), true)
  assert.equal(await running.waitUntil(() => 0 as unknown as boolean), false)
})
