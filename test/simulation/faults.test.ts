import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import {
  type Fault,
  type FaultName,
  type InvokedProcess,
  invariant,
  Process,
  type SimulatedWorld,
  type System,
} from '../../src/index.ts'
import { FAULT_NAMES } from '../../src/simulation/swarm.ts'

const programs = {
  api: Process.describe().output('ready').after('1s').output('one').after('1s').output('two').hangs(),
}

/** What a simulation with one fault shows after a while: the world, and what the code under test has heard. */
async function struck(
  fault: Omit<Fault, 'command' | 'start'>,
  look: (seen: Seen) => unknown,
  ms = 10_000,
): Promise<void> {
  const heard: string[] = []
  const system: System<typeof Process> = async ({ process, signal }) => {
    const running = await process
      .forever()
      .input('text')
      .start('api', (type, text) => void heard.push(`${type} ${text}`))
    void running.wait().then(
      (result) => heard.push(`over ${result.signal() ?? result.exitCode()} at ${process.clock.monotonic()}`),
      () => {},
    )
    heard.push(`started at ${process.clock.monotonic()}`)
    process.clock.setTimeout(() => heard.push(`timer at ${process.clock.monotonic()}`), 3000)
    signal.addEventListener('abort', () => void running.stop('1s'))
  }
  const watched = invariant('what is seen', (world) => void look({ world, heard }), { when: 'recovered' })
  const aimed: Fault = isOfMachine(fault.fault) ? fault : { command: 'api', start: 1, ...fault }
  const scenario = { seed: 1, duration: ms, recovery: 0, faults: [aimed] }
  await Process.simulate(system, { programs, scenario, invariants: [watched], shrinkRuns: 0 })
}

interface Seen {
  readonly world: SimulatedWorld
  readonly heard: readonly string[]
}

function isOfMachine(name: FaultName): boolean {
  return ['stalls', 'wallClockJumps', 'diskIsFull', 'startsFail', 'pidsAreFew', 'samplesAreMissing'].includes(name)
}

