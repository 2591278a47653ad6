import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { VirtualClock } from '../../src/fake/virtual-clock.ts'

/** What fired and when, in order. */
function record(clock: VirtualClock) {
  const fired: [string, number][] = []
  const note = (name: string, ms: number) => clock.setTimeout(() => fired.push([name, clock.monotonic()]), ms)
  return { fired, note }
}

describe('virtual time', () => {
  test('begins at a fixed date, or at the given one', () => {
    assert.equal(new Date(new VirtualClock().now()).toISOString(), '2026-01-01T00:00:00.000Z')
    assert.equal(new VirtualClock({ now: new Date(5000) }).now(), 5000)
    assert.equal(new VirtualClock({ now: new Date(5000) }).monotonic(), 0)
  })

  test('that is advanced fires all that is due on the way, in order and each at its own moment', async () => {
    const clock = new VirtualClock()
    const { fired, note } = record(clock)
    note('c', 30)
    note('a', 10)
    note('d', 31)
    note('b', 10)
    await clock.advance(30)
    assert.deepEqual(fired, [
      ['a', 10],
      ['b', 10],
      ['c', 30],
    ])
    assert.equal(clock.monotonic(), 30)
  })

  test('that is advanced fires what is set on the way', async () => {
    const clock = new VirtualClock()
    const { fired, note } = record(clock)
    clock.setTimeout(() => note('later', 10), 10)
    clock.setTimeout(() => note('too late', 11), 10)
    await clock.advance(20)
    assert.deepEqual(fired, [['later', 20]])
  })

  test('is advanced to a moment of the wall clock', async () => {
    const clock = new VirtualClock({ now: new Date('2026-03-01T10:00:00Z') })
    const { fired, note } = record(clock)
    note('on the hour', 3_600_000)
    await clock.advanceTo(Date.parse('2026-03-01T11:00:00Z'))
    assert.deepEqual(fired, [['on the hour', 3_600_000]])
    assert.equal(clock.now(), Date.parse('2026-03-01T11:00:00Z'))
  })

  test('arrives at two goals in the order of their moments', async () => {
    const clock = new VirtualClock()
    const arrived: number[] = []
    await Promise.all([20, 10, 30].map((ms) => clock.advance(ms).then(() => arrived.push(clock.monotonic()))))
    assert.deepEqual(arrived, [10, 20, 30])
  })

  test('never goes back', async () => {
    const clock = new VirtualClock()
    await clock.advance(10)
    const refused = { name: 'RangeError', message: /^Cannot advance by .* ms: time never goes back$/ }
    await assert.rejects(clock.advance(-1), refused)
    await assert.rejects(clock.advanceTo(clock.now() - 1), refused)
    await assert.rejects(clock.advanceTo(Number.NaN), refused)
    await clock.advance(0)
    assert.equal(clock.monotonic(), 10)
  })

  test('lets all microtasks that a timer set in motion be over before the next one', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.setTimeout(async () => {
      for (let step = 0; step < 100; step++) await undefined
      seen.push('set in motion')
    }, 10)
    clock.setTimeout(() => seen.push('next'), 10)
    await clock.advance(10)
    assert.deepEqual(seen, ['set in motion', 'next'])
  })

  test('puts the events of processes before the timers of the same instant', async () => {
    const clock = new VirtualClock()
    const seen: string[] = []
    clock.setTimeout(() => seen.push('watch'), 10)
    clock.schedule(() => seen.push('process'), 10, 0)
    clock.schedule(() => seen.push('earlier'), 9, 0)
    await clock.advance(10)
    assert.deepEqual(seen, ['earlier', 'process', 'watch'])
  })

  test('tells how long it is to the next event', async () => {
    const clock = new VirtualClock()
    assert.equal(clock.untilNext(), undefined)
    const timer = clock.setTimeout(() => {}, 10)
    clock.setTimeout(() => {}, 30)
    await clock.advance(4)
    assert.equal(clock.untilNext(), 6)
    clock.clearTimeout(timer)
    assert.equal(clock.untilNext(), 26)
  })

  test('leaves the event loop its turns while many timers fire', async () => {
    const clock = new VirtualClock()
    let left = 5000
    const again = (): void => {
      if (left-- > 0) clock.setTimeout(again, 1)
    }
    again()
    let seenAt = 0
    setImmediate(() => {
      seenAt = left
    })
    await clock.advance(10_000)
    assert(seenAt > 0, 'the event loop had no turn before the end')
  })

  test('fires any timers in the order of moment, rank and setting, but those that were cleared', async () => {
    const timers = fc.array(
      fc.record({ ms: fc.integer({ min: 0, max: 20 }), rank: fc.constantFrom(0, 1), cleared: fc.boolean() }),
      { maxLength: 200 },
    )
    await fc.assert(
      fc.asyncProperty(timers, async (all) => {
        const clock = new VirtualClock()
        const fired: number[] = []
        const set = all.map(({ ms, rank }, index) => clock.schedule(() => fired.push(index), ms, rank as 0 | 1))
        all.forEach(({ cleared }, index) => {
          if (cleared) clock.clearTimeout(set[index])
        })
        await clock.advance(20)
        const kept = all.map((timer, index) => ({ ...timer, index })).filter(({ cleared }) => !cleared)
        const expected = kept.sort((a, b) => a.ms - b.ms || a.rank - b.rank || a.index - b.index)
        assert.deepEqual(
          fired,
          expected.map(({ index }) => index),
        )
      }),
    )
  })
})
