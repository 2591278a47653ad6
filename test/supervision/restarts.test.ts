import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { seededRandom } from '../../src/contracts/random.ts'
import { ProcessStartError } from '../../src/index.ts'
import { delayBefore } from '../../src/supervision/backoff.ts'
import { defaultPolicy, isSuccess, wantsRestart } from '../../src/supervision/policy.ts'
import { policyWith } from '../../src/supervision/policy-options.ts'
import { RestartWindow } from '../../src/supervision/restart-window.ts'
import { Restarts } from '../../src/supervision/restarts.ts'

const random = { next: () => 0.5 }

describe('the back-off', () => {
  const backoff = { first: 100, factor: 3, cap: 2000, jitter: 0 }

  test('is longer each time, up to its cap', () => {
    const delays = [1, 2, 3, 4, 50].map((attempt) => delayBefore(attempt, backoff, random))
    assert.deepEqual(delays, [100, 300, 900, 2000, 2000])
  })

  test('is longer or shorter by its jitter, as its seed says', () => {
    const draw = (seed: number) => {
      const seeded = seededRandom(seed)
      return Array.from({ length: 200 }, () => delayBefore(2, { ...backoff, jitter: 0.2 }, seeded))
    }
    const delays = draw(7)
    assert.deepEqual(delays, draw(7))
    assert(Math.min(...delays) >= 240 && Math.max(...delays) <= 360)
    assert(Math.min(...delays) < 250 && Math.max(...delays) > 350)
  })
})

describe('the window of restarts', () => {
  test('slides for the whole life, and counts each restart by its own age', () => {
    const window = new RestartWindow()
    const made: number[] = []
    for (let now = 0; now < 1_000_000; now += 7 + (now % 401)) {
      if (window.isFull(now, 3, 1000)) continue
      window.record(now)
      made.push(now)
    }
    assert(made.length > 1000, `only ${made.length} restarts in 1,000 windows`)
    for (const [index, now] of made.entries()) assert(!(now - (made[index - 3] ?? -2000) <= 1000), `at ${now}`)
  })

  test('is full with as many as allowed, and has room again when the first of them is too old', () => {
    const window = new RestartWindow()
    for (const now of [0, 400, 900]) window.record(now)
    assert.deepEqual(
      [900, 1000, 1001].map((now) => window.isFull(now, 3, 1000)),
      [true, true, false],
    )
    const again = new RestartWindow()
    for (const now of [0, 400, 900]) again.record(now)
    assert.deepEqual([again.untilRoom(900, 3, 1000), again.untilRoom(900, 4, 1000)], [101, 0])
    assert.equal(again.untilRoom(900, 0, 1000), Number.POSITIVE_INFINITY)
  })
})

