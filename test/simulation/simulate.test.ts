import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import {
  createProcess,
  type FaultName,
  invariant,
  Process,
  SimulationDivergedError,
  SimulationFailedError,
  type SimulationOptions,
  type System,
} from '../../src/index.ts'

const api = { api: Process.describe().output('up').hangs() }

/** Starts a command, and stops it in the end. */
const starts: System<typeof Process> = async ({ process }) => {
  const running = await process.forever().start('api')
  return () => running.stop()
}

/** The error of a simulation that fails. */
async function failure(system: System<typeof Process>, options: SimulationOptions): Promise<SimulationFailedError> {
  try {
    await Process.simulate(system, { programs: api, faults: 'none', runs: 5, ...options })
  } catch (error) {
    assert(error instanceof SimulationFailedError, String(error))
    return error
  }
  return assert.fail('the simulation passes')
}

describe('a simulation', () => {
  test('in which everything holds says how much has happened', async () => {
    const result = await Process.simulate(starts, { programs: api, faults: { exits: 1 }, runs: 3, seed: 7 })
    assert.deepEqual([result.seed, result.runs, result.faults], [7, 3, { exits: 3 }])
    assert.deepEqual(result.events, { phase: 9, fault: 3, started: 3, exited: 3, reaped: 3 })
    assert(result.simulatedMs >= 3 * 120_000)
    assert(result.invariants.includes('nothing outlives an orderly end'))
  })

  test('is seen by nobody outside of it', async () => {
    using fake = Process.fake({ '*': 'outside' })
    const one = Process.simulate(starts, { programs: api, runs: 1 })
    assert.equal((await Process.run('anything')).output(), 'outside')
    await one
    assert.equal(fake.driver.clock.monotonic(), 0)
  })

  test('reaches code that uses Process by its own import, and one of its own', async () => {
    const own = createProcess()
    const result = await own.simulate(async () => void (await own.run('api')), {
      programs: { api: 'done' },
      faults: 'none',
      runs: 1,
    })
    assert.equal(result.events.started, 1)
  })

  test('of one scenario is one run', async () => {
    const scenario = {
      seed: 3,
      duration: 1000,
      recovery: 0,
      faults: [{ fault: 'exits', command: 'api', start: 1, after: 10 }],
    } as const
    const result = await Process.simulate(starts, { programs: api, scenario })
    assert.deepEqual([result.runs, result.faults], [1, { exits: 1 }])
  })

  test('rehearses rules that remember anew for each run', async () => {
    const each = () => ({ api: Process.sequence(['first']) })
    await Process.simulate(async ({ process }) => void (await process.run('api')), {
      programs: { each },
      faults: 'none',
      runs: 3,
    })
  })

  test('lets the globals follow its time, where that is asked for', async () => {
    const slept = { ms: 0 }
    const sleeps: System<typeof Process> = async () => {
      const begun = Date.now()
      await new Promise((resolve) => setTimeout(resolve, 30_000))
      slept.ms = Date.now() - begun
    }
    await Process.simulate(sleeps, { globals: true, faults: 'none', runs: 1 })
    assert.equal(slept.ms, 30_000)
  })
})

describe('the same seed', () => {
  const options = { programs: api, runs: 50 }
  const lasting: readonly FaultName[] = [
    'exits',
    'crashes',
    'hangs',
    'stalls',
    'pidsAreFew',
    'exitIsToldLate',
    'floods',
  ]

  test('gives the same trace hash twice', async () => {
    const twice = [1, 2].map(() => Process.simulate(starts, { ...options, faults: lasting, seed: 11 }))
    const [first, second] = await Promise.all(twice)
    assert.equal(first?.hash, second?.hash)
    assert.deepEqual(first, second)
  })

  test('and another one another', async () => {
    const hashes = new Set<string>()
    for (const seed of [1, 2, 3])
      hashes.add((await Process.simulate(starts, { programs: api, runs: 1, seed, faults: lasting })).hash)
    assert.equal(hashes.size, 3)
  })

  test('gives the same in each single run, which can be checked on the way', async () => {
    await Process.simulate(starts, { ...options, faults: lasting, twice: true })
  })

  test('fails at the first difference where something is neither virtual nor seeded', async () => {
    let runs = 0
    const drifts: System<typeof Process> = async ({ process }) => {
      await process.clock.sleep(100)
      await process.clock.sleep(++runs)
    }
    const diverged = Process.simulate(drifts, { faults: 'none', runs: 1, twice: true })
    await assert.rejects(diverged, (error: unknown) => {
      assert(error instanceof SimulationDivergedError)
      assert.equal(error.code, 'ERR_SIMULATION_DIVERGED')
      assert.match(
        error.message,
        /seed 1: after 2 steps one run goes on with "103 timer .*", the other with "104 timer /,
      )
      return true
    })
  })
})

