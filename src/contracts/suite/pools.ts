import assert from 'node:assert/strict'
import type { Topic } from './harness.ts'
import { READY } from './readiness.ts'

/** Processes side by side. */
export const pools: Topic = {
  name: 'pools',
  cases(fact) {
    fact('results stand in the order of the definition, whatever ends first', async ({ process, actor }) => {
      const slow = actor({ wait: 150 }, { write: 'out', data: 'slow' })
      const fast = actor({ write: 'out', data: 'fast' })
      const results = await process.concurrently({ slow, fast })
      assert.deepEqual(
        [...results].map(([key, result]) => [key, result.output()]),
        [
          ['slow', 'slow'],
          ['fast', 'fast'],
        ],
      )
    })

    fact('members without a name are numbered after the highest number', async ({ process, actor }) => {
      const results = await process.concurrently((pool) => {
        pool.command(actor({ exit: 0 }))
        pool.as('n').command(actor({ exit: 0 }))
        pool.as('5').command(actor({ exit: 0 }))
        pool.command(actor({ exit: 0 }))
      })
      assert.deepEqual(
        [...results].map(([key]) => key),
        [0, 'n', '5', 6],
      )
      assert.deepEqual(Object.keys(results), ['0', '5', '6', 'n'])
    })

    fact('a name that is given twice is refused before anything starts', ({ process, actor }) => {
      const twice = () =>
        process.pool((pool) => {
          pool.as('a').command(actor())
          pool.as('a').command(actor())
        })
      assert.throws(twice, { name: 'TypeError', message: "Cannot name two members 'a'" })
      return Promise.resolve()
    })

    fact('a name that results need for themselves is refused before anything starts', ({ process, actor }) => {
      const hidden = () => process.pool({ fine: actor(), collect: actor() })
      assert.throws(hidden, { name: 'TypeError', message: /^Cannot name a member 'collect': results have a method/ })
      assert.deepEqual(process.active(), [])
      return Promise.resolve()
    })

    fact('no more members than the limit run at the same time', async ({ process, actor }) => {
      const members = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`m${index}`, actor({ wait: 30 })]))
      let most = 0
      const pool = await process
        .pool(members)
        .concurrency(2)
        .onProgress(() => {
          most = Math.max(most, pool.running().size)
        })
        .start()
      assert.equal(pool.running().size, 2)
      assert.equal((await pool.wait()).successful(), true)
      assert.ok(most <= 2, `${most} ran at once`)
    })

    fact('a limit of members that is no whole number from 1 on is refused', ({ process, actor }) => {
      for (const limit of [0, -1, 1.5, Number.NaN])
        assert.throws(() => process.pool({ a: actor() }).concurrency(limit), {
          name: 'TypeError',
          message: `Cannot run ${limit} members at the same time: expected a whole number from 1 on`,
        })
      return Promise.resolve()
    })

    fact('a failing member fails the pool and leaves the others alone', async ({ process, actor }) => {
      const results = await process.concurrently({ bad: actor({ exit: 3 }), good: actor({ wait: 50 }, { exit: 0 }) })
      assert.equal(results.failed(), true)
      assert.deepEqual([results.bad.exitCode(), results.good.exitCode()], [3, 0])
    })

    fact('a member that cannot start is a failed result', async ({ process, actor }) => {
      const results = await process.concurrently({ gone: actor({ failToStart: 'ENOENT' }), good: actor() })
      assert.deepEqual([results.gone.exitCode(), results.good.exitCode()], [127, 0])
    })

    fact('a member that times out is a failed result with its output', async ({ process, actor }) => {
      const results = await process.concurrently((pool) => {
        pool
          .as('late')
          .timeout(1500)
          .command(actor({ write: 'out', data: 'begun' }, { hang: true }))
        pool.as('good').command(actor())
      })
      const { late, good } = results
      assert.deepEqual([late?.outcome.kind, late?.output(), good?.successful()], ['timedOut', 'begun', true])
    })

    fact('with failFast the first failure stops the others and reaches the caller', async ({ process, actor }) => {
      const pool = await process
        .pool({ bad: actor({ wait: 50 }, { exit: 3 }), long: actor({ hang: true }) })
        .failFast()
        .start()
      await assert.rejects(pool.wait(), { code: 'ERR_PROCESS_FAILED' })
      assert.equal(pool.running().size, 0)
    })

    fact('one that is over is iterated as well', async ({ process, actor }) => {
      const pool = await process.pool({ a: actor({ exit: 0 }), b: actor({ exit: 0 }) }).start()
      await pool.wait()
      assert.deepEqual(
        [...pool].map(([key, member]) => [key, member.running()]),
        [
          ['a', false],
          ['b', false],
        ],
      )
    })

    fact('a callback hears each member under its name', async ({ process, actor }) => {
      const heard: Record<string, string> = {}
      const members = { a: actor({ write: 'out', data: 'A' }), b: actor({ write: 'err', data: 'B' }) }
      await process.concurrently(members, (type, chunk, key) => {
        heard[`${key} ${type}`] = chunk
      })
      assert.deepEqual(heard, { 'a out': 'A', 'b err': 'B' })
    })

    fact('a callback that throws stops every member and reaches the caller', async ({ process, actor }) => {
      const members = { a: actor({ write: 'out', data: 'A' }, { hang: true }), b: actor({ hang: true }) }
      const pool = await process.pool(members).start(() => {
        throw new Error('no thanks')
      })
      await assert.rejects(pool.wait(), { message: 'no thanks' })
      assert.equal(pool.running().size, 0)
    })

    fact('stop ends all members at the same time and keeps what they wrote', async (stage) => {
      const member = stage.actor({ write: 'out', data: 'x\n' }, { hang: true })
      const pool = await stage.process.pool({ a: member, b: member }).start()
      await stage.until(() => [...pool].every(([, process]) => process.output() === 'x\n'))
      const results = await pool.stop()
      assert.deepEqual([results.a.signal(), results.b.output()], ['SIGTERM', 'x\n'])
    })

    fact('a signal reaches every member that runs', async (stage) => {
      const idle = stage.actor(READY, { hang: true })
      const pool = await stage.process.pool({ a: idle, b: idle }).start()
      await Promise.all([...pool.running().values()].map((running) => running.waitUntil((_, line) => line === 'ready')))
      const results = await pool.signal('SIGUSR1').wait()
      assert.deepEqual([results.a?.signal(), results.b?.signal()], ['SIGUSR1', 'SIGUSR1'])
    })

    fact('a pool ends with its block', async ({ process, actor }) => {
      const idle = actor({ hang: true })
      {
        await using pool = await process.pool({ a: idle, b: idle }).start()
        assert.equal(pool.running().size, 2)
      }
      assert.deepEqual(process.active(), [])
    })

    fact('stop keeps members that wait for a place from starting', async ({ process, actor }) => {
      const pool = await process
        .pool({ a: actor({ hang: true }), b: actor({ hang: true }) })
        .concurrency(1)
        .start()
      const results = await pool.stop()
      assert.deepEqual([results.a.outcome.kind, results.b.outcome.kind], ['signalled', 'cancelled'])
    })

    fact('a pool is counted and iterated by name', async ({ process, actor }) => {
      const idle = actor({ hang: true })
      const pool = await process.pool({ a: idle, b: idle }).start()
      assert.deepEqual([pool.count(), pool.keys(), [...pool].map(([key]) => key)], [2, ['a', 'b'], ['a', 'b']])
      assert.deepEqual([...pool.running().keys()], ['a', 'b'])
      await pool.stop()
    })

    fact('progress counts up to the whole', async ({ process, actor }) => {
      const seen: string[] = []
      const pool = process.pool({ a: actor(), b: actor({ exit: 1 }) }).concurrency(1)
      await pool
        .onProgress(({ key, successful, done, total }) => seen.push(`${key} ${successful} ${done}/${total}`))
        .run()
      assert.deepEqual(seen, ['a true 1/2', 'b false 2/2'])
    })

    fact('a pool without members succeeds at once', async ({ process }) => {
      const results = await process.concurrently({})
      assert.deepEqual([results.successful(), results.collect()], [true, []])
    })

    fact('a member is tried again as often as it says', async (stage) => {
      const starts: string[] = []
      const member = stage.actor({ write: 'out', data: 'try\n' }, { exit: 1 })
      const pool = stage.process.pool((list) => list.as('a').retry(3).command(member))
      const results = await pool.run((_, chunk) => starts.push(chunk))
      assert.deepEqual([results.a?.exitCode(), starts.join('')], [1, 'try\ntry\ntry\n'])
    })

    fact('stop does not wait for an attempt that is still to come', async (stage) => {
      const member = stage.actor({ exit: 1 })
      const pool = await stage.process.pool((list) => list.as('a').retry(2, { delay: '30s' }).command(member)).start()
      await stage.until(() => stage.process.active().length === 0)
      const before = stage.driver.clock.monotonic()
      assert.equal((await pool.stop()).a?.exitCode(), 1)
      assert(stage.driver.clock.monotonic() - before < 20_000)
    })

    fact('members that have ended are not active any more', async ({ process, actor }) => {
      const pool = await process.pool({ a: actor({ wait: 50 }), b: actor({ wait: 50 }) }).start()
      assert.equal(process.active().length, 2)
      await pool.wait()
      assert.equal(process.active().length, 0)
    })
  },
}
