import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { createProcess, FakeDriver, type InvokedProcess, SqliteStore } from '../../src/index.ts'

/** Due times that are raced for: `RACE=5000 npx vitest run test/schedule/race.test.ts` takes its time. */
const RACE = Number(process.env.RACE ?? 1000)
const LIMIT = 60 * Math.max(RACE, 1000)

const root = mkdtempSync(join(tmpdir(), 'rehearsal-race-'))
afterAll(() => rmSync(root, { recursive: true }))

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}.ts`, import.meta.url))

describe('two processes that race for due times on one store', () => {
  test('begin each exactly once, also where one dies just before it begins', { timeout: LIMIT }, async () => {
    // It is ahead, or it might not win so often on a busy machine.
    const wins = 1 + Math.floor(Math.random() * 5)
    const race = await Race.start('dies', RACE / 4, { ahead: 200, more: [String(wins)] })
    await race.over(race.racers[0])
    assert.deepEqual(race.missing(), [])
  })

  test('begin each exactly once, also where one is killed at random', { timeout: LIMIT }, async () => {
    const race = await Race.start('killed', RACE)
    // Whoever leads: it has won something, and leaves something to the other.
    const least = Math.floor(RACE * (0.1 + Math.random() / 2))
    const leads = (line: string) => line.split(' ').every((count, index) => Number(count) >= (index === 0 ? least : 1))
    const leading = race.racers.map((racer) => racer.waitUntil((_, line) => leads(line)).then(() => racer))
    const victim = await Promise.race(leading)
    victim.signal('SIGKILL')
    await race.over(victim)
    // What it had just claimed it has begun, though it did not live to write that down.
    const missing = race.missing()
    assert(missing.length <= 1, missing.join())
    const store = new SqliteStore(join(race.folder, 'schedule.db'), new FakeDriver({ cast: () => undefined }).clock)
    for (const dueAt of missing) assert(await store.claimed('race', Date.parse(dueAt)), `${dueAt} was lost`)
    await store.close()
  })
})

describe('after a crash', () => {
  test('what a process was about to begin on one server is begun on another', async () => {
    const store = join(root, 'turn.db')
    const dying = await start('crashing-scheduler', [store, 'dies'])
    await dying.waitUntil((_, line) => line === 'about to begin')
    await using working = await start('crashing-scheduler', [store, 'works'])
    await working.waitUntil((_, line) => line === 'begun')
    assert.equal((await dying.wait()).signal(), 'SIGKILL')
  })

  test('a lock against overlapping is free within seconds', async () => {
    const store = join(root, 'lock.db')
    const holding = await start('crashing-scheduler', [store, 'holds'])
    await holding.waitUntil((_, line) => line === 'locked')
    await using waiting = await start('crashing-scheduler', [store, 'works'])
    // It has been due three times at least.
    let begun = 0
    await waiting.waitUntil((_, line) => line === 'begun' && ++begun === 3)
    assert.doesNotMatch(waiting.output(), /locked/)
    holding.signal('SIGKILL')
    await holding.wait()
    await waiting.waitUntil((_, line) => line === 'locked')
  })
})

function start(name: string, args: readonly string[]): Promise<InvokedProcess> {
  return createProcess()
    .path(root)
    .timeout(LIMIT)
    .start([process.execPath, fixture(name), ...args])
}

/** Two that live through the same minutes. */
class Race {
  readonly folder: string
  readonly racers: readonly [InvokedProcess, InvokedProcess]
  readonly #minutes: number

  /** The first of the two may be so many milliseconds ahead, and be told more. */
  static async start(
    name: string,
    minutes: number,
    { ahead = 0, more = [] }: { readonly ahead?: number; readonly more?: readonly string[] } = {},
  ): Promise<Race> {
    const folder = mkdtempSync(join(root, name))
    const race = (words: readonly string[]) =>
      start('racing-scheduler', [join(folder, 'schedule.db'), join(folder, 'begun'), String(minutes), ...words])
    const racers = await Promise.all([race(more), race([])])
    await Promise.all(racers.map((racer) => racer.waitUntil((_, line) => line === 'ready')))
    const together = Date.now() + 250
    await Promise.all(racers.map((racer, index) => racer.write(String(together - (index === 0 ? ahead : 0)))))
    return new Race(folder, minutes, racers)
  }

  private constructor(folder: string, minutes: number, racers: readonly [InvokedProcess, InvokedProcess]) {
    this.folder = folder
    this.#minutes = minutes
    this.racers = racers
  }

  /** Waits for the end of both: the victim's by KILL, the other's by itself. */
  async over(victim: InvokedProcess): Promise<void> {
    for (const racer of this.racers) {
      const result = await racer.wait()
      if (racer === victim) assert.equal(result.signal(), 'SIGKILL', result.errorOutput())
      else assert.equal(result.exitCode(), 0, result.errorOutput())
    }
  }

  /** The due times that nobody has begun. All others one has. */
  missing(): readonly string[] {
    const begun = readFileSync(join(this.folder, 'begun'), 'utf8').trim().split('\n')
    const dueTimes = begun.map((line) => line.split(' ')[0] as string)
    assert.equal(new Set(dueTimes).size, dueTimes.length, 'a due time was begun twice')
    const first = Date.UTC(2026, 0, 1)
    const all = Array.from({ length: this.#minutes }, (_, minute) =>
      new Date(first + (minute + 1) * 60_000).toISOString(),
    )
    assert.deepEqual(
      dueTimes.filter((dueAt) => !all.includes(dueAt)),
      [],
    )
    return all.filter((dueAt) => !dueTimes.includes(dueAt))
  }
}
