import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import {
  type FaultName,
  invariant,
  Process,
  SimulationFailedError,
  type SimulationOptions,
  type SystemContext,
} from '../../src/index.ts'
import { FAULT_NAMES } from '../../src/simulation/swarm.ts'
import { ForgetsStops, KillsByNumber, SmallSupervisor } from './small-supervisor.ts'

type Context = SystemContext<typeof Process>

/** Children that stay when their parent is gone: a supervisor of one process knows nothing of them. */
const LEFT: readonly FaultName[] = ['daemonizes', 'leavesChild', 'leavesTalker', 'forksWhenStopped']
/** It knows no hang either, and gives up waiting for nothing. */
const invariants = [
  invariant('one at a time', (world) => world.running('api').length <= 1),
  invariant('it comes back', (world) => world.runs('api') || world.isBroken('api'), { when: 'recovered' }),
  invariant('none after the end', (world) => !world.runs('api'), { when: 'ended' }),
]
const options: SimulationOptions = {
  programs: { api: Process.describe().output('up').hangs() },
  faults: FAULT_NAMES.filter((name) => !LEFT.includes(name)),
  invariants,
  runs: 300,
}

/** A supervisor that is stopped at some time, also in the middle of everything. */
const system =
  (Supervisor: typeof SmallSupervisor) =>
  ({ process, world, pick, signal }: Context) => {
    const supervisor = new Supervisor({ process, world, pick, signal }, 'api')
    return () => supervisor.stop()
  }

async function failureOf(Supervisor: typeof SmallSupervisor): Promise<SimulationFailedError> {
  try {
    await Process.simulate(system(Supervisor), options)
  } catch (error) {
    assert(error instanceof SimulationFailedError, String(error))
    return error
  }
  return assert.fail('nothing is found')
}

describe('a supervisor that somebody wrote', () => {
  test('holds in all runs when it is right', async () => {
    const { runs, events } = await Process.simulate(system(SmallSupervisor), options)
    assert.equal(runs, 300)
    assert((events.started ?? 0) > 350)
  })

  test('that kills by a number it has remembered is found out, and the failure shrunk to one fault', async () => {
    const error = await failureOf(KillsByNumber)
    assert.equal(error.violation.invariant, 'no signal to a process that is gone')
    assert.equal(error.scenario.faults?.length, 1)
  })

  test('that starts again what was stopped is found out', async () => {
    const error = await failureOf(ForgetsStops)
    assert.equal(error.violation.invariant, 'nothing outlives an orderly end')
    assert((error.scenario.faults?.length ?? 9) <= 1)
  })
})

describe('a failure', () => {
  test('comes again, in the same way, when its scenario is pasted as a test', async () => {
    const { scenario, violation } = await failureOf(KillsByNumber)
    const again = Process.simulate(system(KillsByNumber), { ...options, scenario })
    await assert.rejects(again, (error: unknown) => {
      assert(error instanceof SimulationFailedError)
      assert.deepEqual(error.violation, violation)
      return true
    })
  })

  test('is reported with its seed, its faults, a timeline and a test to paste', async () => {
    const { message, seed } = await failureOf(KillsByNumber)
    const [head, ...rest] = message.split('\n')
    assert.match(head ?? '', /^Simulation failed: "no signal to a process that is gone" does not hold: SIGKILL /)
    const text = rest.join('\n')
    assert(text.includes(`Seed ${seed}, with these faults and probabilities: `), text)
    assert.match(text, /^ +\d+\.\d{3} s {2}started {4}api \(pid \d+\)$/m)
    assert.match(text, /^ +\d+\.\d{3} s {2}signalled {2}SIGKILL to \d+: /m)
    const test = text.slice(text.indexOf('test('))
    const data = /scenario: (\{[\s\S]*?\n {4}\}),/.exec(test)?.[1]
    const scenario = new Function(`return ${data}`)()
    await assert.rejects(Process.simulate(system(KillsByNumber), { ...options, scenario }), {
      code: 'ERR_SIMULATION_FAILED',
    })
  })
})
