import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import {
  createProcess,
  FakeDriver,
  type LeftoversError,
  type Scenario,
  type SupervisionEvent,
} from '../../src/index.ts'
import { type Mortal, mortalOn } from './mortal.ts'

const LEDGER = '/state/ledger.json'
/** When programs have begun, in virtual milliseconds. */
const BEGUN = 10
const IDLE: Scenario = [{ hang: true }]
const DEAF: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, { hang: true }]

/** A machine on which programs do what they are told here, and `idle` unless told otherwise. */
function machine(programs: Readonly<Record<string, Scenario>> = {}): FakeDriver {
  return new FakeDriver({ cast: ({ line }) => ({ scenario: programs[String(line)] ?? IDLE }), time: 'auto' })
}

function groupOn({ process }: Mortal, names: readonly string[], options = {}) {
  const group = process.group({ ledger: LEDGER, ...options })
  for (const name of names) group.add(name, [name], { graceTime: '1s' })
  const events: SupervisionEvent[] = []
  group.onEvent((event) => events.push(event))
  return { group, events }
}

/** Starts a group in a program and kills that. */
async function leave(driver: FakeDriver, names: readonly string[]): Promise<readonly number[]> {
  const first = mortalOn(driver)
  const { group } = groupOn(first, names)
  await group.start()
  const pids = group.status().map(({ pid }) => pid as number)
  await driver.clock.advance(BEGUN)
  first.kill()
  return pids
}

async function running(driver: FakeDriver): Promise<readonly string[]> {
  const rows = await driver.processes.list()
  return rows.filter(({ state }) => state !== 'zombie').map(({ command }) => command)
}

