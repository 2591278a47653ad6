import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Capture } from '../src/capture.ts'
import { drain } from '../src/draining.ts'
import { FakeDriver } from '../src/index.ts'

const HOUR = 3_600_000

describe('the rest of the output of a process that is over', () => {
  test('is given up after 200 ms of silence, and its streams are closed', async () => {
    const { clock, givenUp, capture } = draining()
    await clock.advance(199)
    assert.deepEqual([givenUp(), capture.closed], [undefined, 0])
    await clock.advance(1)
    assert.deepEqual([givenUp(), capture.closed], [200, 1])
    await clock.advance(HOUR)
    assert.equal(capture.closed, 1)
  })

  test('is waited for as long as some comes, and 200 ms from the last of it', async () => {
    const { clock, givenUp, capture } = draining()
    for (let piece = 0; piece < 5; piece++) {
      await clock.advance(138)
      capture.arrivals++
    }
    await clock.advance(HOUR)
    assert.equal(givenUp(), 900)
  })

  test('is given up after two seconds, however much still comes', async () => {
    const { clock, givenUp, capture } = draining()
    for (let piece = 0; piece < 100; piece++) {
      await clock.advance(40)
      capture.arrivals++
    }
    assert.equal(givenUp(), 2000)
  })

  test('is waited for without an end while somebody holds it back, and 200 ms from then on', async () => {
    const { clock, givenUp, capture } = draining()
    await clock.advance(150)
    capture.held = true
    await clock.advance(HOUR)
    assert.equal(givenUp(), undefined)
    capture.held = false
    await clock.advance(HOUR)
    assert.equal(givenUp(), 150 + HOUR + 200)
  })

  test('is not given up once it has ended', async () => {
    const { clock, givenUp, capture } = draining()
    await clock.advance(190)
    capture.ended = true
    await clock.advance(HOUR)
    assert.deepEqual([givenUp(), capture.closed], [undefined, 0])
  })
})

/** A capture that only counts, and the moment in milliseconds at which it was given up. */
function draining() {
  const { clock } = new FakeDriver({ cast: () => undefined })
  const capture = {
    arrivals: 0,
    ended: false,
    held: false,
    closed: 0,
    close() {
      this.closed++
    },
  }
  let moment: number | undefined
  const after = (ms: number, action: () => void) => void clock.setTimeout(action, ms)
  const onGivenUp = () => {
    moment = clock.monotonic()
  }
  const began = clock.monotonic()
  drain(capture as unknown as Capture, after, onGivenUp)
  return { clock, capture, givenUp: () => (moment === undefined ? undefined : moment - began) }
}
