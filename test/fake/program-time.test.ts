import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'vitest'
import { createProcess, type HandlerContext, Process, type ProcessFactory } from '../../src/index.ts'

type Program = (context: HandlerContext) => Promise<number | undefined>

/** An instance on which `program` is what every command runs. */
function rehearse(program: Program): ProcessFactory {
  const own = createProcess()
  own.fake(program)
  return own
}

describe('time', () => {
  test('stands still while a program does real work, so that nothing times out', async () => {
    const own = rehearse(async ({ stdout }) => {
      const text = await readFile(import.meta.filename, 'utf8')
      await turns(50)
      await stdout.write(text.slice(0, 6))
      return 0
    })
    const result = await own.timeout('1ms').run('work')
    assert.deepEqual([result.output(), result.durationMs], ['import', 0])
  })

  test('stands still for everybody while one program does real work', async () => {
    const own = createProcess()
    const order: string[] = []
    using _ = own.fake({
      works: async () => {
        await turns(50)
        order.push('works')
      },
      waits: async ({ clock }) => {
        await clock.sleep(1)
        order.push('waits')
      },
    })
    await Promise.all([own.run('waits'), own.run('works')])
    assert.deepEqual(order, ['works', 'waits'])
  })

  test('passes while a program sleeps, and its limit ends it', async () => {
    let wentOn = false
    const own = rehearse(async ({ clock }) => {
      await clock.sleep(5000)
      wentOn = true
      return 0
    })
    await assert.rejects(own.timeout('2s').run('slow'), { code: 'ERR_PROCESS_TIMED_OUT', timeout: 2000 })
    await turns(5)
    assert.equal(wentOn, false)
  })

  test('passes while a program waits for its own end, even after real work', async () => {
    const own = rehearse(async ({ signal }) => {
      await readFile(import.meta.filename)
      await once(signal, 'abort')
      return 0
    })
    await assert.rejects(own.timeout('2s').run('serve'), { code: 'ERR_PROCESS_TIMED_OUT' })
  })

  test('passes while a program waits for its input', async () => {
    const own = rehearse(async ({ stdin }) => {
      await stdin.text()
      return 0
    })
    const running = await own.timeout('2s').start('read')
    await assert.rejects(
      running.waitUntil(() => false),
      { code: 'ERR_PROCESS_TIMED_OUT' },
    )
  })

  for (const time of ['auto', 'manual'] as const) {
    test(`passes while a program runs another command (${time})`, async () => {
      const own = createProcess()
      using fake = own.fake(
        {
          outer: async ({ stdout }) => {
            const inner = await own.run('inner')
            await stdout.write(`inner took ${inner.durationMs}`)
          },
          inner: Process.describe().after('3s'),
        },
        { time },
      )
      const result = own.run('outer')
      if (time === 'manual') await fake.advance('3s')
      assert.equal((await result).output(), 'inner took 3000')
    })
  }

  test('that can bring nothing more is a deadlock of the program and of its caller', async () => {
    const own = createProcess()
    using _ = own.fake({ outer: () => own.forever().run('inner'), inner: Process.describe().hangs() })
    await assert.rejects(own.forever().run('outer'), { code: 'ERR_DEADLOCK' })
  })
})

describe('a program that is killed', () => {
  test('hears of it and does nothing any more', async () => {
    const seen: string[] = []
    const own = rehearse(async ({ signal, clock, stdout }) => {
      signal.addEventListener('abort', () => seen.push('aborted'))
      await stdout.write('working\n')
      await clock.sleep(10_000)
      seen.push('woken')
      return 0
    })
    const running = await own.start('work')
    await running.waitUntil((_, line) => line === 'working')
    const result = await running.stop()
    await turns(5)
    assert.deepEqual([result.signal(), seen], ['SIGTERM', ['aborted']])
  })

  test('in the middle of real work writes nothing any more', async () => {
    const free = Promise.withResolvers<void>()
    const own = rehearse(async ({ stdout }) => {
      await stdout.write('before')
      await free.promise
      await stdout.write('after')
      return 0
    })
    const running = await own.start('work')
    running.signal('SIGKILL')
    const result = running.wait()
    free.resolve()
    assert.deepEqual([(await result).signal(), (await result).output()], ['SIGKILL', 'before'])
  })

  test('does not hold up time', async () => {
    const own = rehearse(() => new Promise(() => {}))
    const running = await own.start('work')
    running.signal('SIGKILL')
    await running.wait()
    await own.clock.drive(own.clock.sleep(1000), () => 'a second')
  })
})

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
