import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { VirtualClock } from '../../src/fake/virtual-clock.ts'

/** What fired and when, in order. */
function record(clock: VirtualClock) {
  const fired: [string, number][] = []
  const note = (name: string, ms: number) => clock.setTimeout(() => fired.push([name, clock.monotonic()]), ms)
  return { fired, note }
}

const never = new Promise<never>(() => {})

describe('a driven wait', () => {
  test('lets time jump to its end and no further', async () => {
    const clock = new VirtualClock()
    const { fired, note } = record(clock)
    note('on the way', 1000)
    note('afterwards', 7_200_001)
    await clock.drive(clock.sleep(7_200_000), () => 'two hours')
    assert.deepEqual(fired, [['on the way', 1000]])
    assert.equal(clock.monotonic(), 7_200_000)
  })

  test('does not hurry a goal that lies before its end', async () => {
    const clock = new VirtualClock()
    const end = clock.drive(clock.sleep(100), () => 'a while')
    await clock.advance(40)
    assert.equal(clock.monotonic(), 40)
    await end
    assert.equal(clock.monotonic(), 100)
  })

  test('that nothing can end is refused, and all others with it, each by its name', async () => {
    const clock = new VirtualClock()
    const waits = ['one', 'two'].map((name) => clock.drive(never, () => name))
    const seen = await Promise.allSettled(waits)
    assert.deepEqual(
      seen.map((one) => one.status === 'rejected' && [one.reason.code, one.reason.message]),
      ['one', 'two'].map((name) => [
        'ERR_DEADLOCK',
        `Cannot wait for ${name}: nothing is left that could happen in virtual time`,
      ]),
    )
  })

  test('that nothing can end is refused only when all that was still to come has happened', async () => {
    const clock = new VirtualClock()
    const { fired, note } = record(clock)
    note('last', 500)
    await assert.rejects(
      clock.drive(never, () => 'it'),
      { code: 'ERR_DEADLOCK' },
    )
    assert.deepEqual(fired, [['last', 500]])
  })

  test('may be tried again after a refusal', async () => {
    const clock = new VirtualClock()
    await assert.rejects(
      clock.drive(never, () => 'it'),
      { code: 'ERR_DEADLOCK' },
    )
    await clock.drive(clock.sleep(10), () => 'it again')
    assert.equal(clock.monotonic(), 10)
  })

  test('may be ended by the code around it within a few turns of the event loop', async () => {
    const clock = new VirtualClock()
    const outside = new Promise((resolve) => setImmediate(() => setImmediate(resolve, 'here')))
    assert.equal(await clock.drive(outside, () => 'somebody'), 'here')
  })

  test('around which timers go on without end is refused after a million of them', async () => {
    const clock = new VirtualClock()
    const tick = (): void => void clock.setTimeout(tick, 1)
    tick()
    await assert.rejects(
      clock.drive(never, () => 'it'),
      { code: 'ERR_DEADLOCK', message: /1000000 timers fired and none of them ended it/ },
    )
  })

  test('in manual mode moves nothing', async () => {
    const clock = new VirtualClock({ time: 'manual' })
    let over = false
    const wait = clock.drive(clock.sleep(10), () => 'it').then(() => (over = true))
    await turns(20)
    assert.deepEqual([over, clock.monotonic()], [false, 0])
    await clock.advance(9)
    assert.equal(over, false)
    await clock.advance(1)
    assert.equal(await wait, true)
  })

  test('in manual mode is never refused', async () => {
    const clock = new VirtualClock({ time: 'manual' })
    const first = await Promise.race([clock.drive(never, () => 'it'), turns(20).then(() => 'still waiting')])
    assert.equal(first, 'still waiting')
  })
})

describe('time that is held', () => {
  test('does not move at all, not even for what is due', async () => {
    const clock = new VirtualClock()
    const { fired, note } = record(clock)
    const release = clock.hold()
    note('now', 0)
    const wait = clock.drive(clock.sleep(10), () => 'it')
    const goal = clock.advance(5)
    await turns(20)
    assert.deepEqual([fired, clock.monotonic()], [[], 0])
    release()
    await Promise.all([wait, goal])
    assert.deepEqual([fired, clock.monotonic()], [[['now', 0]], 10])
  })

  test('moves when the last one lets go, however often the others do', async () => {
    const clock = new VirtualClock()
    const [first, second] = [clock.hold(), clock.hold()]
    const wait = clock.drive(clock.sleep(10), () => 'it')
    first()
    first()
    await turns(20)
    assert.equal(clock.monotonic(), 0)
    second()
    await wait
  })
})

describe('time beside a real process', () => {
  test('does not move by itself, and moves when it is advanced', async () => {
    const clock = new VirtualClock()
    const release = clock.accompany()
    const wait = clock.drive(clock.sleep(10), () => 'it')
    await turns(20)
    assert.equal(clock.monotonic(), 0)
    await clock.advance(4)
    assert.equal(clock.monotonic(), 4)
    release()
    await wait
    assert.equal(clock.monotonic(), 10)
  })

  test('refuses no wait: the real process may end it', async () => {
    const clock = new VirtualClock()
    const release = clock.accompany()
    const wait = clock.drive(never, () => 'it')
    assert.equal(await Promise.race([wait, turns(20).then(() => 'still waiting')]), 'still waiting')
    release()
    await assert.rejects(wait, { code: 'ERR_DEADLOCK' })
  })
})

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
