import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type RehearsalOptions } from '../../src/index.ts'

const DAY = 86_400_000

describe('an option of a rehearsal is refused, and nothing is rehearsed, when it', () => {
  for (const [what, options, message] of [
    ['is a mistyped time', { time: 'Manual' }, 'with time "Manual": expected "auto" or "manual"'],
    ['is a date as text', { now: '2026-01-01' }, 'with now "2026-01-01": expected a valid Date'],
    ['is an invalid date', { now: new Date('never') }, 'with now Invalid Date: expected a valid Date'],
    ['is a seed that is no number', { seed: 'x' }, 'with seed "x": expected a number'],
    ['is a seed that is not finite', { seed: Number.NaN }, 'with seed NaN: expected a number'],
    ['is no disk', { files: 5 }, 'with files 5: expected contents by path, each text or bytes'],
    ['is a disk as a Map', { files: new Map() }, 'with files Map(0) {}: expected contents by path, each text or bytes'],
    [
      'is a file of a number',
      { files: { '/a': 5 } },
      'with files {"/a":5}: expected contents by path, each text or bytes',
    ],
    ['is a word for globals', { globals: 'yes' }, 'with globals "yes": expected true or false'],
    ['lacks what nobody could demand', { lacks: { air: 'none' } }, /with lacks \{"air":"none"\}: expected reasons by/],
    ['lacks without a reason', { lacks: { memory: true } }, /with lacks \{"memory":true\}: expected reasons by/],
    [
      'is known to nobody',
      { tiem: 'manual' },
      'with the option "tiem": known are time, now, seed, files, globals, lacks',
    ],
    ['has the name of what every object has', { toString: 1 }, /^Cannot rehearse with the option "toString"/],
    ['stands in no object', 'manual', 'with the options "manual": expected an object'],
    ['stands in a list', ['manual'], 'with the options ["manual"]: expected an object'],
    ['is null', null, 'with the options null: expected an object'],
  ] as const) {
    test(what, () => {
      const own = createProcess()
      const expected = typeof message === 'string' ? `Cannot rehearse ${message}` : message
      assert.throws(() => own.fake({}, options as unknown as RehearsalOptions), {
        name: 'TypeError',
        message: expected,
      })
      assert.throws(() => own.recorded(), /nothing is recorded/)
    })
  }

  test('is no function that the rehearsal is for', () => {
    const own = createProcess()
    const callback = 'test' as unknown as () => Promise<void>
    const message = 'Cannot rehearse for "test": expected a function'
    assert.throws(() => own.fake({}, {}, callback), { name: 'TypeError', message })
    assert.throws(() => own.recorded(), /nothing is recorded/)
  })
})

test('options that are undefined are as if they were not given', async () => {
  const own = createProcess()
  const options = { time: undefined, now: undefined, seed: undefined, files: undefined, globals: undefined }
  using fake = own.fake('ok', options as unknown as RehearsalOptions)
  assert.equal((await own.run('ls')).output(), 'ok')
  assert.equal(fake.now().toISOString(), '2026-01-01T00:00:00.000Z')
})

describe('time moves on', () => {
  test('to the last moment that a Date can show, and no further', async () => {
    using fake = createProcess().fake({}, { now: new Date(8_640_000_000_000_000 - DAY) })
    const late = { name: 'TypeError', message: 'Cannot advance by "2d": no date is that late' }
    assert.throws(() => void fake.advance('2d'), late)
    await fake.advance('1d')
    assert.equal(fake.now().getTime(), 8_640_000_000_000_000)
  })

  test('by no number of years after which there are no dates', () => {
    using fake = createProcess().fake({})
    assert.throws(() => void fake.advance('1000000y'), {
      message: 'Cannot advance by "1000000y": no date is that late',
    })
    assert.equal(fake.now().toISOString(), '2026-01-01T00:00:00.000Z')
  })

  test('to no moment that is none', () => {
    using fake = createProcess().fake({})
    for (const [bad, name] of [
      [new Date('never'), 'Invalid Date'],
      ['2026-03-01', '"2026-03-01"'],
      [undefined, 'undefined'],
    ] as const) {
      const message = `Cannot advance to ${name}: expected a valid Date`
      assert.throws(() => void fake.advanceTo(bad as Date), { name: 'TypeError', message })
    }
  })
})
