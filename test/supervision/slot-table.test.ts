import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { type Cell, type SlotEvent, type SlotState, slotEvents, slotStates } from '../../src/supervision/slot-states.ts'
import { slotTable, transition } from '../../src/supervision/slot-table.ts'

const pairs = slotStates.flatMap((state) =>
  slotEvents.map((event) => ({ state, event, cell: transition(state, event) })),
)
/** Where something of the slot may live. */
const ALIVE: readonly SlotState[] = ['starting', 'running', 'ready', 'settling', 'stopping', 'restarting', 'stuck']

describe('the table of states', () => {
  test('has a cell for every event in every state, and no others', () => {
    assert.deepEqual(Object.keys(slotTable), [...slotStates])
    for (const row of Object.values(slotTable))
      assert.deepEqual(Object.keys(row).toSorted(), [...slotEvents].toSorted())
  })

  for (const { state, event, cell } of pairs)
    test(`${state} × ${event}: ${inWords(cell)}`, () => check(state, event, cell))

  test('leads to every state, and out of every state', () => {
    const reached = new Set(pairs.flatMap(({ cell }) => (typeof cell === 'string' ? [] : [cell.to])))
    assert.deepEqual([...reached].toSorted(), [...slotStates].toSorted())
    for (const state of slotStates) {
      assert(
        pairs.some((pair) => pair.state === state && typeof pair.cell !== 'string' && pair.cell.to !== state),
        state,
      )
    }
  })
})

/** What must be true of a cell, whatever else it does. */
function check(state: SlotState, event: SlotEvent, cell: Cell): void {
  if (cell === 'refused')
    return assert(['start', 'restart', 'adopt'].includes(event), 'only what is asked for is refused')
  if (cell === 'ignored') return assert(!(event === 'stop' && wantsToRun(state)), 'a stop is never ignored')
  if (cell.do.includes('spawn')) assert(!ALIVE.includes(state), 'nothing is started where something may live')
  if (cell.do.includes('spawn')) assert.equal(event, 'dependenciesMet')
  if (event === 'stop') assert(['idle', 'stopping'].includes(cell.to), 'a stop leads to where nothing is started')
  if (cell.to === 'idle') assert(!cell.do.some((action) => ['delay', 'cool', 'await'].includes(action)))
  if (ALIVE.includes(state) && !ALIVE.includes(cell.to)) {
    assert(['gone', 'startFailed', 'retry', 'finish', 'giveUp'].includes(event), 'it is down only when nothing is left')
  }
  if (state === 'backoff' && cell.to !== 'backoff' && event !== 'backoffOver') {
    assert(cell.do.includes('calm'), 'a timer that is not wanted any more is forgotten')
  }
}

function wantsToRun(state: SlotState): boolean {
  return !['idle', 'stopping'].includes(state)
}

function inWords(cell: Cell): string {
  return typeof cell === 'string' ? cell : [cell.to, ...cell.do].join(', ')
}
