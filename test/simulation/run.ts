/** Simulates groups, recoveries, and those who come after a killed supervisor at length: `npm run simulate -- --runs 20000 --seed 1`, or one of them with `--of groups`. */
import { parseArgs } from 'node:util'
import { Process, type SimulationOptions, type System } from '../../src/index.ts'
import { options as groups } from './groups/options.ts'
import { groupSystem } from './groups/system.ts'
import { options as recoveries, recoverySystem } from './recoveries.ts'
import { successorSystem, options as successors } from './successors.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    of: { type: 'string', default: 'all' },
    twice: { type: 'boolean', default: false },
  },
})
const [runs, seed] = [Number(values.runs), Number(values.seed)]
const SUBJECTS: Readonly<Record<string, [System<typeof Process>, SimulationOptions]>> = {
  groups: [groupSystem, groups],
  recoveries: [recoverySystem, recoveries],
  successors: [successorSystem, successors],
}

for (const [name, [system, options]] of Object.entries(SUBJECTS)) {
  if (values.of === 'all' || values.of === name) await simulate(name, system, options)
}

async function simulate(name: string, system: System<typeof Process>, options: SimulationOptions): Promise<void> {
  const begun = performance.now()
  const seconds = (): string => `${Math.round((performance.now() - begun) / 1000)} s`
  const onRun = (run: number): void => {
    if (run % 1000 === 0) console.log(`${name}: ${run} of ${runs} runs hold, ${seconds()}`)
  }
  try {
    const result = await Process.simulate(system, { ...options, runs, seed, twice: values.twice, onRun })
    const speed = Math.round(result.simulatedMs / (performance.now() - begun))
    console.log(result)
    console.log(`${name}, seeds ${seed} to ${seed + runs - 1}: all hold, ${seconds()}, ${speed} times real time`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