describe('whom a killed supervisor has left', () => {
  test('is ended before anything is started, and told of', async () => {
    const driver = machine({ deaf: DEAF })
    const pids = await leave(driver, ['idle', 'deaf'])
    assert.deepEqual(await running(driver), ['idle', 'deaf'])
    const { group, events } = groupOn(mortalOn(driver), ['idle', 'deaf'])
    await group.start()
    assert.deepEqual(await running(driver), ['idle', 'deaf'])
    assert(group.status().every(({ pid }) => pid && !pids.includes(pid)))
    const told = events.map((event) => [event.type, event.group, event.slot, ...('pid' in event ? [event.pid] : [])])
    assert.deepEqual(told.slice(0, 3), [
      ['leftover', 'group', 'idle', pids[0]],
      ['leftover', 'group', 'deaf', pids[1]],
      ['starting', 'group', 'idle'],
    ])
    assert.equal(driver.clock.monotonic(), BEGUN + 1000)
  })

  test('is asked with the signal and given the grace of its slot', async () => {
    const driver = machine({ slow: [{ on: 'SIGINT', do: [{ wait: 4000 }, { exit: 0 }] }, { hang: true }] })
    const first = mortalOn(driver)
    await first.process
      .group({ ledger: LEDGER })
      .add('slow', ['slow'], { stopSignal: 'SIGINT', graceTime: '5s' })
      .start()
    await driver.clock.advance(BEGUN)
    first.kill()
    await groupOn(mortalOn(driver), ['slow']).group.start()
    assert.equal(driver.clock.monotonic(), BEGUN + 4000)
  })

  test('is left alone where another process has got its number', async () => {
    const driver = machine()
    const [pid] = await leave(driver, ['idle'])
    const ledger = JSON.parse(await driver.files.readText(LEDGER))
    ledger.children[0].known[0][1]++
    await driver.files.write(LEDGER, JSON.stringify(ledger))
    const { group, events } = groupOn(mortalOn(driver), ['idle'])
    await group.start()
    assert.deepEqual(await running(driver), ['idle', 'idle'])
    assert.equal(await driver.processes.isRunning(pid as number), true)
    assert(events.every(({ type }) => type !== 'leftover'))
  })

  test('is ended with its group, also where that was seen and its leader is gone', async () => {
    const parent: Scenario = [{ fork: IDLE }, { write: 'out', data: 'up\n' }, { hang: true }]
    const driver = machine({ parent })
    const first = mortalOn(driver)
    const group = first.process.group({ ledger: LEDGER }).add('parent', ['parent'], { ready: { output: 'up' } })
    await group.start()
    const [pid] = group.status().map((status) => status.pid)
    first.kill()
    driver.processes.signal(pid as number, 'SIGKILL')
    assert.deepEqual(await running(driver), ['parent (child)'])
    await groupOn(mortalOn(driver), ['idle']).group.start()
    assert.deepEqual(await running(driver), ['idle'])
  })

  test('is not guessed at: who bears the number of one that is gone, and was never seen with it, is for somebody to decide', async () => {
    const driver = machine({ late: [{ wait: 1000 }, { fork: IDLE }, { exit: 0 }] })
    await leave(driver, ['late'])
    await driver.clock.advance(2000)
    const { group } = groupOn(mortalOn(driver), ['idle'])
    const error = (await group.start().catch((failure: unknown) => failure)) as LeftoversError
    const [child] = (await driver.processes.list()).map((row) => row.pid)
    assert.deepEqual([error.code, error.survivors, error.unsure], ['ERR_LEFTOVERS', [], [child]])
    assert.equal(
      error.message,
      `Cannot start what may still run by the ledger ${LEDGER}: ${child} may be its own or not: end them, or remove the file`,
    )
    driver.processes.signal(child as number, 'SIGKILL')
    await group.start()
    assert.deepEqual(await running(driver), ['idle'])
  })

  test('is found in groups within, by the ledger of the outermost', async () => {
    const driver = machine()
    const first = mortalOn(driver)
    const inner = first.process.group().add('web', ['web'])
    await first.process.group({ ledger: LEDGER }).add('inner', inner).add('db', ['db']).start()
    first.kill()
    const { group, events } = groupOn(mortalOn(driver), ['idle'])
    await group.start()
    assert.deepEqual(await running(driver), ['idle'])
    const told = events.flatMap((event) => (event.type === 'leftover' ? [`${event.group} ${event.slot}`] : []))
    assert.deepEqual(told.sort(), ['group db', 'group/inner web'])
  })

  test('is let go on where it is stopped, so that it can obey', async () => {
    const driver = machine({ polite: [{ on: 'SIGTERM', do: [{ exit: 0 }] }, { hang: true }] })
    const [pid] = await leave(driver, ['polite'])
    driver.processes.signal(pid as number, 'SIGSTOP')
    await groupOn(mortalOn(driver), ['idle']).group.start()
    assert.deepEqual([await running(driver), driver.clock.monotonic()], [['idle'], BEGUN])
  })

  test('is ended with what it starts while it is asked to end', async () => {
    const driver = machine({ forks: [{ on: 'SIGTERM', do: [{ fork: DEAF }, { exit: 0 }] }, { hang: true }] })
    await leave(driver, ['forks'])
    await groupOn(mortalOn(driver), ['idle']).group.start()
    assert.deepEqual([await running(driver), driver.clock.monotonic()], [['idle'], BEGUN + 1000])
  })

  test('is ended alone where it shares the group of others', async () => {
    const driver = machine({ parent: [{ fork: IDLE }, { hang: true }] })
    await leave(driver, ['parent'])
    const child = (await driver.processes.list()).find(({ command }) => command === 'parent (child)')
    assert(child && child.group !== child.pid)
    const ledger = JSON.parse(await driver.files.readText(LEDGER))
    const children = [{ ...ledger.children[0], pid: child.pid, known: [[child.pid, child.startedAt]] }]
    await driver.files.write(LEDGER, JSON.stringify({ ...ledger, children }))
    await groupOn(mortalOn(driver), ['idle']).group.start()
    assert.deepEqual(await running(driver), ['parent', 'idle'])
  })

  test('survives where even KILL does not reach it: nothing is started, and it can be tried again', async () => {
    const driver = machine()
    const [pid] = await leave(driver, ['idle'])
    const hindered = { sent: () => 'EPERM', reaped() {}, died: () => 0 }
    driver.processes.fate = hindered as unknown as NonNullable<typeof driver.processes.fate>
    const { group } = groupOn(mortalOn(driver), ['idle'])
    await assert.rejects(group.start(), { code: 'ERR_LEFTOVERS', survivors: [pid], unsure: [] })
    assert.deepEqual(await running(driver), ['idle'])
    driver.processes.fate = undefined
    await group.start()
    assert.equal(await driver.processes.isRunning(pid as number), false)
    assert.deepEqual(await running(driver), ['idle'])
  })

  test('is ended also when the start is given up meanwhile', async () => {
    const driver = machine({ deaf: DEAF })
    await leave(driver, ['deaf'])
    const { group } = groupOn(mortalOn(driver), ['idle'])
    const starting = assert.rejects(group.start(), { code: 'ERR_SLOT_REFUSED' })
    await group.stop()
    assert.deepEqual(await running(driver), [])
    await starting
  })
})

