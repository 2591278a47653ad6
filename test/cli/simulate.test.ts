import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const INDEX = new URL('../../src/index.ts', import.meta.url).href

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-simulate-'))
afterAll(() => rmSync(folder, { recursive: true }))
const rehearsal = (...words: string[]) =>
  createProcess()
    .path(folder)
    .run([process.execPath, MAIN, ...words])

const OPTIONS = "{ programs: { api: Process.describe().hangs() }, faults: ['crashes', 'stalls'] }"
// One keeps the handle of a process, the other its number, which may be anybody's by then.
const sound = `import { Process } from '${INDEX}'
export const options = ${OPTIONS}
export const system = async ({ process }) => {
  const api = await process.forever().start('api')
  return () => api.stop()
}`
const unsound = `import { Process } from '${INDEX}'
export const options = ${OPTIONS}
export default async ({ process }) => {
  const pid = (await process.forever().start('api')).id()
  return () => process.kill(pid, 'SIGKILL')
}`
writeFileSync(join(folder, 'sound.mjs'), sound)
writeFileSync(join(folder, 'unsound.mjs'), unsound)
writeFileSync(join(folder, 'nothing.mjs'), '')

const dataOf = (page: string) =>
  JSON.parse(readFileSync(join(folder, page), 'utf8').match(/id="data">(.*?)<\/script>/s)?.[1] ?? '')

test('an ES module that its package.json takes for another one is named, with what to do', async () => {
  const own = mkdtempSync(join(folder, 'own-'))
  writeFileSync(join(own, 'package.json'), '{"type":"commonjs"}')
  writeFileSync(join(own, 'upkeep.ts'), unsound)
  const run = createProcess().path(own)
  const result = await run.run([process.execPath, MAIN, 'simulate', 'upkeep.ts'])
  assert.equal(result.exitCode(), 2)
  const remedy = 'its package.json says "type": "commonjs". Call it upkeep.mts, or set "type": "module"'
  assert(result.errorOutput().includes(`Cannot simulate: upkeep.ts is written as an ES module, and ${remedy}\n`))
  writeFileSync(join(own, 'rehearsal.config.ts'), `import '${INDEX}'\nexport default {}`)
  const up = await run.run([process.execPath, MAIN, 'up'])
  assert.match(
    up.errorOutput(),
    /^Cannot read the config: rehearsal\.config\.ts is written as an ES module, .* Call it rehearsal\.config\.mts/m,
  )
})

describe('rehearsal simulate', () => {
  test('tells that all held, in as many runs as it was asked for, and draws the last one', async () => {
    const words = ['--runs', '5', '--seed', '7', '--duration', '10s', '--report', 'sound.html']
    const result = await rehearsal('simulate', 'sound.mjs', ...words)
    assert.equal(result.exitCode(), 0, result.errorOutput())
    assert.match(
      result.output(),
      /^All held: \d+ invariants in 5 runs from seed 7 on, .* of virtual time, \d+ faults\./,
    )
    const { title, lanes } = dataOf('sound.html')
    assert.deepEqual([title, lanes[0].name], ['Simulation of sound.mjs', 'api'])
  })

  test('tells of the first that does not hold, and draws the simplest', async () => {
    const result = await rehearsal('simulate', 'unsound.mjs', '--report', 'unsound.html')
    assert.equal(result.exitCode(), 1)
    assert.match(result.errorOutput(), /^Simulation failed: "no signal to a process that is gone" does not hold/)
    assert(dataOf('unsound.html').marks.some(({ kind }: { kind: string }) => kind === 'violation'))
    const asJson = (await rehearsal('simulate', 'unsound.mjs', '--json')).json<Record<string, unknown>>()
    assert.deepEqual([asJson.held, asJson.code], [false, 'ERR_SIMULATION_FAILED'])
  })

  for (const [words, message] of [
    [['nobody.mjs'], /^Cannot simulate: there is no nobody\.mjs\n/],
    [['nothing.mjs'], /^Cannot simulate nothing\.mjs: expected it to export a function as "system"/],
    [['sound.mjs', '--runs', '0'], /^Cannot simulate with runs 0: /],
    [['sound.mjs', '--duration', 'long'], /long/],
  ] as const) {
    test(`does not understand "${words.join(' ')}", and says why`, async () => {
      const result = await rehearsal('simulate', ...words)
      assert.match(result.errorOutput(), message)
      assert.equal(result.exitCode(), 2)
    })
  }
})

test('rehearsal replay draws what was recorded, as it was then', async () => {
  const lines = ['{"recording":"rehearsal","version":1}', '{"run":["make","all"],"cwd":"<cwd>"}']
  const events = ['[250,"out","one\\n"]', '[50,"err","oh\\n"]', '[100,"exit",2]', '{"end":true}\n']
  writeFileSync(join(folder, 'make.ndjson'), [...lines, ...events].join('\n'))
  const result = await rehearsal('replay', 'make.ndjson', '--fast', '--report', 'make.html')
  assert.deepEqual([result.exitCode(), result.output()], [2, 'one\n'], result.errorOutput())
  const [{ name, rows }] = dataOf('make.html').lanes
  const { start, end, detail, state } = rows[0][0]
  assert.deepEqual([name, start, end, state, detail], ['make all', 0, 400, 'failed', 'exit code 2'])
})

test('rehearsal run tries again as often as it is told, while a command fails', async () => {
  const script = 'echo x >> tries; [ $(wc -l < tries) -ge 2 ]'
  const result = await rehearsal('run', '--retry', '3', '--', 'sh', '-c', script)
  assert.deepEqual([result.exitCode(), result.errorOutput()], [0, 'rehearsal: failed, again in 1 s (2 of 3)\n'])
  assert.equal(readFileSync(join(folder, 'tries'), 'utf8'), 'x\nx\n')
})
