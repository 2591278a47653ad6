import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { addCases, buildPackage, type Case, makeProject, runVitest, typeErrors, versions } from './project.ts'

const CONFIG = ['--config', 'cases/vitest.config.ts']

/** Other runners are whole programs; on a busy machine they take their time. */
const PATIENCE = 60_000

let folder = ''
beforeAll(async () => {
  folder = await buildPackage()
}, PATIENCE)
afterAll(() => rmSync(folder, { recursive: true }))

for (const [name, vitest] of Object.entries(versions)) {
  describe(name, () => {
    let project = ''
    let cases: readonly Case[] = []
    beforeAll(async () => {
      project = makeProject(folder, name, { vitest })
      addCases(project)
      cases = await runVitest(project, vitest, ...CONFIG)
    }, PATIENCE)

    test('passes and fails each test of the project as its title says', () => {
      assert.deepEqual(surprises(cases), [])
      assert.equal(cases.length, 2020)
    })

    test('says which command was refused', () => {
      const [first = '', second = ''] = failures(/stray/)
      assert.match(first, /Commands were refused while this test ran:\n\nCannot start "rm -rf build": stray processes/)
      assert.match(
        second,
        /Cannot start "rm -rf build": no rule of this rehearsal matches it\. The nearest rules:\n {2}'git \*'/,
      )
    })

    test('shows what did run when a matcher fails', () => {
      const table = 'What ran:\n  1  git fetch  (exit 0)\n  2  git push origin  (exit 0)\n  3  cat  (signalled)'
      const [plain = '', opposite = '', nothing = ''] = failures(/what did run|runs nothing/)
      assert(plain.includes(`Expected 'git pull' to have run, but it did not\n\n${table}`), plain)
      assert(opposite.includes(`Expected 'git push *' not to have run, but it did\n\n${table}`), opposite)
      assert.match(nothing, /Cannot tell what ran: expected a Process, a rehearsal or a spy/)
    })

    test('knows the types of the matchers', async () => {
      assert.deepEqual(await typeErrors(project), [])
    })

    function failures(title: RegExp): readonly string[] {
      return cases
        .filter((one) => one.status === 'failed' && title.test(one.title))
        .flatMap((one) => one.failureMessages)
    }
  })
}

test(
  'holds without isolation, too, where all files share one Process',
  async () => {
    const vitest = versions['vitest 5'] as string
    const project = makeProject(folder, 'not isolated', { vitest })
    addCases(project)
    const cases = await runVitest(project, vitest, ...CONFIG, '--no-isolate', '--no-file-parallelism')
    assert.deepEqual(surprises(cases), [])
    assert.equal(cases.length, 2020)
  },
  PATIENCE,
)

/** The tests that did not end as their titles say. */
function surprises(cases: readonly Case[]): readonly Case[] {
  return cases.filter(({ title, status }) => status !== (title.startsWith('FAILS') ? 'failed' : 'passed'))
}
