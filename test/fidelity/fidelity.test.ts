import assert from 'node:assert/strict'
import { beforeAll, describe, test } from 'vitest'
import { caughtBy, withMutant } from './broken.ts'
import { type Finding, hunt, verdictOf } from './hunt.ts'
import { mutants } from './mutants.ts'
import { report } from './report.ts'

/** The same cases each time. `npm run fuzz` draws others, and more of them. */
const SEED = 1
const RUNS = 300
/** Every second of the broken rehearsals: loading one takes a while. `npm run fuzz -- --mutants` has all. */
const BROKEN = mutants.filter((_, index) => index % 2 === 0)

describe(`rehearsals beside real processes, in ${RUNS} random cases:`, () => {
  let findings: readonly Finding[] = []

  beforeAll(async () => {
    findings = await hunt({ seed: SEED, runs: RUNS, lanes: 4 })
  }, 180_000)

  test('nothing is seen that a rehearsal could not show', () => {
    const diverged = findings.filter((finding) => verdictOf(finding) === 'diverged')
    const reports = diverged.map((one) => report(`npm run fuzz -- --seed ${SEED} --path ${one.index}`, one))
    assert.equal(reports.join('\n\n'), '')
  })

  test('hardly any says nothing, because the machine was too slow for it', () => {
    const late = findings.filter((finding) => verdictOf(finding) === 'late')
    assert.equal(findings.length, RUNS)
    assert(late.length <= 3, `${late.length} of ${RUNS} were never in time`)
  })

  for (const mutant of BROKEN) {
    test(`it would be noticed if ${mutant.name}`, async () => {
      assert.notEqual(await withMutant(mutant, (toolkit) => caughtBy(toolkit, findings)), undefined)
    }, 60_000)
  }
})
