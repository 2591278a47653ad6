/**
 * Compares rehearsals with real processes: `npm run fuzz -- --runs 10000 --seed 1`. One case again: `--seed 1 --path 12`.
 * `--mutants` has rehearsals that are broken on purpose caught by the same cases.
 */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { caughtBy, withMutant } from './broken.ts'
import { type Finding, hunt, settledAlone, verdictOf } from './hunt.ts'
import { mutants, rareMutants } from './mutants.ts'
import { described, report } from './report.ts'
import { caseAt, shrink } from './shrink.ts'

/** How long a divergence is made smaller, in milliseconds. */
const SHRINKING = 90_000

process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'rehearsal-compile-cache')
mkdirSync(process.env.NODE_COMPILE_CACHE, { recursive: true })

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    path: { type: 'string' },
    lanes: { type: 'string', default: '8' },
    mutants: { type: 'boolean', default: false },
  },
})
const [runs, seed, lanes] = [values.runs, values.seed, values.lanes].map(Number) as [number, number, number]
if (!(runs >= 1 && lanes >= 1 && Number.isInteger(seed))) {
  throw new TypeError('Cannot run: --runs and --lanes are numbers from 1 on, --seed is a whole number')
}

const begun = performance.now()
const counts: Record<string, number> = {}
process.exitCode = values.path === undefined ? await runAll() : await runOne(values.path)

async function runAll(): Promise<number> {
  console.log(`seed ${seed}: ${runs} cases, ${lanes} side by side`)
  const findings = await hunt({ seed, runs, lanes, onFinding: tell })
  console.log(summary())
  for (const finding of findings.filter(isUnexplained)) await tellSmallest(finding)
  const missed = values.mutants ? await tellMutants(findings) : 0
  return findings.some(isUnexplained) || missed > 0 ? 1 : 0
}

function isUnexplained(finding: Finding): boolean {
  return verdictOf(finding) === 'diverged'
}

/** Says at once what has to be looked at, and now and then how far it is. */
function tell(finding: Finding): void {
  const verdict = verdictOf(finding)
  const all = Object.values(counts).reduce((sum, count) => sum + count, 1)
  counts[verdict] = (counts[verdict] ?? 0) + 1
  if (finding.expected.length === 1) counts.certain = (counts.certain ?? 0) + 1
  const command = `npm run fuzz -- --seed ${seed} --path ${finding.index}`
  if (verdict === 'diverged' || verdict === 'once') console.log(`\n${report(command, finding)}\n`)
  if (verdict === 'late') console.log(`never in time: ${command}`)
  if (all % 120 === 0) console.log(summary())
}

function summary(): string {
  const { same = 0, open = 0, once = 0, late = 0, diverged = 0, certain = 0 } = counts
  const all = same + open + once + late + diverged
  const seconds = Math.round((performance.now() - begun) / 1000)
  return `${all} cases (${certain} with one possible trace): ${same} the same, ${open} as on a slower machine, ${once} diverged once and then not again, ${late} never in time, ${diverged} diverged, ${seconds} s`
}

async function tellSmallest({ index }: Finding): Promise<void> {
  console.log(`\nmaking case ${index} smaller, for at most ${SHRINKING / 1000} s`)
  const { path } = await shrink(seed, String(index), SHRINKING)
  await runOne(path)
}

async function runOne(path: string): Promise<number> {
  const finding = await settledAlone(caseAt(seed, path))
  const verdict = verdictOf(finding)
  const command = `npm run fuzz -- --seed ${seed} --path ${path}`
  console.log(verdict === 'diverged' || verdict === 'once' ? report(command, finding) : described(finding.piece))
  console.log(`${command}: ${finding.kinds.join(', ')}`)
  return verdict === 'diverged' ? 1 : 0
}

async function tellMutants(findings: readonly Finding[]): Promise<number> {
  const all = [...mutants, ...rareMutants]
  let missed = 0
  for (const mutant of all) {
    const index = await withMutant(mutant, (toolkit) => caughtBy(toolkit, findings))
    if (index === undefined) missed++
    console.log(`${index === undefined ? 'NOT CAUGHT' : `caught by case ${index + 1}`}: ${mutant.name}`)
  }
  console.log(`${all.length - missed} of ${all.length} broken rehearsals caught within ${findings.length} cases`)
  return missed
}
