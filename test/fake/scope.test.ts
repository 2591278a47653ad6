import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, Process, type Rehearsal } from '../../src/index.ts'

const REAL = ['echo', 'for real']

describe('a rehearsal in a using block', () => {
  test('ends with it', async () => {
    const own = createProcess()
    {
      using _ = own.fake('rehearsed')
      assert.equal((await own.run(REAL)).output(), 'rehearsed')
    }
    assert.equal((await own.run(REAL)).output(), 'for real\n')
  })

  test('ends with it when it is left by an error', async () => {
    const own = createProcess()
    const fail = () => {
      using _ = own.fake('rehearsed')
      throw new Error('on purpose')
    }
    assert.throws(fail, /on purpose/)
    assert.equal((await own.run(REAL)).output(), 'for real\n')
  })

  test('reaches a pending process that was made before it', async () => {
    const own = createProcess()
    const pending = own.command(REAL)
    using _ = own.fake('rehearsed')
    assert.equal((await pending.run()).output(), 'rehearsed')
  })

  test('ends what it still runs', async () => {
    const own = createProcess()
    const fake = own.fake(Process.describe().hangs())
    const running = await own.start('server')
    fake.restore()
    assert.equal((await running.wait()).signal(), 'SIGKILL')
    assert.deepEqual(await fake.processes.list(), [])
  })

  test('stands before an earlier one, and gives its place back', async () => {
    const own = createProcess()
    using _ = own.fake('outer')
    {
      using _ = own.fake('inner')
      assert.equal((await own.run('ls')).output(), 'inner')
      own.assertRanCount(1)
    }
    own.assertNothingRan()
    assert.equal((await own.run('ls')).output(), 'outer')
  })

  test('may be restored in any order, and more than once', async () => {
    const own = createProcess()
    const [first, second, third] = ['first', 'second', 'third'].map((text) => own.fake(text)) as [
      Rehearsal,
      Rehearsal,
      Rehearsal,
    ]
    const seen: string[] = []
    for (const fake of [first, third, first, second]) {
      seen.push((await own.run(REAL)).output())
      fake.restore()
    }
    assert.deepEqual(seen, ['third', 'third', 'second', 'second'])
    assert.equal((await own.run(REAL)).output(), 'for real\n')
  })
})

describe('a rehearsal in a callback', () => {
  test('is seen by the callback alone', async () => {
    const own = createProcess()
    const inside = own.fake('rehearsed', async () => {
      await turn()
      return (await own.run(REAL)).output()
    })
    const outside = own.run(REAL)
    assert.deepEqual([await inside, (await outside).output()], ['rehearsed', 'for real\n'])
  })

  test('gives what the callback gives, and throws what it throws', async () => {
    const own = createProcess()
    assert.equal(await own.fake('', async () => 5), 5)
    const error = new Error('on purpose')
    await assert.rejects(
      own.fake('', () => Promise.reject(error)),
      error,
    )
    const atOnce = (): Promise<never> => {
      throw error
    }
    await assert.rejects(own.fake('', atOnce), error)
  })

  test('takes options and hands itself over', async () => {
    const now = new Date('2026-05-05T05:05:05Z')
    const own = createProcess()
    await own.fake({ ls: 'x' }, { now }, async (fake) => {
      assert.equal(fake.now().getTime(), now.getTime())
      await own.run('ls')
      own.assertRan('ls')
    })
  })

  test('ends what it still runs when the callback is over', async () => {
    const own = createProcess()
    const running = await own.fake(Process.describe().hangs(), () => own.start('server'))
    assert.equal((await running.wait()).signal(), 'SIGKILL')
  })

  test('is all that work which outlives the callback ever sees', async () => {
    const own = createProcess()
    let late: Promise<string> = Promise.resolve('')
    await own.fake('rehearsed', async () => {
      late = turn().then(async () => (await own.run(REAL)).output())
    })
    assert.equal(await late, 'rehearsed')
  })

  test('stands before one for everybody', async () => {
    const own = createProcess()
    using _ = own.fake('everybody')
    assert.equal(await own.fake('callback', async () => (await own.run('ls')).output()), 'callback')
    assert.equal((await own.run('ls')).output(), 'everybody')
  })

  test('gives way to one within it, of either kind, for as long as that lasts', async () => {
    const own = createProcess()
    const seen = await own.fake('outer', async () => {
      const output = async () => (await own.run('ls')).output()
      const callback = await own.fake('inner callback', output)
      const block = async () => {
        using _ = own.fake('inner block')
        return await output()
      }
      return [callback, await block(), await output()]
    })
    assert.deepEqual(seen, ['inner callback', 'inner block', 'outer'])
  })

  test('with a block in it hides that from everybody outside', async () => {
    const own = createProcess()
    const entered = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const inside = own.fake('callback', async () => {
      using _ = own.fake('block')
      entered.resolve()
      await left.promise
    })
    await entered.promise
    assert.equal((await own.run(REAL)).output(), 'for real\n')
    left.resolve()
    await inside
  })

  test('never sees those of 200 others that run at the same time with other rules', async () => {
    const own = createProcess()
    const scopes = Array.from({ length: 200 }, (_, index) => {
      const rules = {
        'who *': Process.describe()
          .after(`${index + 1}ms`)
          .output(`${index}`)
          .exitCode(index % 100),
      }
      return own.fake(rules, async (fake) => {
        const seen: unknown[] = []
        for (let round = 0; round < 3; round++) {
          const result = await own.run(['who', `${index}`])
          seen.push(result.output(), result.exitCode())
          await turn()
        }
        own.assertRanTimes(`who ${index}`, 3).assertRanCount(3)
        return [...seen, fake.driver.clock.monotonic()]
      })
    })
    const expected = scopes.map((_, index) => {
      const round = [`${index}\n`, index % 100]
      return [...round, ...round, ...round, 3 * (index + 1)]
    })
    assert.deepEqual(await Promise.all(scopes), expected)
    assert.throws(() => own.recorded(), /nothing is recorded/)
  })
})

describe('two instances', () => {
  test('do not see each other rehearse', async () => {
    const [one, other] = [createProcess(), createProcess()]
    using _ = one.fake('rehearsed')
    assert.equal((await one.run(REAL)).output(), 'rehearsed')
    assert.equal((await other.run(REAL)).output(), 'for real\n')
    assert.throws(() => other.assertNothingRan(), /nothing is recorded/)
  })

  test('do not see each other rehearse in a callback', async () => {
    const [one, other] = [createProcess(), createProcess()]
    const seen = await one.fake('one', () =>
      other.fake('other', async () => [await one.run(REAL), await other.run(REAL)]),
    )
    assert.deepEqual(
      seen.map((result) => result.output()),
      ['one', 'other'],
    )
  })
})

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
