import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { mock } from 'node:test'
import timers from 'node:timers'
import { setInterval as every, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, describe, test } from 'vitest'
import { createProcess, type Rehearsal, type RehearsalOptions } from '../../src/index.ts'

const START = Date.UTC(2026, 0, 1)
const own = createProcess()
afterEach(() => void own.restore())

function follow(options: RehearsalOptions = {}): Rehearsal {
  return own.fake({ build: own.describe().after('2s'), '*': '' }, { globals: true, ...options })
}

/** What happened and when, by the global Date. */
function record() {
  const seen: [string, number][] = []
  return { seen, note: (what: string) => void seen.push([what, Date.now() - START]) }
}

describe('globals that follow a rehearsal', () => {
  test('tell its time, and the time of the machine again when it ends', async () => {
    const before = Date.now()
    const fake = follow({ now: new Date('2030-05-05T05:05:05Z') })
    const [mark, tick, [seconds]] = [performance.now(), process.hrtime.bigint(), process.hrtime()]
    assert.equal(new Date().toISOString(), '2030-05-05T05:05:05.000Z')
    await fake.advance('90s')
    assert.equal(Date.now(), Date.parse('2030-05-05T05:06:35Z'))
    assert.equal(performance.now() - mark, 90_000)
    assert.equal(process.hrtime.bigint() - tick, 90_000_000_000n)
    assert.equal(process.hrtime()[0] - seconds, 90)
    fake.restore()
    assert(Date.now() >= before && Date.now() < before + 60_000, 'the date is not that of the machine')
  })

  test('are those that were there before when it ends', () => {
    const globals = () => [Date, setTimeout, clearTimeout, setInterval, clearInterval, performance.now, process.hrtime]
    const modules = () => [timers.setTimeout, timers.clearInterval, sleep, every]
    const before = [...globals(), ...modules()]
    const fake = follow()
    const during = [...globals(), ...modules()]
    assert.deepEqual(
      during.map((one, index) => one === before[index]),
      before.map(() => false),
    )
    fake.restore()
    assert.deepEqual([...globals(), ...modules()], before)
  })

  test('fire in one order with what processes do, while a caller waits', async () => {
    const { seen, note } = record()
    follow()
    await Promise.all([
      own.run('build').then(() => note('build')),
      sleep(1999).then(() => note('just before')),
      sleep(2001).then(() => note('just after')),
      new Promise((resolve) => setTimeout(resolve, 1000)).then(() => note('first')),
    ])
    assert.deepEqual(seen, [
      ['first', 1000],
      ['just before', 1999],
      ['build', 2000],
      ['just after', 2001],
    ])
  })

  test('fire in the same order when time is moved by hand', async () => {
    const { seen, note } = record()
    const fake = follow({ time: 'manual' })
    const build = own.run('build').then(() => note('build'))
    setTimeout(note, 1000, 'first')
    const repeated = setInterval(note, 800, 'again')
    await fake.advance('2s')
    clearInterval(repeated)
    await build
    await fake.advance('1h')
    assert.deepEqual(seen, [
      ['again', 800],
      ['first', 1000],
      ['again', 1600],
      ['build', 2000],
    ])
  })

  test('let automatic time move for somebody who only sleeps', async () => {
    const { seen, note } = record()
    follow()
    await own.run('build')
    await sleep(30_000)
    note('slept')
    await own.run('build')
    assert.deepEqual(seen, [['slept', 32_000]])
  })

  test('let a disk be read before that', async () => {
    const { seen, note } = record()
    follow()
    await Promise.all([sleep(60_000).then(() => note('sleep')), readFile('package.json').then(() => note('file'))])
    assert.deepEqual(seen, [
      ['file', 0],
      ['sleep', 60_000],
    ])
  })

  test('move no time by themselves for what repeats or does not keep a program alive', async () => {
    const { seen, note } = record()
    follow()
    setInterval(note, 10, 'again')
    setTimeout(note, 10, 'in the background').unref()
    await turns(3000)
    assert.deepEqual([seen, Date.now()], [[], START])
  })

  test('move nothing when time is to be moved by hand', async () => {
    const { seen, note } = record()
    follow({ time: 'manual' })
    setTimeout(note, 10, 'asleep')
    await turns(3000)
    assert.deepEqual([seen, Date.now()], [[], START])
  })

  test('do not run ahead of a real process', async () => {
    own.preventStrayProcesses({ allow: ['sleep *'] })
    const { seen, note } = record()
    own.fake({}, { globals: true })
    await Promise.all([own.run('sleep 0.1').then(() => note('real')), sleep(1000).then(() => note('slept'))])
    assert.deepEqual(seen, [
      ['real', 0],
      ['slept', 1000],
    ])
  })

  test('can be cleared, begun again and waited for in every form', async () => {
    const { seen, note } = record()
    const fake = follow({ time: 'manual' })
    clearTimeout(setTimeout(note, 10, 'cleared'))
    const again = setTimeout(note, 10, 'begun again')
    void promisify(setTimeout)(20, 'promisified').then(note)
    void sleep(25, 'of the module').then(note)
    void sleep(26, '', { signal: AbortSignal.abort('aborted') }).catch(note)
    await fake.advance(5)
    again.refresh()
    await fake.advance(100)
    again.refresh()
    await fake.advance(10)
    assert.deepEqual(seen, [
      ['aborted', 0],
      ['begun again', 15],
      ['promisified', 20],
      ['of the module', 25],
      ['begun again', 115],
    ])
  })

  test('wait at least a millisecond, and one where Node can not wait longer', async () => {
    const { seen, note } = record()
    const fake = follow({ time: 'manual' })
    for (const ms of [0, -5, Number.NaN, 2 ** 31, undefined]) setTimeout(note, ms, `${ms}`)
    await fake.advance(1)
    assert.deepEqual(
      seen,
      ['0', '-5', 'NaN', '2147483648', 'undefined'].map((name) => [name, 1]),
    )
  })

  test('fire any timers in order and at their moments, also when begun between two milliseconds', async () => {
    const some = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 20 }), cleared: fc.boolean() }), { maxLength: 50 })
    await fc.assert(
      fc.asyncProperty(some, fc.double({ min: 0, max: 3, noNaN: true }), async (all, beginning) => {
        const fake = follow({ time: 'manual' })
        await fake.advance(beginning)
        const begun = Date.now()
        const fired: number[] = []
        const late: number[] = []
        const set = all.map(({ ms }, index) =>
          setTimeout(() => {
            fired.push(index)
            late.push(Date.now() - begun - ms)
          }, ms),
        )
        all.forEach(({ cleared }, index) => {
          if (cleared) clearTimeout(set[index])
        })
        await fake.advance(21)
        fake.restore()
        const kept = all.map((timer, index) => ({ ...timer, index })).filter(({ cleared }) => !cleared)
        const expected = kept.sort((a, b) => a.ms - b.ms || a.index - b.index).map(({ index }) => index)
        assert.deepEqual(fired, expected)
        assert(
          late.every((ms) => ms === 0),
          'the date is not that of the timer',
        )
      }),
    )
  })

  test('go on in the rehearsal of the callback that has set them', async () => {
    const output = await own.fake('of the callback', { globals: true }, async () => {
      const { promise, resolve } = Promise.withResolvers<string>()
      setTimeout(async () => resolve((await own.run('ls')).output()), 1000)
      return await promise
    })
    assert.equal(output, 'of the callback')
  })

  test('go on outside of the callback when they were set there', async () => {
    own.fake('of everybody')
    const entered = Promise.withResolvers<void>()
    const inside = own.fake('of the callback', { globals: true }, async () => {
      entered.resolve()
      await sleep(2000)
    })
    await entered.promise
    const { promise, resolve } = Promise.withResolvers<string>()
    setTimeout(async () => resolve((await own.run('ls')).output()), 1000)
    assert.equal(await promise, 'of everybody')
    await inside
  })

  test('let time pass for a program that waits for them', async () => {
    const program = async () => {
      await sleep(5000)
      for await (const _ of every(1000)) return 'done'
      return 1
    }
    own.fake({ program }, { globals: true })
    const result = await own.run('program')
    assert.deepEqual([result.output(), result.durationMs], ['done', 6000])
  })

  test('do not hold the time of a program whose timer is cleared', async () => {
    const program = async () => {
      clearTimeout(setTimeout(() => {}, 5000))
      await sleep(1000)
      return 'done'
    }
    own.fake({ program }, { globals: true })
    assert.equal((await own.run('program')).durationMs, 1000)
  })

  test('never fire what was pending at the end', async () => {
    const { seen, note } = record()
    const fake = follow()
    setTimeout(note, 1, 'late')
    setInterval(note, 1, 'again')
    fake.restore()
    await fake.advance('1h')
    assert.deepEqual(seen, [])
  })

  test('follow one rehearsal at a time, and another one that asks for it does not begin', () => {
    const fake = follow()
    const refused = { code: 'ERR_NOT_FAKEABLE', message: /^Cannot let the globals follow virtual time: / }
    assert.throws(() => own.fake('', { globals: true }), refused)
    assert.throws(() => createProcess().fake('', { globals: true }), refused)
    fake.restore()
    assert.throws(() => own.recorded(), /nothing is recorded/)
    follow()
  })

  for (const api of ['Date', 'setTimeout', 'setInterval'] as const) {
    test(`do not follow where node:test mocks ${api}, and are left as they are`, () => {
      mock.timers.enable({ apis: [api] })
      const mocked = [Date, setTimeout, setInterval]
      try {
        assert.throws(() => own.fake('', { globals: true }), { code: 'ERR_NOT_FAKEABLE', message: /other fake timers/ })
        assert.deepEqual([Date, setTimeout, setInterval], mocked)
      } finally {
        mock.timers.reset()
      }
      follow()
    })
  }

  test('leave alone what measures no time', () => {
    const others = () => [setImmediate, queueMicrotask, process.nextTick, structuredClone]
    const before = others()
    follow()
    assert.deepEqual(others(), before)
  })

  test('do so only when asked', () => {
    const before = [Date, setTimeout]
    own.fake('')
    assert.deepEqual([Date, setTimeout], before)
  })
})

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
