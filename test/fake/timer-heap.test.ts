import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { type HeapTimer, type Rank, TimerHeap } from '../../src/fake/timer-heap.ts'

/** What is done with a heap: something is set, put off, cleared, or fires. */
type Op = ['set', number, Rank] | ['move', number, number] | ['clear', number] | ['fire']

const at = fc.integer({ min: 0, max: 5 })
const which = fc.nat(200)
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('set' as const), at, fc.constantFrom<Rank>(0, 1)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('move' as const), which, at) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('clear' as const), which) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('fire' as const)) },
)

/** The same, slow and plain: a list that is sorted anew each time. */
class List {
  readonly #pending: { timer: HeapTimer; at: number; rank: Rank; turn: number }[] = []
  #turn = 0

  set(timer: HeapTimer, moment: number): void {
    this.clear(timer)
    this.#pending.push({ timer, at: moment, rank: timer.rank, turn: this.#turn++ })
  }

  clear(timer: HeapTimer | undefined): void {
    const index = this.#pending.findIndex((one) => one.timer === timer)
    if (index >= 0) this.#pending.splice(index, 1)
  }

  get order(): readonly HeapTimer[] {
    const sorted = this.#pending.toSorted((a, b) => a.at - b.at || a.rank - b.rank || a.turn - b.turn)
    return sorted.map(({ timer }) => timer)
  }
}

describe('a heap of timers', () => {
  test('is a sorted list, whatever is set, moved, cleared and fired', () => {
    fc.assert(
      fc.property(fc.array(op, { minLength: 1, maxLength: 400 }), (ops) => {
        const [heap, list, timers]: [TimerHeap, List, HeapTimer[]] = [new TimerHeap(), new List(), []]
        for (const [what, first = 0, second = 0] of ops) {
          const timer = timers[first % timers.length]
          if (what === 'set') {
            timers.push(heap.push(() => {}, first, second as Rank))
            list.set(timers.at(-1) as HeapTimer, first)
          } else if (what === 'fire') {
            const [due] = list.order
            assert.equal(heap.pop(), due)
            if (due) due.action = undefined
            list.clear(due)
          } else if (timer?.action && what === 'move') {
            heap.move(timer, second)
            list.set(timer, second)
          } else if (timer && what === 'clear') {
            heap.clear(timer)
            list.clear(timer)
          }
          assert.equal(heap.peek(), list.order[0])
          assert.deepEqual(new Set(heap.all), new Set(list.order))
        }
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  test('comes in order after so much has been cleared that it was made anew', () => {
    const heap = new TimerHeap()
    const timers = Array.from({ length: 300 }, (_, index) => heap.push(() => {}, (index * 7) % 100, 1))
    for (const [index, timer] of timers.entries()) if (index % 3 !== 0) heap.clear(timer)
    const left = timers.filter((_, index) => index % 3 === 0)
    const fired: HeapTimer[] = []
    for (let timer = heap.pop(); timer; timer = heap.pop()) fired.push(timer)
    assert.deepEqual(
      fired,
      left.toSorted((a, b) => a.at - b.at || a.sequence - b.sequence),
    )
    assert.deepEqual(heap.all, [])
  })

  test('a timer that fires is no longer in it, and whoever clears it then changes nothing', () => {
    const heap = new TimerHeap()
    const [first, second] = [heap.push(() => {}, 1, 0), heap.push(() => {}, 2, 0)]
    assert.equal(heap.pop(), first)
    assert.deepEqual(heap.all, [second])
    first.action = undefined
    for (let times = 0; times < 200; times++) heap.clear(first)
    assert.equal(heap.peek(), second)
  })
})
