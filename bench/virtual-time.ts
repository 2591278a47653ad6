import { createClock } from '@sinonjs/fake-timers'
import { expectSame, interleave, type Sample, size, timed, type Variants } from './harness.ts'
import { TimerHeap, VirtualClock } from './ours.ts'
import { figures, goals, printSection } from './report.ts'

const TIMERS = size(100_000, 2_000)
const MILLION = size(1_000_000, 5_000)
const HOUR = 3_600_000
const momentsOf = (count: number): number[] => Array.from({ length: count }, (_, index) => (index * 7_919) % HOUR)
const moments = momentsOf(TIMERS)
const manyMoments = momentsOf(MILLION)

type Fire = (moments: readonly number[], action: () => void) => unknown

const drained = firing(moments, {
  rehearsal: fireDrained,
  'fake-timers tickAsync': (list, action) => {
    const clock = createClock()
    for (const moment of list) clock.setTimeout(action, moment)
    return clock.tickAsync(HOUR)
  },
})
const sync = firing(moments, {
  'rehearsal, heap alone': (list, action) => {
    const heap = new TimerHeap()
    for (const moment of list) heap.push(action, moment, 1)
    for (let timer = heap.pop(); timer; timer = heap.pop()) timer.action?.()
  },
  rehearsal: fireDrained,
  'fake-timers tick': (list, action) => {
    const clock = createClock()
    for (const moment of list) clock.setTimeout(action, moment)
    clock.tick(HOUR)
  },
})
const million = firing(manyMoments, { rehearsal: fireDrained })
const idle = ticking()

const taken = {
  drained: await interleave(drained, 10),
  sync: await interleave(sync, 10),
  million: await interleave(million, 5),
  idle: await interleave(idle, 10),
}
const measures = { us: 'us per timer' }
const count = TIMERS.toLocaleString('en')

printSection('Virtual time', [
  figures(`${count} timers set and fired, every microtask drained between two`, drained, taken.drained, {
    base: 'fake-timers tickAsync',
    measures,
  }),
  goals(4, taken.drained, [
    {
      what: 'drained: fake-timers tickAsync over rehearsal',
      figure: (of) => of('fake-timers tickAsync', 'us') / of('rehearsal', 'us'),
      atLeast: [3, 5],
    },
  ]),
  figures(`${count} timers set and fired at once`, sync, taken.sync, { base: 'fake-timers tick', measures }),
  'Our clock always drains; what it would cost without is shown by its heap alone.',
  goals(4, taken.sync, [
    {
      what: 'at once: fake-timers tick over rehearsal, which drains all the same',
      figure: (of) => of('fake-timers tick', 'us') / of('rehearsal', 'us'),
      atLeast: [8, 12],
    },
    {
      what: 'at once: fake-timers tick over our heap alone',
      figure: (of) => of('fake-timers tick', 'us') / of('rehearsal, heap alone', 'us'),
      atLeast: [8, 12],
    },
  ]),
  goals(4, taken.million, [
    {
      what: `${MILLION.toLocaleString('en')} drained timers`,
      figure: (of) => (of('rehearsal', 'us') * MILLION) / 1_000_000,
      unit: 's',
      atMost: [1.6],
    },
  ]),
  figures(`A millisecond passes over ${count} idle timers`, idle, taken.idle, {
    base: 'fake-timers tick',
    measures: { us: 'us per tick' },
  }),
  goals(4, taken.idle, [
    {
      what: 'idle: fake-timers tick over rehearsal',
      figure: (of) => of('fake-timers tick', 'us') / of('rehearsal', 'us'),
      atLeast: [1_000, 10_000],
    },
  ]),
])

function fireDrained(list: readonly number[], action: () => void): Promise<void> {
  const clock = new VirtualClock()
  for (const moment of list) clock.setTimeout(action, moment)
  return clock.advance(HOUR)
}

function firing(list: readonly number[], ways: Readonly<Record<string, Fire>>): Variants {
  const measure = async (name: string, fire: Fire): Promise<Sample> => {
    let fired = 0
    const { ms } = await timed(() => fire(list, () => fired++))
    expectSame(name, fired, list.length)
    return { us: (ms * 1000) / list.length }
  }
  return Object.fromEntries(Object.entries(ways).map(([name, fire]) => [name, () => measure(name, fire)]))
}

/** Clocks with timers that are never reached: what a step of one millisecond costs. */
function ticking(): Variants {
  const ours = new VirtualClock()
  const theirs = createClock()
  for (const moment of moments) {
    ours.setTimeout(() => {}, HOUR + moment)
    theirs.setTimeout(() => {}, HOUR + moment)
  }
  const measure = async (ticks: number, run: () => Promise<void>): Promise<Sample> => {
    const { ms } = await timed(run)
    return { us: (ms * 1000) / ticks }
  }
  const [ourTicks, theirTicks] = [10_000, 50]
  return {
    rehearsal: () =>
      measure(ourTicks, async () => {
        for (let tick = 0; tick < ourTicks; tick++) await ours.advance(1)
      }),
    'fake-timers tick': () =>
      measure(theirTicks, async () => {
        for (let tick = 0; tick < theirTicks; tick++) theirs.tick(1)
      }),
  }
}
