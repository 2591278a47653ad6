import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { Stage, Topic } from './harness.ts'

/** Longer than the longest wait that a 32-bit timer can hold. */
const LONG = 2 ** 31 + 1000

/** Time: the two clocks, timers, sleeping, and who makes time move. */
export const clock: Topic = {
  name: 'clock',
  cases(fact) {
    fact('wall time and monotonic time move forward together', async (stage) => {
      const { clock } = stage.driver
      const [wall, steady] = [clock.now(), clock.monotonic()]
      await stage.sleep(20)
      assert(clock.monotonic() - steady >= 20)
      // Wall time may be told in whole milliseconds.
      assert(clock.now() - wall >= 19)
    })

    fact('a timer, in the background or not, fires once, when its time has passed and never before', async (stage) => {
      const { clock } = stage.driver
      const fired: number[] = []
      for (const ms of [1, 5, 10, 15, 20]) {
        const due = clock.monotonic() + ms
        clock.setTimeout(() => fired.push(clock.monotonic() - due), ms, { background: ms > 10 })
      }
      await stage.sleep(60)
      assert.equal(fired.length, 5)
      assert.deepEqual(
        fired.filter((late) => late < 0),
        [],
      )
    })

    fact('a timer fires at exactly its time', exactTimer, {
      needs: 'virtualTime',
      otherwise: 'not before it',
      twin: lateTimer,
    })

    fact('timers fire in the order of their times, and of their setting where these are equal', async (stage) => {
      const fired: string[] = []
      const note = (name: string, ms: number) => stage.driver.clock.setTimeout(() => fired.push(name), ms)
      note('third', 30)
      note('first', 10)
      note('second', 10)
      await stage.until(() => fired.length === 3)
      assert.deepEqual(fired, ['first', 'second', 'third'])
    })

    fact('a cleared timer never fires', async (stage) => {
      const { clock } = stage.driver
      let fired = false
      const timer = clock.setTimeout(() => {
        fired = true
      }, 5)
      clock.clearTimeout(timer)
      await stage.sleep(20)
      assert.equal(fired, false)
    })

    fact('a timer that fired, one that was cleared, and none at all may be cleared', async (stage) => {
      const { clock } = stage.driver
      let count = 0
      const [fired, cleared] = [clock.setTimeout(() => count++, 1), clock.setTimeout(() => count++, 5)]
      clock.clearTimeout(cleared)
      await stage.until(() => count === 1)
      clock.setTimeout(() => count++, 5)
      for (const timer of [fired, cleared, undefined]) clock.clearTimeout(timer)
      await stage.until(() => count === 2)
    })

    fact('a timer without a wait fires soon, but not within the call that sets it', async (stage) => {
      let fired = 0
      stage.driver.clock.setTimeout(() => fired++, 0)
      assert.equal(fired, 0)
      await stage.sleep(0)
      await stage.until(() => fired === 1)
    })

    fact('a timer that is set by a timer waits its own time', async (stage) => {
      const { clock } = stage.driver
      const start = clock.monotonic()
      let ended = start
      clock.setTimeout(() => clock.setTimeout(() => (ended = clock.monotonic()), 10), 10)
      await stage.until(() => ended > start)
      assert(ended - start >= 20)
    })

    fact('a wait longer than 2^31 ms fires when it is over', exactLongWait, {
      needs: 'virtualTime',
      otherwise: 'not at once',
      twin: pendingLongWait,
    })

    fact('a sleep resolves when its time has passed', async (stage) => {
      const start = stage.driver.clock.monotonic()
      await stage.sleep(15)
      assert(stage.driver.clock.monotonic() - start >= 15)
    })

    fact('a sleep with a signal that has aborted rejects at once with its reason', async (stage) => {
      const reason = new Error('no time')
      await assert.rejects(stage.drive(stage.driver.clock.sleep(LONG, AbortSignal.abort(reason))), reason)
    })

    fact('a sleep rejects with the reason as soon as its signal aborts', async (stage) => {
      const { clock } = stage.driver
      const abort = new AbortController()
      const reason = new Error('woken')
      clock.setTimeout(() => abort.abort(reason), 10)
      const start = clock.monotonic()
      await assert.rejects(stage.drive(clock.sleep(LONG, abort.signal)), reason)
      assert(clock.monotonic() - start < LONG)
    })

    fact('a sleep that is over has let go of its signal', async (stage) => {
      const { signal } = new AbortController()
      const sleep = stage.driver.clock.sleep(5, signal)
      assert.equal(getEventListeners(signal, 'abort').length, 1)
      await stage.drive(sleep)
      assert.equal(getEventListeners(signal, 'abort').length, 0)
    })

    fact('driving a wait, and waiting for what is outside, hand on its value or its reason', async (stage) => {
      const { clock } = stage.driver
      const value = clock.sleep(5).then(() => 'value')
      assert.equal(await clock.drive(value, () => 'a value'), 'value')
      const reason = new Error('reason')
      const failure = clock.sleep(5).then(() => Promise.reject(reason))
      await assert.rejects(
        clock.drive(failure, () => 'a failure'),
        reason,
      )
      assert.equal(await clock.outside(Promise.resolve('value')), 'value')
      await assert.rejects(clock.outside(Promise.reject(reason)), reason)
    })

    fact('driving a wait that nothing can ever end is refused', refusedDeadlock, {
      needs: 'virtualTime',
      otherwise: 'what is outside may end it',
      twin: endedFromOutside,
    })

    fact('time stands still unless somebody drives it', standsStill, {
      needs: 'virtualTime',
      otherwise: 'it passes by itself',
      twin: passesByItself,
    })

    fact('what a process does comes before a timer of the same instant', processFirst, {
      needs: 'virtualTime',
      otherwise: 'no two instants are the same',
      twin: eachInTime,
    })
  },
}

