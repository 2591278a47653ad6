/** Simulates groups at length: `npm run simulate -- --runs 20000 --seed 1`. */
import { parseArgs } from 'node:util'
import { Process } from '../../../src/index.ts'
import { options } from './options.ts'
import { groupSystem } from './system.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    twice: { type: 'boolean', default: false },
  },
})
const [runs, seed] = [Number(values.runs), Number(values.seed)]
const begun = performance.now()
const seconds = (): string => `${Math.round((performance.now() - begun) / 1000)} s`

try {
  const onRun = (run: number): void => {
    if (run % 1000 === 0) console.log(`${run} of ${runs} runs hold, ${seconds()}`)
  }
  const result = await Process.simulate(groupSystem, { ...options, runs, seed, twice: values.twice, onRun })
  console.log(result)
  console.log(
    `seeds ${seed} to ${seed + runs - 1}: all hold, ${seconds()}, ${Math.round(result.simulatedMs / (performance.now() - begun))} times real time`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