describe('a ledger', () => {
  test('is there while somebody runs, for its owner alone to read', async () => {
    const driver = machine()
    const { group } = groupOn(mortalOn(driver), ['idle'])
    await group.start()
    const { mode } = (await driver.files.stat(LEDGER)) as { mode: number }
    assert.equal(mode, 0o600)
    await group.stop()
    assert.deepEqual(await driver.files.list('/state'), [])
  })

  test('is refused while another group works with it, in this program or another one', async () => {
    const driver = machine()
    const program = mortalOn(driver)
    const { group } = groupOn(program, ['idle'])
    await group.start()
    await assert.rejects(groupOn(program, ['idle']).group.start(), {
      code: 'ERR_LEDGER',
      message: `Cannot use the ledger ${LEDGER}: another group works with it`,
    })
    const ledger = JSON.parse(await driver.files.readText(LEDGER))
    const [pid, startedAt] = ledger.children[0].known[0]
    await driver.files.write('/state/other.json', JSON.stringify({ ...ledger, owner: [pid, startedAt] }))
    await assert.rejects(groupOn(program, ['other'], { ledger: '/state/other.json' }).group.start(), {
      code: 'ERR_LEDGER',
      message: `Cannot use the ledger /state/other.json: "idle" (pid ${pid}) works with it`,
    })
    assert.deepEqual(await running(driver), ['idle'])
    await group.stop()
    await groupOn(program, ['idle']).group.start()
  })

  test('that says nothing we know is refused, with what was expected, and nothing is started', async () => {
    const child = { slot: 'group/a', pid: 7, known: [], signal: 'SIGTERM', grace: 10 }
    const whole = { version: 1, epoch: 'x', children: [child] }
    const bad: readonly (readonly [unknown, RegExp])[] = [
      ['{"version":', /ledger\.json: .*JSON/],
      [null, /expected "version" to be 1, found undefined/],
      [{ ...whole, version: 2 }, /expected "version" to be 1, found 2/],
      [{ ...whole, epoch: 3 }, /expected "epoch" to be text, found 3/],
      [{ ...whole, owner: [1] }, /expected "owner" to be a pid and a start, found \[1\]/],
      [{ ...whole, children: {} }, /expected "children" to be a list/],
      [{ ...whole, children: [null] }, /expected "children\[0\].slot" to be text/],
      [{ ...whole, children: [{ ...child, pid: 1 }] }, /expected "children\[0\].pid" to be a pid, found 1/],
      [{ ...whole, children: [{ ...child, known: [[7]] }] }, /expected "children\[0\].known" to be pids and starts/],
      [{ ...whole, children: [{ ...child, grace: -1 }] }, /expected "children\[0\].grace" to be milliseconds/],
      [{ ...whole, children: [{ ...child, signal: 'SIGNONE' }] }, /SIGNONE/],
    ]
    for (const [content, message] of bad) {
      const driver = machine()
      await driver.files.makeFolder('/state')
      await driver.files.write(LEDGER, typeof content === 'string' ? content : JSON.stringify(content))
      const { group } = groupOn(mortalOn(driver), ['idle'])
      await assert.rejects(group.start(), { code: 'ERR_LEDGER', message })
      assert.deepEqual(await running(driver), [])
    }
  })

  test('of another boot says nothing of who is there now', async () => {
    const driver = machine()
    await leave(driver, ['idle'])
    const ledger = JSON.parse(await driver.files.readText(LEDGER))
    await driver.files.write(LEDGER, JSON.stringify({ ...ledger, epoch: 'before' }))
    await groupOn(mortalOn(driver), ['idle']).group.start()
    assert.deepEqual(await running(driver), ['idle', 'idle'])
  })

  test('that cannot be written is told of, and changes nothing else', async () => {
    const driver = machine()
    const { group, events } = groupOn(mortalOn(driver), ['idle'])
    driver.files.refusal = 'ENOSPC'
    await group.start()
    driver.files.refusal = undefined
    assert.deepEqual(await running(driver), ['idle'])
    const failures = events.flatMap((event) =>
      event.type === 'ledgerFailed' ? [(event.error as { code: string }).code] : [],
    )
    assert.deepEqual(new Set(failures), new Set(['ENOSPC']))
    await group.stop()
  })

  test('has to be a path', () => {
    for (const ledger of ['', 3 as never])
      assert.throws(() => createProcess().group({ ledger }), {
        name: 'TypeError',
        message: /expected the path of a file/,
      })
  })
})
