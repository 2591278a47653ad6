import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { afterEach, describe, test } from 'vitest'
import { createProcess, FakeDriver, type ProcessFactory, type Rehearsal } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'

const warnings: (Error & { code?: string })[] = []
const take = (warning: Error) => void warnings.push(warning)

/** A Process whose outer world lives by a virtual clock, and a rehearsal in it that is moved by hand. */
function nested(): { own: ProcessFactory; fake: Rehearsal; outside: FakeDriver['clock'] } {
  const driver = new FakeDriver({ cast: () => undefined })
  const own = createProcess({ driver })
  const rules = {
    build: own.describe().after('2s').after('500ms'),
    odd: own.describe().after(1500),
    hang: own.describe().hangs(),
  }
  process.on('warning', take)
  return { own, fake: own.fake(rules, { time: 'manual' }), outside: driver.clock }
}

/** The warnings so far. They come a moment after they were given. */
async function heard(): Promise<readonly string[]> {
  await new Promise((resolve) => setImmediate(resolve))
  return warnings.map(({ message }) => message)
}

afterEach(() => {
  process.off('warning', take)
  warnings.length = 0
})

describe('a wait for time that nobody moves', () => {
  test('is warned of after a second outside, with what to do, and never again', async () => {
    const { own, fake, outside } = nested()
    const run = own.run('build')
    await outside.advance(999)
    assert.deepEqual(await heard(), [])
    await outside.advance(1)
    assert.deepEqual(await heard(), [
      'Waiting for "build" (pid 1001) to end, but nobody moves virtual time: ' +
        "the next event comes at 2026-01-01T00:00:02.000Z. Call fake.advance('2s')",
    ])
    assert.deepEqual([warnings[0]?.name, warnings[0]?.code], ['RehearsalWarning', 'WARN_TIME_STANDS_STILL'])
    await outside.advance(3_600_000)
    assert.equal((await heard()).length, 1)
    await fake.advance('1h')
    await run
  })

  test('is warned of in every form, each by its own name', async () => {
    const { own, fake, outside } = nested()
    const running = await own.start('hang')
    const waits = [running.wait(), running.waitUntil(() => false)]
    await outside.advance(1000)
    assert.deepEqual(
      await heard(),
      ['to end', 'to write what is waited for'].map(
        (what) =>
          `Waiting for "hang" (pid 1001) ${what}, but nobody moves virtual time: ` +
          "the next event comes at 2026-01-01T00:01:00.000Z. Call fake.advance('60s')",
      ),
    )
    const stopped = running.stop()
    fake.restore()
    await Promise.all([...waits, stopped])
  })

  test('names a stretch that is no number of seconds, and an end of all events', async () => {
    const { own, fake, outside } = nested()
    const odd = own.run('odd')
    await outside.advance(1000)
    assert.match((await heard()).join(), /T00:00:01\.500Z\. Call fake\.advance\(1500\)$/)
    await fake.advance('2s')
    await odd
    const hang = own.forever().run('hang')
    await outside.advance(1000)
    assert.match((await heard()).at(-1) ?? '', /nobody moves virtual time: nothing is left that could happen$/)
    fake.restore()
    await hang
  })

  test('is none that ended in time', async () => {
    const { own, fake, outside } = nested()
    const run = own.run('build')
    await outside.advance(999)
    await fake.advance('3s')
    await run
    await outside.advance(3_600_000)
    assert.deepEqual(await heard(), [])
  })

  test('is none while time is moved now and then', async () => {
    const { own, fake, outside } = nested()
    const run = own.run('build')
    for (let step = 0; step < 4; step++) {
      await outside.advance(900)
      await fake.advance(100)
    }
    assert.deepEqual(await heard(), [])
    await outside.advance(2000)
    assert.equal((await heard()).length, 1)
    await fake.advance('1h')
    await run
  })

  test('is none while a program works, for which time stands still', async () => {
    const { own, fake, outside } = nested()
    const work = Promise.withResolvers<string>()
    const inner = own.fake({ '*': () => work.promise }, { time: 'manual' })
    const run = own.run('work')
    await outside.advance(3_600_000)
    assert.deepEqual(await heard(), [])
    work.resolve('done')
    await run
    inner.restore()
    fake.restore()
  })

  test('is warned of after three seconds where it waits for a program that works on something that never comes', async () => {
    const { own, fake, outside } = nested()
    const inner = own.fake({ '*': () => new Promise<string>(() => {}) })
    const run = own.timeout('5s').run('work')
    await outside.advance(2999)
    assert.deepEqual(await heard(), [])
    await outside.advance(1)
    const state = 'virtual time stands still: a program of the rehearsal has been at work for 3 s'
    const said = [
      `Waiting for "work" (pid 1001) to end, but ${state}. If it is to hang, say Process.describe().hangs()`,
    ]
    assert.deepEqual(await heard(), said)
    assert.equal(warnings[0]?.code, 'WARN_TIME_STANDS_STILL')
    await outside.advance(3_600_000)
    assert.deepEqual(await heard(), said)
    inner.restore()
    fake.restore()
    await run.catch(() => {})
  })

  test('is warned of where an intercepted child, or an advance, waits for such a program', async () => {
    const { own, fake, outside } = nested()
    using _ = intercept(own)
    for (const wait of [
      () => void spawn('work').on('error', () => {}),
      (inner: Rehearsal) => void inner.advance('1s'),
    ]) {
      const inner = own.fake({ '*': () => new Promise<string>(() => {}) })
      if (wait.length > 0) await own.start('work')
      wait(inner)
      await outside.advance(3000)
      inner.restore()
    }
    const [child, advance] = (await heard()).map((message) => message.slice(0, message.indexOf(', but')))
    assert.deepEqual(
      [child, advance],
      ['Waiting for an intercepted child to end', 'Waiting for advance() to get there'],
    )
    fake.restore()
  })

  test('is warned of where code sleeps on the clock of a rehearsal, and nobody waits for it', async () => {
    const { own, fake, outside } = nested()
    const inner = own.fake({ '*': own.describe().after('3s') })
    const running = await own.start('build')
    const looks = (async () => {
      for (let count = 0; ; count++) {
        if (!running.running()) return count
        await own.clock.sleep(1000)
      }
    })()
    await outside.advance(1000)
    assert.deepEqual(await heard(), [
      'Waiting for a sleep of 1000 ms on its clock to end, but nobody moves virtual time: ' +
        "the next event comes at 2026-01-01T00:00:01.000Z. Call fake.advance('1s')",
    ])
    await inner.advance('1h')
    assert.equal(await looks, 3)
    fake.restore()
  })

  test('is none for a sleep while somebody waits, so that time moves', async () => {
    const { own, fake, outside } = nested()
    const inner = own.fake({ '*': own.describe().after('3s') })
    await Promise.all([own.run('build'), own.clock.sleep(1000)])
    await outside.advance(3_600_000)
    assert.deepEqual(await heard(), [])
    inner.restore()
    fake.restore()
  })

  test('is none where time moves by itself', async () => {
    const { own, fake, outside } = nested()
    const inner = own.fake({ '*': own.describe().after('1h') })
    await own.forever().run('patience')
    await outside.advance(3_600_000)
    assert.deepEqual(await heard(), [])
    inner.restore()
    fake.restore()
  })
})
