import { execa } from 'execa'
import { interleave, median, size, timed } from './harness.ts'
import { Process } from './ours.ts'
import { nanoSpawn, tinyexec, zx } from './peers.ts'
import { runRaw } from './raw.ts'
import { figures, goals, printSection } from './report.ts'

const PROGRAM = '/bin/true'
const LANES = 32

/** Ways to run a program and collect its output. */
const WAYS: Readonly<Record<string, () => PromiseLike<unknown>>> = {
  rehearsal: () => Process.run([PROGRAM]),
  raw: () => runRaw([PROGRAM]),
  execa: () => execa(PROGRAM),
  'nano-spawn': () => nanoSpawn(PROGRAM),
  tinyexec: () => tinyexec(PROGRAM),
  zx: () => zx`${PROGRAM}`,
}

const one = forEachWay(oneByOne)
const many = forEachWay(inLanes)
const oneRounds = await interleave(one, 10)
const manyRounds = await interleave(many, 10)

printSection('Spawn', [
  figures('One `/bin/true` after the other', one, oneRounds, {
    base: 'raw',
    measures: { us: 'latency, us', cpu: 'CPU of the parent, us' },
  }),
  goals(1, oneRounds, [
    { what: 'latency over raw', figure: (of) => of('rehearsal', 'us') / of('raw', 'us'), atMost: [1.1, 1] },
    { what: 'latency over execa', figure: (of) => of('rehearsal', 'us') / of('execa', 'us'), atMost: [0.95, 0.72] },
    { what: 'CPU over raw', figure: (of) => of('rehearsal', 'cpu') / of('raw', 'cpu'), atMost: [1.15, 0.15] },
  ]),
  figures(`${LANES} at a time`, many, manyRounds, { base: 'raw', measures: { perSecond: 'runs per second' } }),
  goals(1, manyRounds, [
    {
      what: 'throughput over raw',
      figure: (of) => of('rehearsal', 'perSecond') / of('raw', 'perSecond'),
      atLeast: [0.95, 1.8],
    },
  ]),
])

function forEachWay<T>(measure: (run: () => PromiseLike<unknown>) => T): Record<string, () => T> {
  return Object.fromEntries(Object.entries(WAYS).map(([name, run]) => [name, () => measure(run)]))
}

async function oneByOne(run: () => PromiseLike<unknown>): Promise<{ us: number; cpu: number }> {
  const runs = size(20, 3)
  const latencies: number[] = []
  const { cpu } = await timed(async () => {
    for (let count = 0; count < runs; count++) latencies.push((await timed(run)).ms)
  })
  return { us: median(latencies) * 1000, cpu: (cpu / runs) * 1000 }
}

async function inLanes(run: () => PromiseLike<unknown>): Promise<{ perSecond: number }> {
  const runs = size(320, LANES)
  let left = runs
  const lane = async (): Promise<void> => {
    while (left-- > 0) await run()
  }
  const { ms } = await timed(() => Promise.all(Array.from({ length: LANES }, lane)))
  return { perSecond: (runs / ms) * 1000 }
}