describe('a decision', () => {
  const end = { cause: 'crash', reason: 'exit code 1', healthy: undefined } as const
  const at = { now: 0, random, wanted: false }
  const policy = policyWith({ backoff: { first: 100, jitter: 0 }, maxRestarts: 3 }, defaultPolicy)

  test('waits longer each time, and anew after a healthy time', () => {
    const restarts = new Restarts()
    const delays = [undefined, 5000, undefined, 10_000].map((healthy) => {
      const decision = restarts.decide({ ...end, healthy }, policy, at)
      return decision.event === 'retry' && decision.delay
    })
    assert.deepEqual(delays, [100, 200, 400, 100])
  })

  test('gives up with its rule when there have been too many, and not before', () => {
    const restarts = new Restarts()
    for (let count = 0; count < 3; count++) {
      assert.equal(restarts.decide(end, policy, at).event, 'retry')
      restarts.record(0)
    }
    assert.deepEqual(restarts.decide(end, policy, at), {
      event: 'giveUp',
      rule: 'maxRestarts',
      reason: 'exit code 1, after 3 restarts within 300000 ms',
    })
    assert.equal(restarts.decide(end, policy, { ...at, now: 300_001 }).event, 'retry')
  })

  test('starts nothing again that can never be started, and again what may be', () => {
    const failing = (error: unknown, ran = false) => {
      const restarts = new Restarts()
      if (ran) restarts.record(0)
      return restarts.decide({ ...end, cause: 'startFailed', error }, policy, at).event
    }
    assert.equal(failing(new ProcessStartError('x', 'ENOENT')), 'giveUp')
    assert.equal(failing(new ProcessStartError('x', 'ENOENT'), true), 'retry')
    assert.equal(failing(new ProcessStartError('x', 'EAGAIN')), 'retry')
    assert.equal(failing(new TypeError('nonsense'), true), 'giveUp')
  })

  test('is for a restart, whatever the policy says, when somebody wants it, and within the limits then, too', () => {
    const never = policyWith({ restart: 'never', maxRestarts: 1 }, policy)
    const restarts = new Restarts()
    assert.equal(restarts.decide({ ...end, healthy: 0 }, never, at).event, 'finish')
    assert.equal(restarts.decide(end, never, { ...at, wanted: true }).event, 'retry')
    restarts.record(0)
    assert.equal(restarts.decide(end, never, { ...at, wanted: true }).event, 'giveUp')
  })

  test('is to give up one that is not started again and was never ready', () => {
    const never = policyWith({ restart: 'never' }, policy)
    const decision = new Restarts().decide(end, never, at)
    assert.deepEqual(decision, { event: 'giveUp', rule: 'readiness', reason: 'exit code 1' })
  })
})

describe('a policy', () => {
  const ends = ['crash', 'exit', 'startFailed', 'hang', 'highMemory', 'readiness'] as const
  const wanted = { never: [], 'on-failure': ends.filter((end) => end !== 'exit'), always: ends } as const

  for (const restart of ['never', 'on-failure', 'always'] as const) {
    test(`of ${restart} starts again after ${wanted[restart].join(', ') || 'nothing'}`, () => {
      const policy = policyWith({ restart }, defaultPolicy)
      assert.deepEqual(
        ends.filter((end) => wantsRestart(end, policy)),
        wanted[restart],
      )
    })
  }

  test('takes the codes and signals for success that it names, and 0 unless it names others', () => {
    const exited = (code: number) => ({ kind: 'exited', code }) as const
    const killed = { kind: 'signalled', signal: 'SIGTERM' } as const
    assert.deepEqual(
      [exited(0), exited(3), killed].map((end) => isSuccess(end, defaultPolicy)),
      [true, false, false],
    )
    const policy = policyWith({ successCodes: [3], successSignals: ['SIGTERM'] }, defaultPolicy)
    assert.deepEqual(
      [exited(0), exited(3), killed].map((end) => isSuccess(end, policy)),
      [false, true, true],
    )
    assert.equal(isSuccess({ kind: 'timedOut', timeout: 1 }, policy), false)
  })

  const bad: readonly (readonly [object, RegExp])[] = [
    [{ restart: 'sometimes' }, /"sometimes" as restart/],
    [{ maxRestarts: -1 }, /-1.* as maxRestarts/],
    [{ maxRestarts: 1.5 }, /1\.5.* as maxRestarts/],
    [{ maxRestarts: Number.NaN }, /NaN.* as maxRestarts/],
    [{ window: 0 }, /0 as window/],
    [{ window: -5 }, /-5 as a duration/],
    [{ backoff: { first: -1 } }, /-1 as a duration/],
    [{ backoff: { factor: 0.5 } }, /0\.5 as backoff\.factor/],
    [{ backoff: { first: 500, cap: 100 } }, /100 as backoff\.cap/],
    [{ jitter: 2 }, /2 as jitter/],
    [{ jitter: -0.1 }, /-0\.1 as jitter/],
    [{ cooldown: 0 }, /0 as cooldown/],
    [{ successCodes: ['0'] }, /\["0"\] as successCodes/],
    [{ successSignals: ['SIGNOTHING'] }, /SIGNOTHING/],
  ]

  for (const [options, message] of bad) {
    test(`of ${JSON.stringify(options)} is refused`, () => {
      assert.throws(() => policyWith(options, defaultPolicy), { name: 'TypeError', message })
    })
  }
})
