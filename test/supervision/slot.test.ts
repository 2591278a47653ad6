import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, type Outcome } from '../../src/index.ts'
import { Ground } from '../../src/supervision/ground.ts'
import type { Incarnation, Occupant } from '../../src/supervision/occupant.ts'

import { Slot } from '../../src/supervision/slot.ts'
import { defaultCare, specOf } from '../../src/supervision/slot-options.ts'
import type { SlotNews } from '../../src/supervision/supervision-events.ts'

/** What lives in the slot, driven by hand. */
class Life implements Incarnation {
  readonly pid: number
  readonly process = undefined
  readonly manner = undefined
  readonly untilReady = undefined
  readonly stopped = false
  running = true
  exit: (outcome: Outcome) => void = () => {}
  readonly exited = new Promise<Outcome>((resolve) => {
    this.exit = (outcome) => {
      this.running = false
      resolve(outcome)
    }
  })
  ends: ((survivors: readonly number[] | Error) => void)[] = []

  constructor(pid: number) {
    this.pid = pid
  }

  end(): Promise<readonly number[]> {
    return new Promise((resolve, reject) => {
      this.ends.push((survivors) => (survivors instanceof Error ? reject(survivors) : resolve(survivors)))
    })
  }

  signal(): void {}

  results(): [] {
    return []
  }
}

/** A slot with nobody around it, whose lives begin and end when the test says so. */
function alone() {
  const process = createProcess()
  process.fake({})
  const lives: Life[] = []
  const spawns: ((failure?: Error) => void)[] = []
  const occupant: Occupant = {
    spawn: () =>
      new Promise((resolve, reject) => {
        spawns.push((failure) => {
          if (failure) return reject(failure)
          const life = new Life(lives.length + 1)
          lives.push(life)
          resolve(life)
        })
      }),
    unstarted: () => [],
  }
  const news: SlotNews['type'][] = []
  const spec = specOf({ backoff: { first: 0 }, maxRestarts: 3 }, defaultCare)
  const slot: Slot = new Slot('it', occupant, spec, {
    ground: new Ground(process),
    closing: false,
    blockersOf: () => [],
    whySkipped: () => '',
    changed: (changed) => changed.state === 'waiting' && changed.tell('dependenciesMet'),
    say: (_slot, { type }) => news.push(type),
    trouble: () => {},
    restart: () => Promise.reject(new Error('nobody restarts it')),
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const up = async () => {
    void slot.ask('start')
    await turn()
    spawns.at(-1)?.()
    await turn()
    assert.equal(slot.state, 'ready')
  }
  return { slot, lives, spawns, news, turn, up }
}

describe('a slot', () => {
  test('that is stopped while it is started ends what comes of that', async () => {
    const { slot, lives, spawns, turn } = alone()
    void slot.ask('start')
    await turn()
    await slot.ask('stop')
    assert.equal(slot.state, 'stopping')
    spawns[0]?.()
    await turn()
    assert.deepEqual([slot.state, lives[0]?.ends.length], ['stopping', 1])
    lives[0]?.ends[0]?.([])
    await turn()
    assert.deepEqual([slot.state, spawns.length], ['idle', 1])
  })

  test('that is stopped while it is started is down when nothing comes of that', async () => {
    const { slot, spawns, turn } = alone()
    void slot.ask('start')
    await turn()
    await slot.ask('stop')
    spawns[0]?.(new Error('no'))
    await turn()
    assert.equal(slot.state, 'idle')
  })

  test('never has two lives at once, however often it is asked to restart', async () => {
    const { slot, lives, spawns, turn, up } = alone()
    await up()
    await Promise.all([slot.ask('restart'), slot.ask('restart'), slot.ask('start'), slot.ask('restart')])
    assert.deepEqual([slot.state, lives[0]?.ends.length, spawns.length], ['restarting', 1, 1])
    lives[0]?.ends[0]?.([])
    await turn()
    await slot.ask('restart')
    spawns[1]?.()
    await turn()
    assert.deepEqual([slot.state, lives[1]?.ends.length], ['restarting', 1])
    lives[1]?.ends[0]?.([])
    await turn()
    spawns[2]?.()
    await turn()
    assert.deepEqual([slot.state, spawns.length], ['ready', 3])
  })

  test('decides about an end only when nothing is left of it', async () => {
    const { slot, lives, spawns, turn, up } = alone()
    await up()
    lives[0]?.exit({ kind: 'exited', code: 1 })
    await turn()
    assert.deepEqual([slot.state, spawns.length], ['settling', 1])
    lives[0]?.ends[0]?.([])
    await turn()
    assert.equal(spawns.length, 2)
  })

  test('a stop that comes while it settles wins', async () => {
    const { slot, lives, spawns, turn, up } = alone()
    await up()
    lives[0]?.exit({ kind: 'exited', code: 1 })
    await turn()
    await slot.ask('stop')
    lives[0]?.ends[0]?.([])
    await turn()
    assert.deepEqual([slot.state, spawns.length], ['idle', 1])
  })

  test('of which somebody survives KILL is stuck: it tries again when it is asked for something, and not before', async () => {
    const { slot, lives, spawns, news, turn, up } = alone()
    await up()
    await slot.ask('stop')
    lives[0]?.ends[0]?.([7, 8])
    await turn()
    assert.deepEqual([slot.state, slot.reason, news.at(-1)], ['stuck', 'cannot end 7, 8', 'stuck'])
    await slot.ask('start')
    assert.deepEqual([slot.state, spawns.length], ['restarting', 1])
    lives[0]?.ends[1]?.([7])
    await turn()
    assert.equal(slot.state, 'stuck')
    await slot.ask('restart')
    lives[0]?.ends[2]?.([])
    await turn()
    assert.deepEqual([slot.state, spawns.length], ['starting', 2])
  })

  test('whose survivors cannot be found out is stuck with its own pid', async () => {
    const { slot, lives, turn, up } = alone()
    await up()
    await slot.ask('stop')
    lives[0]?.ends[0]?.(new Error('no process table'))
    await turn()
    assert.deepEqual([slot.state, slot.tenancy.survivors], ['stuck', [1]])
  })

  test('hears nothing any more of a life that has been replaced', async () => {
    const { slot, lives, spawns, news, turn, up } = alone()
    await up()
    await slot.ask('restart')
    lives[0]?.ends[0]?.([])
    await turn()
    spawns[1]?.()
    await turn()
    lives[0]?.exit({ kind: 'exited', code: 1 })
    await turn()
    assert.deepEqual([slot.state, news.includes('exited')], ['ready', false])
    await slot.ask('restart')
    slot.report({ event: 'gone', of: 1 })
    await turn()
    assert.deepEqual([slot.state, spawns.length], ['restarting', 2])
  })

  test('refuses what makes no sense while it is stopped, and takes over nothing then', async () => {
    const { slot, lives, turn, up } = alone()
    await up()
    await slot.ask('stop')
    const message = (what: string) => ({
      code: 'ERR_SLOT_REFUSED',
      message: `Cannot ${what} "it": it is being stopped`,
    })
    await assert.rejects(slot.ask('start'), message('start'))
    await assert.rejects(slot.ask('restart'), message('restart'))
    lives[0]?.ends[0]?.([])
    await turn()
    assert.equal(slot.state, 'idle')
  })
})