describe('a fault does what it says:', () => {
  const says =
    (...lines: readonly string[]) =>
    ({ heard }: Seen) => {
      for (const line of lines) assert(heard.includes(line), `${line}: ${heard.join(', ')}`)
    }
  const hears =
    (expected: number, what: string) =>
    ({ heard }: Seen) =>
      assert.equal(heard.filter((one) => one.includes(what)).length, expected, heard.join(', '))
  // However it was cut.
  const textOf = (heard: readonly string[], stream: string) =>
    heard
      .filter((one) => one.startsWith(`${stream} `))
      .map((one) => one.slice(4))
      .join('')
  const state =
    (expected: string) =>
    ({ world }: Seen) =>
      assert.equal(world.processes[0]?.state, expected)

  const cases: readonly [Omit<Fault, 'command' | 'start'>, (seen: Seen) => unknown, number?][] = [
    [{ fault: 'startsLate', for: 500 }, says('started at 500')],
    [{ fault: 'isHeardOfLate', for: 700 }, says('started at 700')],
    [{ fault: 'isSlow', for: 9500 }, hears(0, 'one')],
    [{ fault: 'exits', after: 1500 }, says('over 0 at 1500')],
    [{ fault: 'crashes', after: 1500, code: 3 }, says('over 3 at 1500')],
    [{ fault: 'crashes', after: 0, signal: 'SIGSEGV' }, says('over SIGSEGV at 0')],
    [{ fault: 'hangs', after: 1500 }, hears(0, 'two')],
    [{ fault: 'spins', after: 500 }, hears(0, 'one')],
    [{ fault: 'isPaused', after: 1500 }, state('stopped')],
    [{ fault: 'isUninterruptible', after: 1500, for: 3000 }, hears(1, 'two')],
    [{ fault: 'leavesChild', after: 100 }, ({ world }) => assert.equal(world.family().length, 2)],
    [{ fault: 'leavesTalker', after: 100 }, hears(1, 'still here')],
    [
      { fault: 'childEscapes', after: 100, for: 60_000 },
      ({ world }) => assert.deepEqual([world.processes.length, world.family().length], [2, 1]),
    ],
    [{ fault: 'fallsSilent', after: 1500 }, hears(0, 'two')],
    [{ fault: 'breaksOff', after: 100 }, ({ heard }) => assert(textOf(heard, 'out').includes('half a li'))],
    [{ fault: 'repeatsItself' }, ({ heard }) => assert.equal(heard.join('').split('two').length, 3)],
    [{ fault: 'floods', after: 10, by: 100_000 }, ({ heard }) => assert(heard.join('').length > 100_000)],
    [{ fault: 'babbles', after: 10 }, ({ heard }) => assert(textOf(heard, 'err') !== '')],
    [{ fault: 'closesInput', after: 0 }, state('running')],
    [{ fault: 'closesOutput', after: 1500 }, hears(0, 'two')],
    [{ fault: 'stalls', after: 2500, for: 4000 }, says('timer at 6500')],
    [{ fault: 'wallClockJumps', after: 100, by: 3_600_000 }, says('timer at 3000')],
    [{ fault: 'pidsAreFew', after: 0, by: 3 }, ({ world }) => assert((world.processes[0]?.pid ?? 99) <= 1001)],
  ]

  for (const [fault, look, ms] of cases) {
    test(JSON.stringify(fault), () => struck(fault, look, ms))
  }

  test('failsToStart', async () => {
    const refused = await failing({ fault: 'failsToStart', command: 'api', start: 1, errno: 'EMFILE' })
    assert.deepEqual(refused, ['EMFILE', 'started'])
  })

  test('startsFail, for a while', async () => {
    assert.deepEqual(await failing({ fault: 'startsFail', after: 0, for: 500, errno: 'ENOMEM' }), ['ENOMEM', 'started'])
  })

  test('isBroken, at every start from some time on', async () => {
    const exits: string[] = []
    const system: System<typeof Process> = async ({ process }) => {
      for (let start = 0; start < 3; start++) {
        const running = await process.start('api')
        await process.clock.sleep(1000)
        exits.push(`${(await running.stop()).exitCode()}`)
      }
    }
    const faults: readonly Fault[] = [{ fault: 'isBroken', command: 'api', after: 500, for: 100, code: 5 }]
    await Process.simulate(system, { programs, scenario: { seed: 1, duration: 900, recovery: 9000, faults } })
    assert.deepEqual(exits, ['143', '5', '5'])
  })

  test('diskIsFull, for a while', async () => {
    const written: string[] = []
    const system: System<typeof Process> = async ({ process }) => {
      for (const wait of [200, 2000]) {
        await process.clock.sleep(wait)
        await process.files.write('/tmp/log', 'x').then(
          () => written.push('yes'),
          ({ code }) => written.push(code),
        )
      }
    }
    const faults: readonly Fault[] = [{ fault: 'diskIsFull', after: 100, for: 1000 }]
    await Process.simulate(system, { scenario: { seed: 1, duration: 5000, faults } })
    assert.deepEqual(written, ['ENOSPC', 'yes'])
  })

  test('samplesAreMissing, for a while', async () => {
    const seen: boolean[] = []
    const system: System<typeof Process> = async ({ process }) => {
      const running = await process.start('api')
      for (const wait of [200, 2000]) {
        await process.clock.sleep(wait)
        seen.push((await running.stats()) !== undefined)
      }
      return () => running.stop()
    }
    const faults: readonly Fault[] = [{ fault: 'samplesAreMissing', after: 100, for: 1000 }]
    await Process.simulate(system, { programs, scenario: { seed: 1, duration: 5000, faults } })
    assert.deepEqual(seen, [false, true])
  })

  const ending: readonly [Fault, string][] = [
    [{ fault: 'ignoresSignals' }, 'SIGKILL after 2000'],
    [{ fault: 'stopsSlowly', for: 1500, code: 9 }, '9 after 1500'],
    [{ fault: 'stopsSlowly', for: 2500, code: 9 }, 'SIGKILL after 2000'],
    [{ fault: 'diesLate', for: 900 }, 'SIGTERM after 900'],
    [{ fault: 'exitIsToldLate', for: 1200 }, 'SIGTERM after 1200'],
    [{ fault: 'forksWhenStopped' }, '0 after 2000'],
    [{ fault: 'isPaused', after: 0 }, 'SIGTERM after 0'],
    [{ fault: 'refusesSignals', for: 2500 }, 'SIGKILL after 2000'],
  ]

  for (const [fault, expected] of ending) {
    test(`${JSON.stringify(fault)} when it is stopped`, async () => {
      let how = ''
      const system: System<typeof Process> = async ({ process }) => {
        const running = await process.start('api')
        await process.clock.sleep(1000)
        const result = await running.stop('2s')
        how = `${result.signal() ?? result.exitCode()} after ${process.clock.monotonic() - 1000}`
      }
      const faults = [{ command: 'api', start: 1, ...fault }]
      await Process.simulate(system, { programs, scenario: { seed: 1, duration: 30_000, faults } })
      assert.equal(how, expected)
    })
  }

  for (const fault of ['refusesSignals', 'diesLate'] as const) {
    test(`${fault} for too long, and whoever stops it is told that it is still there`, async () => {
      let seen: unknown
      const system: System<typeof Process> = async ({ process }) => {
        const running = await process.start('api')
        const { survivors } = await running.stop('2s')
        const result = await running.stop('2s')
        seen = [survivors, result.survivors, result.incomplete, result.exitCode(), result.failed(), running.running()]
        return () => running.signal('SIGKILL')
      }
      const faults = [{ command: 'api', start: 1, fault, for: 20_000 }]
      await Process.simulate(system, { programs, scenario: { seed: 1, duration: 30_000, faults } })
      assert.deepEqual(seen, [[1001], [1001], true, null, true, true])
    })
  }

  test('pidIsTaken: a stranger has the pid, and is none of the code under test', async () => {
    const look = ({ world }: Seen): void => {
      const [one, other] = world.processes
      assert.deepEqual([one?.pid, one?.state, other?.origin], [other?.pid, 'reaped', 'stranger'])
      assert.deepEqual([world.running().length, world.family().length], [0, 0])
    }
    const system: System<typeof Process> = async ({ process }) => void (await process.run('true'))
    const faults: readonly Fault[] = [{ fault: 'pidIsTaken', command: 'true', start: 1, for: 60_000 }]
    const invariants = [invariant('taken', (world) => look({ world, heard: [] }), { when: 'recovered' })]
    await Process.simulate(system, { scenario: { seed: 1, duration: 1000, recovery: 10, faults }, invariants })
  })
})