describe('an invariant', () => {
  test('is checked after every event', async () => {
    const error = await failure(starts, { invariants: [invariant('no api', (world) => !world.runs('api'))] })
    assert.deepEqual(error.violation, {
      invariant: 'no api',
      detail: 'it does not hold',
      at: 0,
      phase: 'faults',
      events: 2,
    })
    // The phase, the start of the process, and no more.
    assert.match(error.message, /started {4}api \(pid \d+\)\n {5}0\.000 s {2}!!! no api: it does not hold\n\n/)
  })

  test('may say what is wrong, or throw it', async () => {
    const says = await failure(starts, {
      invariants: [invariant('a', (world) => (world.runs('api') ? 'the api runs' : true))],
    })
    assert.equal(says.violation.detail, 'the api runs')
    const throws = await failure(starts, {
      invariants: [invariant('b', (world) => assert(!world.runs('api'), 'something runs'))],
    })
    assert.equal(throws.violation.detail, 'something runs')
  })

  test('that is for quiet moments is not asked in the middle of things', async () => {
    let known = 0
    const system: System<typeof Process> = async ({ process }) => {
      const running = await process.forever().start('api')
      known++
      return async () => {
        await running.stop()
        known--
      }
    }
    const agrees = (when: 'always' | 'quiet') => ({
      programs: api,
      faults: 'none' as const,
      runs: 1,
      invariants: [invariant('known', (world) => world.running('api').length === known, { when })],
    })
    await Process.simulate(system, agrees('quiet'))
    known = 0
    await assert.rejects(Process.simulate(system, agrees('always')), { code: 'ERR_SIMULATION_FAILED' })
  })

  test('may be for the end of the recovery', async () => {
    const comesBack = invariant('it runs again', (world) => world.runs('api'), { when: 'recovered' })
    await Process.simulate(starts, { programs: api, faults: 'none', runs: 1, invariants: [comesBack] })
    const error = await failure(starts, { faults: { exits: 1 }, invariants: [comesBack] })
    assert.deepEqual([error.violation.phase, error.violation.invariant], ['recovery', 'it runs again'])
  })

  test('may be for the end, when all is over', async () => {
    const stopped = invariant('no process is left', (world) => world.running().length === 0, { when: 'ended' })
    await Process.simulate(starts, { programs: api, faults: 'none', runs: 1, invariants: [stopped] })
  })
})

describe('for any code it holds that', () => {
  test('nothing outlives an orderly end', async () => {
    const error = await failure(async ({ process }) => void (await process.forever().start('api')), {})
    assert.match(error.message, /"nothing outlives an orderly end" does not hold: still there: api \(pid 1001\)/)
  })

  test('no timer outlives an orderly end', async () => {
    const ticks: System<typeof Process> = ({ process }) => {
      const tick = (): void => void process.clock.setTimeout(tick, 1000)
      tick()
    }
    assert.equal((await failure(ticks, {})).violation.invariant, 'no timer outlives an orderly end')
  })

  test('an orderly end comes', async () => {
    const error = await failure(() => () => new Promise(() => {}), { endWithin: '10s' })
    assert.deepEqual(
      [error.violation.invariant, error.violation.detail],
      ['an orderly end comes', 'not within 10000 ms'],
    )
  })

  test('the system does not fail', async () => {
    const error = await failure(async ({ process }) => void (await process.start('api')), {
      faults: { failsToStart: 1 },
    })
    assert.match(error.message, /"the system does not fail" does not hold: ProcessStartError: Cannot start "api"/)
  })

  test('its end does not fail', async () => {
    const error = await failure(() => () => Promise.reject(new Error('no end')), {})
    assert.equal(error.violation.detail, 'Error: no end')
  })

  test('time goes on', async () => {
    const system: System<typeof Process> = ({ process }) => {
      const again = (): void => void process.clock.setTimeout(again, 0)
      again()
    }
    assert.equal((await failure(system, { runs: 1, shrinkRuns: 0 })).violation.invariant, 'time goes on')
  })
})

