import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { Process } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const describing = Process.describe

describe('what a group says of all its members', () => {
  test('is so for memory and processor time, unless one says otherwise', async () => {
    const { group, said, fake } = rehearsed(
      { big: describing().memory('2GB').hangs(), busy: describing().cpu(1).hangs() },
      { maxMemory: '1GB', maxCpu: 0.5, maxRestarts: 0 },
    )
    group.add('big', ['big']).add('busy', ['busy'])
    group.add('bigger', ['big'], { maxMemory: '3GB' }).add('busier', ['busy'], { maxCpu: { limit: 1 } })
    await group.start()
    await fake.advance('1m')
    assert.deepEqual(said('highMemory', 'highCpu').toSorted(), ['big highMemory', 'busy highCpu'])
    await group.stop()
  })

  test('is so for one that leaves an option undefined, and for those that scaling adds', async () => {
    const { group, process } = rehearsed({}, { timeout: '5s', restart: 'never' })
    group.add('a', ['a'], { timeout: undefined } as object)
    await group.start()
    await group.scale('a', 2)
    const results = await group.wait()
    assert.deepEqual(
      results.map(({ outcome }) => outcome.kind),
      ['timedOut', 'timedOut'],
    )
    assert.equal(process.recorded().length, 2)
  })

  test('comes after what a command was told, and that after what its member says', async () => {
    const stubborn = describing().ignores('SIGTERM').hangs()
    const { group, process, fake } = rehearsed({ a: stubborn, b: stubborn, c: stubborn }, { graceTime: '3s' })
    group.add('a', ['a']).add('b', process.graceTime('2s').command(['b']))
    group.add('c', process.graceTime('2s').command(['c']), { graceTime: '1s' })
    await group.start()
    await fake.advance('1s')
    const begin = fake.now().getTime()
    const down = new Map<string, number>()
    group.onEvent(({ type, slot }) => type === 'stopped' && down.set(slot, fake.now().getTime() - begin))
    await group.stop()
    assert.deepEqual(Object.fromEntries(down), { a: 3000, b: 2000, c: 1000 })
  })

  test('leaves a command without a time limit that was told to run for ever', async () => {
    const { group, process, fake, states } = rehearsed({}, { timeout: '5s', restart: 'never' })
    group.add('short', ['a']).add('long', process.forever().command(['b']))
    await group.start()
    await fake.advance('1m')
    assert.deepEqual(states(), { short: 'done', long: 'ready' })
    await group.stop()
  })

  test('is not so in a group within, which says it of its own', async () => {
    const { group, process, fake, states } = rehearsed({}, { timeout: '5s', restart: 'never' })
    const inner = process.group({ timeout: '20s', restart: 'never' }).add('x', ['x'])
    group.add('a', ['a']).add('inner', inner)
    await group.start()
    await fake.advance('10s')
    assert.deepEqual([states(), inner.isRunning()], [{ a: 'done', inner: 'ready' }, true])
    await fake.advance('20s')
    assert.equal(inner.isRunning(), false)
    await group.stop()
  })

  test('is refused at once where it means nothing', () => {
    const { process } = rehearsed()
    for (const options of [{ graceTime: -1 }, { stopSignal: 'SIGNOTHING' as 'SIGTERM' }, { timeout: 0 }, { hang: {} }])
      assert.throws(() => process.group(options), { name: /TypeError/ }, JSON.stringify(options))
    assert.throws(() => process.group({ maxMemory: 0 }), { code: 'ERR_BAD_THRESHOLD' })
  })
})
