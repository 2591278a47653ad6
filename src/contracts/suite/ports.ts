import assert from 'node:assert/strict'
import type { Stage, Topic } from './harness.ts'
import { READY, ready, readyProcess } from './readiness.ts'

/** Processes that listen, and whether they answer. */
export const ports: Topic = {
  name: 'ports',
  cases(fact) {
    fact('a process that listens takes connections, until it ends', async (stage) => {
      const port = await freePort(stage)
      assert.equal(await connects(stage, port), false)
      const process = await readyProcess(stage, [{ listen: port }, READY, { hang: true }])
      assert.equal(await connects(stage, port), true)
      await process.stop()
      assert.equal(await connects(stage, port), false)
    })

    fact('a server answers with its status, and nobody answers where there is none', async (stage) => {
      const port = await freePort(stage)
      assert.equal(await status(stage, port), undefined)
      await ready(stage, [{ listen: port, answer: 503 }, READY, { hang: true }])
      assert.equal(await status(stage, port), 503)
    })

    fact('a server that never answers is given up when the asker says so', async (stage) => {
      const port = await freePort(stage)
      await ready(stage, [{ listen: port }, READY, { hang: true }])
      const given = new AbortController()
      const answer = stage.driver.net.status(`http://127.0.0.1:${port}/`, given.signal)
      await stage.sleep(50)
      given.abort()
      assert.equal(await stage.drive(answer), undefined)
    })

    fact('two processes cannot listen on one port', async (stage) => {
      const port = await freePort(stage)
      await ready(stage, [{ listen: port }, READY, { hang: true }])
      const second = await stage.process.run(stage.actor({ listen: port }, READY))
      assert.deepEqual([second.exitCode(), second.output()], [1, ''])
      assert.match(second.errorOutput(), /EADDRINUSE/)
    })
  },
}

/** A port that nobody listens on. */
export async function freePort(stage: Stage): Promise<number> {
  for (;;) {
    // Below those that a machine gives away by itself.
    const port = 10_000 + Math.floor(stage.driver.random.next() * 20_000)
    if (!(await connects(stage, port))) return port
  }
}

function connects(stage: Stage, port: number): Promise<boolean> {
  return stage.drive(stage.driver.net.connects({ port, host: '127.0.0.1' }, never))
}

function status(stage: Stage, port: number): Promise<number | undefined> {
  return stage.drive(stage.driver.net.status(`http://127.0.0.1:${port}/`, never))
}

const never = new AbortController().signal