/** What comes of two starts of a command. */
async function failing(fault: Fault): Promise<readonly string[]> {
  const seen: string[] = []
  const system: System<typeof Process> = async ({ process }) => {
    for (let start = 0; start < 2; start++) {
      await process.clock.sleep(1)
      await process.start('api').then(
        (running) => {
          seen.push('started')
          return running.stop()
        },
        ({ errno }) => seen.push(errno),
      )
      await process.clock.sleep(1000)
    }
  }
  await Process.simulate(system, { programs, scenario: { seed: 1, duration: 5000, faults: [fault] } })
  return seen
}

test('each fault alone, and always, leaves the machine in order', async () => {
  const system: System<typeof Process> = async ({ process, signal }) => {
    const started: InvokedProcess[] = []
    while (!signal.aborted) {
      const pending = process.input('text').start('api')
      await pending.then((running) => started.push(running)).catch(() => {})
      await process.clock.sleep(5000, signal).catch(() => {})
      await started.at(-1)?.stop('1s')
    }
    // What could not be ended when it was to be can be by now.
    for (const one of started) if (one.running()) one.signal('SIGKILL')
  }
  const left = ['daemonizes', 'leavesChild', 'leavesTalker', 'forksWhenStopped']
  for (const name of FAULT_NAMES.filter((name) => !left.includes(name))) {
    const result = await Process.simulate(system, { programs, faults: { [name]: 1 }, runs: 3 })
    assert((result.faults[name] ?? 0) > 0, name)
  }
})