async function exactTimer(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const start = clock.monotonic()
  const fired: number[] = []
  for (const ms of [0, 1, 2.5, 20]) clock.setTimeout(() => fired.push(clock.monotonic() - start), ms)
  await stage.sleep(20)
  assert.deepEqual(fired, [0, 1, 2.5, 20])
}

async function lateTimer(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const start = clock.monotonic()
  const times = [0, 1, 2.5, 20]
  const fired = await Promise.all(times.map((ms) => clock.sleep(ms).then(() => clock.monotonic() - start)))
  for (const [index, ms] of times.entries()) assert((fired[index] as number) >= ms)
}

async function exactLongWait(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const start = clock.monotonic()
  await stage.sleep(LONG)
  assert.equal(clock.monotonic() - start, LONG)
}

async function pendingLongWait(stage: Stage): Promise<void> {
  let fired = false
  const timer = stage.driver.clock.setTimeout(() => {
    fired = true
  }, LONG)
  await stage.sleep(20)
  stage.driver.clock.clearTimeout(timer)
  assert.equal(fired, false)
}

async function refusedDeadlock(stage: Stage): Promise<void> {
  const never = stage.driver.clock.drive(new Promise(() => {}), () => 'godot')
  await assert.rejects(never, { name: 'DeadlockError', code: 'ERR_DEADLOCK', message: /godot/ })
}

async function endedFromOutside(stage: Stage): Promise<void> {
  const wait = new Promise<string>((resolve) => setImmediate(resolve, 'here'))
  assert.equal(await stage.driver.clock.drive(wait, () => 'somebody outside'), 'here')
}

async function standsStill(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  let fired = false
  const start = [clock.now(), clock.monotonic()]
  clock.setTimeout(() => {
    fired = true
  }, 1)
  await turns(20)
  assert.deepEqual([clock.now(), clock.monotonic(), fired], [...start, false])
  await stage.sleep(1)
  assert.equal(fired, true)
}

async function passesByItself(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const start = clock.monotonic()
  await new Promise<void>((resolve) => clock.setTimeout(resolve, 1))
  assert(clock.monotonic() - start >= 1)
}

async function processFirst(stage: Stage): Promise<void> {
  const seen: string[] = []
  stage.driver.clock.setTimeout(() => seen.push('timer'), 30)
  const handle = await stage.start([{ wait: 30 }, { write: 'out', data: 'x' }])
  handle.stdout?.flow(
    () => seen.push('output'),
    () => {},
  )
  void handle.exit.then(() => seen.push('exit'))
  await stage.sleep(30)
  assert.equal(seen.length, 3)
  assert.equal(seen.at(-1), 'timer')
}

async function eachInTime(stage: Stage): Promise<void> {
  const start = stage.driver.clock.monotonic()
  const handle = await stage.start([{ wait: 30 }])
  await stage.exit(handle)
  assert(stage.driver.clock.monotonic() - start >= 30)
}

/** Lets the event loop turn so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
