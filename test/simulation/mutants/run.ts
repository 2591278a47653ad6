/**
 * Simulates supervisors that are wrong on purpose: each has to be found out. `npm run simulate:mutants -- --runs 500`; with
 * `--known` the seed that is known to find it is tried first.
 */
import { parseArgs } from 'node:util'
import type { SimulationFailedError, SimulationOptions } from '../../../src/index.ts'
import { type Changed, withMutant } from './change.ts'
import { type Mutant, mutants } from './mutants.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    only: { type: 'string', default: '' },
    known: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** What became of one mutant. */
interface Fate {
  readonly name: string
  readonly caughtBy?: string
  readonly runs: number
}

let missed = 0
for (const [index, { name }] of mutants.entries()) {
  if (!name.includes(values.only)) continue
  const fate = await fateOf(index, Number(values.runs))
  if (fate.caughtBy === undefined) missed++
  console.log(values.json ? JSON.stringify(fate) : lineOf(fate))
}
process.exitCode = missed === 0 ? 0 : 1

async function fateOf(index: number, runs: number): Promise<Fate> {
  const changed = await withMutant(index)
  const { name, seed } = mutants[index] as Mutant
  const known = values.known ? await caught(changed, { seed, runs: 1 }) : undefined
  return { name, runs, ...(known?.caughtBy ? known : await caught(changed, { seed: 1, runs })) }
}

/** What finds it out, and in which run. */
async function caught({ Process, options, system }: Changed, plan: SimulationOptions): Promise<Partial<Fate>> {
  let held = 0
  const onRun = (): void => {
    held++
  }
  try {
    await Process.simulate(system, { ...options, ...plan, shrinkRuns: 0, onRun })
    return {}
  } catch (error) {
    const { violation } = error as Partial<SimulationFailedError>
    if (!violation) throw error
    return { caughtBy: violation.invariant, runs: (plan.seed ?? 1) + held }
  }
}

function lineOf({ name, caughtBy, runs }: Fate): string {
  return caughtBy === undefined
    ? `MISSED in ${runs} runs: ${name}`
    : `run ${String(runs).padStart(3)}: ${name}\n         ${caughtBy}`
}
