import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { readDocument } from '../samples.ts'
import { buildPackage, type Case, makeProject, ROOT, runJest, runNodeTest, runVitest, versions } from './project.ts'

// The samples of the page on test runners, each run by its own runner, beside tests that show what its set-up is good for.

const vitest = versions['vitest 5'] as string
const JEST = { '@jest': join(ROOT, 'node_modules/@jest'), '@sinonjs': join(ROOT, 'node_modules/@sinonjs') }

const runners = [
  {
    name: 'vitest',
    from: 'vitest',
    fakes: 'vi.useFakeTimers',
    packages: { vitest },
    run: (project: string) => runVitest(project, vitest),
  },
  { name: 'node:test', from: 'node:test', fakes: 'mock.timers.enable', packages: {}, run: runNodeTest },
  { name: 'Jest', from: '@jest/globals', fakes: 'jest.useFakeTimers', packages: JEST, run: runJest },
]

/** What has to pass and to fail under any set-up. */
const others = (from: string) => `
import assert from 'node:assert/strict'
import { test } from '${from}'
import { Process } from 'rehearsal'

test('FAILS: swallows a stray', async () => {
  await Process.run('rm -rf build').catch(() => {})
})

test('forgets a rehearsal', async () => {
  Process.fake({ 'git *': '' })
  await Process.run('git push')
})

test('sees nothing of what another one has forgotten', async () => {
  assert.throws(() => Process.recorded(), /nothing is recorded/)
})
`

/** What runs in spite of fake timers: a test of its own file, as they are taken back by nobody. */
const faked = (from: string, fakes: string) => `
import assert from 'node:assert/strict'
import { exec } from 'node:child_process'
import { ${fakes.split('.')[0]}, test } from '${from}'
import { Process } from 'rehearsal'
import { intercept } from 'rehearsal/intercept'

test('rehearses beside fake timers', async () => {
  ${fakes}()
  using _ = intercept()
  Process.fake({ build: Process.describe().after('2s').output('built'), check: async ({ stdin }) => stdin.text() })
  for (const line of ['build', 'check']) {
    const output = (await Process.run(line)).output()
    assert.equal(await new Promise((resolve) => exec(line, (_, text) => resolve(text)).stdin.end()), output)
  }
})
`

/** Other runners are whole programs; on a busy machine they take their time. */
const PATIENCE = 60_000

let folder = ''
beforeAll(async () => {
  folder = await buildPackage()
}, PATIENCE)
afterAll(() => rmSync(folder, { recursive: true }))

for (const { name, from, fakes, packages, run } of runners) {
  describe(`under ${name}`, () => {
    let cases: readonly Case[] = []
    const samples = samplesUnder(name)

    beforeAll(async () => {
      const project = makeProject(folder, `documented ${from.replace(/\W/g, '-')}`, packages)
      for (const [file, code] of samples) writeFileSync(join(project, file), code)
      writeFileSync(join(project, 'others.test.js'), others(from))
      writeFileSync(join(project, 'faked.test.js'), faked(from, fakes))
      cases = await run(project)
    }, PATIENCE)

    test('the samples of the page run, every test of them', () => {
      const promised = samples.flatMap(([, code]) => code.match(/^ *test[.(]/gm) ?? []).length
      const passed = cases.filter(({ status }) => status === 'passed')
      assert(samples.length >= 2 && promised > 0)
      assert(passed.length >= promised + 3, JSON.stringify(cases, undefined, 2))
    })

    test('a rehearsal runs in spite of fake timers', () => {
      const found = cases.find(({ title }) => title === 'rehearses beside fake timers')
      assert.equal(found?.status, 'passed', found?.failureMessages.join())
    })

    test('only the test that swallows a stray fails, and says which', () => {
      const failed = cases.filter(({ status }) => status !== 'passed')
      assert.deepEqual(
        failed.map(({ title }) => title),
        ['FAILS: swallows a stray'],
      )
      assert.match(failed[0]?.failureMessages.join('\n') ?? '', /Cannot start "rm -rf build"/)
    })
  })
}

/** The files that the page shows under a heading, in order. */
function samplesUnder(heading: string): readonly (readonly [file: string, code: string])[] {
  const [, section = ''] = `${readDocument('docs/runners.md')}\n## `.split(`\n## ${heading}\n`)
  const [text = ''] = section.split('\n## ')
  return [...text.matchAll(/^```js (\S+)\n([\s\S]*?)^```/gm)].map(([, file = '', code = '']) => [file, code])
}
