import assert from 'node:assert/strict'
import type { Topic } from './harness.ts'

/** What ends a pool before its members are over, or keeps it from beginning. */
export const poolEndings: Topic = {
  name: 'ends of pools',
  cases(fact) {
    fact('a time limit for all stops what runs and starts nothing more', async ({ process, actor }) => {
      const members = { a: actor({ hang: true }), b: actor({ hang: true }), c: actor({ hang: true }) }
      const pool = await process.pool(members).concurrency(2).timeout(100).start()
      await assert.rejects(pool.wait(), { code: 'ERR_PROCESS_TIMED_OUT', timeout: 100 })
      assert.equal(pool.running().size, 0)
    })

    fact(
      'what hears of their progress and throws stops them all, and reaches the caller',
      async ({ process, actor }) => {
        const mine = new Error('no more')
        const pool = process.pool({ a: actor({ exit: 0 }), b: actor({ hang: true }) }).onProgress(() => {
          throw mine
        })
        await assert.rejects(pool.run(), (error) => error === mine)
        assert.equal(process.active().length, 0)
      },
    )

    fact(
      'what decides on another attempt and throws stops them all, and reaches the caller',
      async ({ process, actor }) => {
        const mine = new Error('not again')
        const fail = (): never => {
          throw mine
        }
        for (const retry of [{ when: fail }, { delay: fail }]) {
          const a = process.command(actor({ exit: 1 })).retry(2, retry)
          await assert.rejects(process.pool({ a, b: actor({ hang: true }) }).run(), (error) => error === mine)
          assert.equal(process.active().length, 0)
        }
      },
    )

    fact('a bad member is found before another one is started', async ({ process, actor }) => {
      let started = 0
      using _ = { [Symbol.dispose]: process.events.on('started', () => started++) }
      const pool = process.pool({ a: actor({ exit: 0 }), b: process.path('/').command('') })
      await assert.rejects(pool.concurrency(1).run(), { name: 'TypeError', message: /empty command/ })
      assert.equal(started, 0)
    })
  },
}
