import { expectSame, interleave, type Sample, size, timed, type Variants } from './harness.ts'
import { Process } from './ours.ts'
import { figures, goals, printSection } from './report.ts'

const PROCESSES = 50
const MINUTES = size(10, 1)
const names = Array.from({ length: PROCESSES }, (_, index) => `service-${index}`)

/** A process that writes a line so many times a second. */
function service(perSecond: number): readonly object[] {
  const lines = Array.from({ length: (MINUTES + 2) * 60 * perSecond }, () => [
    { wait: 1000 / perSecond },
    { write: 'out', data: 'beat\n' },
  ])
  return [...lines.flat(), { hang: true }]
}

/** A group of so many processes, in which now and then something goes wrong, and all invariants are checked. */
async function simulated(
  program: readonly object[],
  faults: 'none' | { crashes: number; hangs: number },
): Promise<Sample> {
  const simulate = () =>
    Process.simulate(
      async ({ process }) => {
        const group = process.group({ maxRestarts: Number.POSITIVE_INFINITY })
        for (const name of names) group.add(name, [name], { hang: { silence: '10s' } })
        await group.start()
        return () => group.stop()
      },
      { programs: { '*': program as never }, faults, duration: { minutes: MINUTES }, runs: 1 },
    )
  let result: Awaited<ReturnType<typeof simulate>> | undefined
  const { ms } = await timed(async () => {
    result = await simulate()
  })
  expectSame('the simulation', (result?.events.started ?? 0) >= PROCESSES, true)
  return { speed: (result?.simulatedMs ?? 0) / ms }
}

const [often, seldom] = [service(11), service(1)]
const faults = { crashes: 0.1, hangs: 0.1 }
const variants: Variants = {
  '11 events a second': () => simulated(often, 'none'),
  '11 events a second, one start in five goes wrong': () => simulated(often, faults),
  'one event a second': () => simulated(seldom, 'none'),
  'one event a second, one start in five goes wrong': () => simulated(seldom, faults),
}
const taken = await interleave(variants, 5)

printSection('Simulation', [
  figures(`A group of ${PROCESSES} processes that write lines, simulated for ${MINUTES} minutes`, variants, taken, {
    base: '11 events a second',
    measures: { speed: 'times real time' },
  }),
  goals(
    9,
    taken,
    Object.keys(variants).map((variant) => ({
      what: `${PROCESSES} processes, ${variant}: virtual over real time`,
      figure: (of) => of(variant, 'speed'),
      atLeast: [2_000],
    })),
  ),
])
