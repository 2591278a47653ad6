/** Compares rehearsals with real processes: `npm run fuzz -- --runs 10000 --seed 1`, or one case again with `--path`. */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { emptyTally, report, runLane, runLanes } from './lanes.ts'

process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'rehearsal-compile-cache')
mkdirSync(process.env.NODE_COMPILE_CACHE, { recursive: true })

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    path: { type: 'string' },
    lanes: { type: 'string', default: '6' },
  },
})
const [runs, seed, lanes] = [values.runs, values.seed, values.lanes].map(Number) as [number, number, number]
if (!(runs >= 1 && lanes >= 1 && Number.isInteger(seed)))
  throw new TypeError('Cannot run: --runs and --lanes are from 1 on')

const tally = emptyTally()
let told = 0
const begun = performance.now()
const onCase = (): void => {
  while (told < tally.divergences.length) console.log(`\nDIVERGENCE\n${report(tally.divergences[told++] as never)}\n`)
  if (tally.runs % 100 === 0) console.log(line())
}
const line = (): string =>
  `${tally.runs} cases, ${tally.strict} with one possible trace, ${tally.open} open, ${tally.divergences.length} divergences, ${Math.round((performance.now() - begun) / 1000)} s`

console.log(`seed ${seed}`)
if (values.path) await runLane({ seed, runs: 1, path: values.path, onCase }, tally)
else await runLanes(lanes, { seed, runs, onCase }, tally)
for (const one of tally.divergences.slice(told)) console.log(`\nDIVERGENCE\n${report(one)}\n`)
console.log(`seed ${seed}: ${line()}`)
process.exitCode = tally.divergences.length === 0 ? 0 : 1
