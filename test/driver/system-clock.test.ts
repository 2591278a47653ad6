import assert from 'node:assert/strict'
import { afterEach, describe, test, vi } from 'vitest'
import { SystemClock } from '../../src/driver/system-clock.ts'

/** The longest wait that Node honours. */
const LONGEST = 2 ** 31 - 1

afterEach(() => {
  vi.useRealTimers()
  vi.resetModules()
})

describe('a wait longer than Node honours', () => {
  for (const ms of [LONGEST + 1, 3 * LONGEST + 5]) {
    test(`of ${ms} ms ends after all of it`, async () => {
      const clock = await clockOverFakeGlobals()
      const fired: number[] = []
      clock.setTimeout(() => fired.push(clock.monotonic() - start), ms)
      const start = clock.monotonic()
      vi.advanceTimersByTime(ms - 1)
      assert.deepEqual(fired, [])
      vi.advanceTimersByTime(1)
      // What is due is done a turn of the event loop later, which takes these timers a millisecond.
      vi.advanceTimersByTime(1)
      assert.deepEqual(fired, [ms + 1])
    })
  }

  test('is forgotten after any part of it', async () => {
    const clock = await clockOverFakeGlobals()
    let fired = false
    const timer = clock.setTimeout(() => {
      fired = true
    }, 3 * LONGEST)
    vi.advanceTimersByTime(2 * LONGEST)
    clock.clearTimeout(timer)
    vi.advanceTimersByTime(2 * LONGEST)
    assert.equal(fired, false)
    assert.equal(vi.getTimerCount(), 0)
  })
})

describe('an alarm', () => {
  const HOUR = 3_600_000

  test('goes off at its moment', async () => {
    const clock = await clockOverFakeGlobals()
    const rung: number[] = []
    const moment = clock.now() + HOUR
    clock.setAlarm(() => rung.push(clock.now() - moment), moment)
    vi.advanceTimersByTime(HOUR - 1)
    assert.deepEqual(rung, [])
    vi.advanceTimersByTime(1)
    assert.deepEqual(rung, [0])
  })

  test('goes off within 30 s after somebody has set the clock beyond its moment', async () => {
    const clock = await clockOverFakeGlobals()
    let rung = false
    clock.setAlarm(
      () => {
        rung = true
      },
      clock.now() + 5 * HOUR,
    )
    vi.advanceTimersByTime(HOUR)
    assert.equal(rung, false)
    vi.setSystemTime(clock.now() + 5 * HOUR)
    vi.advanceTimersByTime(30_000)
    assert.equal(rung, true)
    assert.equal(vi.getTimerCount(), 0)
  })

  test('is not put off by a clock that is set back', async () => {
    const clock = await clockOverFakeGlobals()
    let rung = false
    clock.setAlarm(() => {
      rung = true
    }, clock.now() + HOUR)
    vi.setSystemTime(clock.now() - 24 * HOUR)
    vi.advanceTimersByTime(HOUR - 1)
    assert.equal(rung, false)
    vi.advanceTimersByTime(1)
    assert.equal(rung, true)
  })
})

describe("the machine's time", () => {
  test('goes on while a test replaces the globals', async () => {
    const clock = new SystemClock()
    vi.useFakeTimers({ now: 0 })
    const [wall, monotonic] = [clock.now(), clock.monotonic()]
    await clock.sleep(5)
    assert.notEqual(wall, 0)
    assert(clock.monotonic() - monotonic >= 5)
  })

  test('keeps a program alive for a timer, but for one in the background', () => {
    const clock = new SystemClock()
    const holding = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
    const before = holding()
    const background = clock.setTimeout(() => {}, 60_000, { background: true })
    assert.equal(holding(), before)
    const timer = clock.setTimeout(() => {}, 60_000)
    assert.equal(holding(), before + 1)
    for (const one of [background, timer]) clock.clearTimeout(one)
  })

  test('leaves no timer behind after a sleep that was cut short', async () => {
    const clock = await clockOverFakeGlobals()
    const stop = new AbortController()
    const sleep = clock.sleep(LONGEST, stop.signal)
    stop.abort(new Error('enough'))
    await assert.rejects(sleep, { message: 'enough' })
    assert.equal(vi.getTimerCount(), 0)
  })
})

// The clock keeps the globals that it found when it was loaded.
async function clockOverFakeGlobals(): Promise<SystemClock> {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'Date', 'performance'],
  })
  vi.resetModules()
  const loaded = await import('../../src/driver/system-clock.ts')
  return new loaded.SystemClock()
}
