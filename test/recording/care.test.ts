import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'vitest'
import { createProcess, FakeDriver, type RecordingOptions } from '../../src/index.ts'
import { machine, useDesk } from './desk.ts'

const desk = useDesk()
const DAY = 86_400_000
const made = new Date('2026-03-01T10:00:00Z')

describe('runs that nobody asked for', () => {
  const process = machine({ '*': [] })
  const partly = async (options: RecordingOptions): Promise<void> => {
    await process.record(desk.file, async () => void [await process.run('a'), await process.run('b --now')])
    await process.replay(desk.file, options, async (replay) => {
      await process.run('a')
      assert.deepEqual(replay.unused, ['b --now'])
      assert.throws(() => process.assertAllFakesUsed(), /b --now/)
    })
  }

  test('are a warning', async () => {
    const [warning] = await Promise.all([once(globalThis.process, 'warning'), partly({})])
    assert.equal(warning[0].code, 'ERR_RECORDING_UNUSED')
    assert.match(warning[0].message, /nobody ran\n {2}b --now/)
  })

  test('are an error where that is asked for', () =>
    assert.rejects(partly({ unused: 'fail' }), { code: 'ERR_RECORDING_UNUSED', message: /b --now/ }))

  test('are nothing where that is asked for, and the world is as before', async () => {
    await partly({ unused: 'ignore' })
    assert.throws(() => process.recorded(), /nothing is recorded/)
  })

  test('leave the file as it is', async () => {
    await partly({ unused: 'ignore' })
    assert.match(desk.read(), /b --now/)
  })
})

describe('a recording that has an age', () => {
  const at = (days: number) => machine({ '*': [] }, { now: new Date(+made + days * DAY) })
  const options = { expires: '30d' } as const
  const run = (days: number, more: RecordingOptions = {}): Promise<unknown> => {
    const process = at(days)
    return process.record(desk.file, { ...options, ...more }, () => process.run('x'))
  }

  test('is dated when it is made, and only then', async () => {
    await run(0)
    assert.match(desk.read(), /^\{"recording":"rehearsal","version":1,"recorded":"2026-03-01"\}/)
    const before = desk.read()
    await run(20)
    assert.equal(desk.read(), before)
  })

  test('is played without a word until then', async () => {
    await run(0)
    await run(29, { whenExpired: 'fail' })
  })

  test('is a warning after that, and still played, and never recorded again', async () => {
    await run(0)
    const before = desk.read()
    const [warning] = await Promise.all([once(process, 'warning'), run(31)])
    assert.equal(warning[0].code, 'ERR_RECORDING_EXPIRED')
    assert.match(warning[0].message, /made on 2026-03-01, 31 days ago/)
    assert.equal(desk.read(), before)
  })

  test('is an error after that where it is asked for', async () => {
    await run(0)
    await assert.rejects(run(31, { whenExpired: 'fail' }), { code: 'ERR_RECORDING_EXPIRED' })
  })

  test('that nobody knows is none', async () => {
    const process = at(0)
    await process.record(desk.file, () => process.run('x'))
    assert(!desk.read().includes('recorded'))
    await assert.rejects(run(0, { whenExpired: 'fail' }), {
      code: 'ERR_RECORDING_EXPIRED',
      message: /Cannot tell the age/,
    })
  })
})

describe('a test that fails on a recording', () => {
  test('says so, on which, and how to make it anew', async () => {
    const process = machine({ '*': [{ exit: 1 }] })
    await process.record(desk.file, async () => void [await process.run('x'), await process.run('x')])
    const fail = () =>
      process.replay(desk.file, { unused: 'ignore' }, async () => assert.equal((await process.run('x')).exitCode(), 0))
    await assert.rejects(fail(), (error: Error) => {
      assert(
        error.message.endsWith(
          `This ran on the recording "${desk.file}". To record it again: REHEARSAL_RECORDING=all, or Process.record(file, { mode: 'all' }).`,
        ),
        error.message,
      )
      return error instanceof assert.AssertionError
    })
    const thrown = process.replay(desk.file, { unused: 'ignore' }, async () => (await process.run('x')).throw())
    await assert.rejects(thrown, { code: 'ERR_PROCESS_FAILED', message: /exit code 1\n\nThis ran on the recording/ })
  })

  test('of what is real says nothing of the kind', async () => {
    const process = machine({ '*': [] })
    const real = process.record(desk.file, () => Promise.reject(new Error('mine')))
    await assert.rejects(real, { message: 'mine' })
  })

  test('can ask for the words where it has no callback', async () => {
    const process = machine({ '*': [] })
    await process.record(desk.file, () => process.run('x'))
    using replay = process.replay(desk.file, { unused: 'ignore' })
    assert.match(replay.note, /^This ran on the recording/)
  })
})

test('an option that means nothing is refused before anything is put in place', () => {
  const process = createProcess({ driver: new FakeDriver({ cast: () => ({ scenario: [] }) }) })
  const bad: readonly RecordingOptions[] = [
    { mode: 'once' as never },
    { modes: 'all' } as never,
    { unused: 'warning' as never },
    { whenExpired: 'record' as never },
    { expires: 'soon' },
    { round: -1 },
    { redact: [''] },
    { redact: [/x*/] },
    { redact: [5 as never] },
    { symbols: { 'a b': '/x' } },
    { symbols: { a: '' } },
    { tolerance: { lines: ['x' as never] } },
    { tolerance: { files: [] } as never },
  ]
  for (const options of bad)
    assert.throws(() => process.record(desk.file, { mode: 'off', ...options }), TypeError, JSON.stringify(options))
  assert.throws(() => process.recorded(), /nothing is recorded/)
})
