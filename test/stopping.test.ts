import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Exit } from '../src/contracts/driver.ts'
import type { Signal } from '../src/contracts/signals.ts'
import { FakeDriver } from '../src/index.ts'
import { type StopOptions, stopGroup } from '../src/stopping.ts'

const MEMBER = 7

describe('the end of a group from outside', () => {
  test('is asked for, and whoever is stopped goes on to hear it', async () => {
    const group = aGroup({ SIGTERM: 30 })
    assert.deepEqual(await group.stop(), { left: [], at: 30 })
    assert.deepEqual(group.heard, ['0 SIGTERM', '0 SIGCONT to the group'])
  })

  test('is forced after the grace', async () => {
    const group = aGroup({ SIGKILL: 0 })
    assert.deepEqual(await group.stop(), { left: [], at: 500 })
    assert.deepEqual(group.heard.slice(2), ['500 SIGKILL'])
  })

  test('is asked for once more where that was wanted, and forced two seconds later', async () => {
    const group = aGroup({ SIGKILL: 0 })
    assert.deepEqual(await group.stop({ escalation: 'SIGQUIT' }), { left: [], at: 2500 })
    assert.deepEqual(group.heard.slice(2), ['500 SIGQUIT', '2500 SIGKILL'])
    const obeying = aGroup({ SIGQUIT: 100 })
    assert.deepEqual(await obeying.stop({ escalation: 'SIGQUIT' }), { left: [], at: 600 })
    assert.deepEqual(obeying.heard.slice(2), ['500 SIGQUIT'])
  })

  test('that KILL does not bring is reported, after two seconds', async () => {
    assert.deepEqual(await aGroup({}).stop(), { left: [MEMBER], at: 2500 })
  })

  test('is that of its members too, who have all of the grace and are looked for every 10 ms', async () => {
    const late = aGroup({ SIGTERM: 30 }, { membersLater: 94 })
    assert.deepEqual(await late.stop(), { left: [], at: 130 })
    assert.equal(late.heard.length, 2)
    const tooLate = aGroup({ SIGTERM: 30 }, { membersLater: 5000 })
    assert.deepEqual(await tooLate.stop(), { left: [MEMBER], at: 2500 })
    assert.deepEqual(tooLate.heard.slice(2), ['500 SIGKILL'])
  })

  test('of somebody who may not be signalled is waited for', async () => {
    assert.deepEqual(await aGroup({}, { code: 'EPERM' }).stop(), { left: [MEMBER], at: 2500 })
    await assert.rejects(aGroup({}, { code: 'EINVAL' }).stop(), { code: 'EINVAL' })
  })
})

/** A process that dies so many milliseconds after a signal, and a member of its group that lives on for some more. */
function aGroup(diesOf: Partial<Record<Signal, number>>, { membersLater = 0, code = '' } = {}) {
  const { clock } = new FakeDriver({ cast: () => undefined })
  const began = clock.monotonic()
  const now = () => clock.monotonic() - began
  const heard: string[] = []
  const exit = Promise.withResolvers<Exit>()
  let members: readonly number[] = [MEMBER]
  const send = (signal: Signal): void => {
    heard.push(`${now()} ${signal}`)
    if (code !== '') throw Object.assign(new Error('no'), { code })
    const after = diesOf[signal]
    if (after === undefined) return
    clock.setTimeout(() => {
      members = []
    }, after + membersLater)
    clock.setTimeout(() => exit.resolve({ code: null, signal }), after)
  }
  const handle = {
    clock,
    exit: exit.promise,
    kill: (signal: Signal, target: string) => void heard.push(`${now()} ${signal} to the ${target}`),
    survivors: async () => members,
  }
  const stop = async (options: Partial<StopOptions> = {}) => {
    const all = { signal: 'SIGTERM', grace: 500, escalation: 'SIGKILL', ...options } as const
    let moment = Number.NaN
    const stopped = stopGroup(handle as never, all, send).finally(() => {
      moment = now()
    })
    stopped.catch(() => {})
    await clock.advance(60_000)
    return { left: await stopped, at: moment }
  }
  return { heard, stop }
}
