import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, test } from 'vitest'
import { seededRandom } from '../../src/contracts/random.ts'
import { createProcess, type InvokedProcess } from '../../src/index.ts'
import { storeAt } from '../fixtures/store-at.ts'
import { describeWith, emptyQueue, POSTGRES, REDIS } from '../servers.ts'

/** So many tasks are due each second, for so many seconds: 1,000 due times. */
const TASKS = 100
const SECONDS = 10

const RACER = fileURLToPath(new URL('../fixtures/racing-in-real-time.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-race-'))
afterAll(() => rmSync(folder, { recursive: true }))
const real = createProcess()

const places = {
  Redis: { describe: await describeWith(REDIS), server: REDIS, name: `rehearsal-test:race:${process.pid}:` },
  PostgreSQL: { describe: await describeWith(POSTGRES), server: POSTGRES, name: `rehearsal_test_race_${process.pid}` },
}

for (const [place, { describe, server, name }] of Object.entries(places)) {
  const address = `${server}#${name}`
  describe(`two processes with the same store in ${place}`, () => {
    afterAll(() => emptyQueue({ address: server, name }))

    test('begin each of 1,000 due times once, also where one is killed at random', { timeout: 60_000 }, async () => {
      const seed = process.pid
      const file = join(folder, place)
      const racers = await Promise.all([start(address, file), start(address, file)])
      await real.clock.sleep(1000 * SECONDS * (0.3 + 0.4 * seededRandom(seed).next()))
      racers[0].signal('SIGKILL')
      const killedAt = real.clock.now()
      const begun = () => dueTimes(file)
      const enough = () => new Set(begun()).size >= TASKS * SECONDS
      for (let n = 0; n < 300 && !enough(); n++) await real.clock.sleep(100)
      await racers[1].stop('10s')
      assert(enough(), `only ${begun().length} were begun, seed ${seed}`)
      assert.equal(new Set(begun()).size, begun().length, `a due time was begun twice, seed ${seed}`)
      await assertNoneIsLost(address, begun(), killedAt)
    })
  })
}

async function start(address: string, file: string): Promise<InvokedProcess> {
  const racer = await real.forever().start([process.execPath, RACER, address, file, String(TASKS)])
  await racer.waitUntil((_, line) => line === 'works')
  return racer
}

/** The due times that were begun, as `task moment`. */
function dueTimes(file: string): readonly string[] {
  return readFileSync(file, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').slice(0, 2).join(' '))
}

/**
 * Between the first and the last each due time of each task has been begun, or claimed by the one that was killed. What that one
 * was about to begin is taken over when its lease has run out, which is not waited for here: race.test.ts does.
 */
async function assertNoneIsLost(address: string, begun: readonly string[], killedAt: number): Promise<void> {
  const known = new Set(begun)
  const store = storeAt(address, real.clock)
  for (let task = 0; task < TASKS; task++) {
    const moments = begun.filter((one) => one.startsWith(`${task} `)).map((one) => Number(one.split(' ')[1]))
    for (let at = Math.min(...moments); at < Math.max(...moments); at += 1000) {
      const wasBeginning = at > killedAt - 2000 && at <= killedAt
      const taken = wasBeginning || known.has(`${task} ${at}`) || (await store.claimed(`race ${task}`, at))
      assert(taken, `task ${task} at ${new Date(at).toISOString()} was lost`)
    }
  }
  await store.close()
}