describe('what differs from run to run in the system', () => {
  const system: System<typeof Process> = async ({ process, pick }) => {
    const workers = pick('workers', 1, 9)
    const command = pick('command', ['api', 'db'])
    for (let worker = 0; worker < workers; worker++) await process.start(command)
    return () => Promise.all(process.active().map((one) => one.stop()))
  }

  test('is picked from the seed', async () => {
    const sizes = new Set<number>()
    const noted = invariant('noted', (world) => void sizes.add(world.running().length), { when: 'recovered' })
    const programs = { '*': Process.describe().hangs() }
    await Process.simulate(system, {
      programs,
      faults: 'none',
      runs: 60,
      invariants: [noted],
      duration: 0,
      recovery: 10,
    })
    assert.equal(sizes.size, 9)
  })

  test('is shrunk to the least with which it fails', async () => {
    const few = invariant('few', (world) => world.running().length < 4)
    const error = await failure(system, { programs: { '*': Process.describe().hangs() }, runs: 20, invariants: [few] })
    assert.deepEqual(error.scenario.picks, { workers: 4 })
  })
})

describe('refused before anything begins is', () => {
  const cases: Readonly<Record<string, [SimulationOptions, RegExp]>> = {
    'a fault that is none': [
      { faults: ['crash' as 'crashes'] },
      /Cannot simulate the fault "crash": the faults are failsToStart, /,
    ],
    'a probability above 1': [
      { faults: { crashes: 2 } },
      /Cannot simulate "crashes" with probability 2: it is from 0 to 1/,
    ],
    'faults that are a word': [
      { faults: 'some' as 'all' },
      /^TypeError: Cannot simulate with "some" as faults: expected "all", "none", a list of names, or probabilities/,
    ],
    'a fault that is no name': [{ faults: [3 as never] }, /Cannot simulate the fault 3: the faults are/],
    'an option that nobody knows': [
      { bogus: 1 } as object,
      /Cannot simulate with the option "bogus": known are seed, /,
    ],
    'no options': [3 as never, /Cannot simulate with 3: expected an object of options/],
    'an empty scenario': [{ scenario: {} as never }, /Cannot simulate with scenario.seed undefined/],
    'a scenario with what nobody knows': [
      { scenario: { seed: 1, fault: [] } as never },
      /Cannot simulate a scenario with the option "fault": known are seed, /,
    ],
    'a scenario with a fault that is none': [
      { scenario: { seed: 1, faults: [{ fault: 'crash' as 'crashes' }] } },
      /Cannot simulate the fault "crash"/,
    ],
    'a scenario with a time that is none': [
      { scenario: { seed: 1, duration: '1m' as never } },
      /Cannot simulate with "1m" as scenario.duration: expected milliseconds/,
    ],
    'a pick that is no number': [
      { scenario: { seed: 1, picks: { a: 'b' as never } } },
      /scenario.picks: expected numbers/,
    ],
    'an invariant that is none': [
      { invariants: [3 as never] },
      /Cannot simulate with 3 as an invariant: expected what invariant\(\) gives, or \{ name, watch \}/,
    ],
    'invariants that are no list': [
      { invariants: invariant('x', () => true) as never },
      /as invariants: expected a list/,
    ],
    'a flag that is none': [{ twice: 2 as never }, /Cannot simulate with 2 as twice: expected true or false/],
    'a program that is none': [{ programs: { api: {} as never } }, /Cannot answer 'api' with \{\}/],
    'no run': [{ runs: 0 }, /Cannot simulate with runs 0: a whole number from 1 on/],
    'a seed that is none': [{ seed: 0.5 }, /Cannot simulate with seed 0.5/],
    'a duration that is none': [{ duration: 'soon' }, /Cannot use 'soon' as a duration/],
  }

  test('a system that is none', () =>
    assert.rejects(Process.simulate(3 as never), /^TypeError: Cannot simulate what is no function/))

  test('an occasion, a check, or an option of an invariant that is none', () => {
    const holds = () => true
    const when = 'sometime' as 'always'
    const message = 'Cannot check the invariant "x" "sometime": expected always, quiet, recovered, ended'
    assert.throws(() => invariant('x', holds, { when }), { name: 'TypeError', message })
    assert.throws(() => invariant('x', true as never), { name: 'TypeError' })
    assert.throws(() => invariant('x', holds, { wen: 'quiet' } as object), /the invariant "x" with the option "wen"/)
  })

  for (const [what, [options, message]] of Object.entries(cases)) {
    test(what, () =>
      assert.rejects(
        Process.simulate(() => assert.fail('it began'), options),
        message,
      ),
    )
  }
})
