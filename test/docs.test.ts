import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, test, vi } from 'vitest'
import { createProcess, Process } from '../src/index.ts'
import { runTests } from './fixtures/sample-runner.ts'
import { documents, samplesOf, typeCheckSettings, writeSample } from './samples.ts'

const TSC = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))

// Samples may write files: they run in a folder of their own.
const home = process.cwd()
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'rehearsal-docs-'))
process.chdir(folder)
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true })
})
vi.spyOn(console, 'log').mockImplementation(() => {})

for (const document of documents) {
  describe(document, () => {
    for (const sample of samplesOf(document)) {
      const path = writeSample(sample, folder)
      if (sample.notRun === undefined) test(sample.title, () => run(path))
    }
  })
}

async function run(path: string): Promise<void> {
  await import(pathToFileURL(path).href)
  await runTests()
  assert.throws(() => Process.recorded(), /outside a rehearsal/, 'the sample leaves a rehearsal behind')
  assert.deepEqual(Process.active(), [], 'the sample leaves processes behind')
}

test('samples are free of type errors', async () => {
  writeFileSync(join(folder, 'tsconfig.json'), typeCheckSettings)
  const result = await createProcess().path(folder).run([TSC, '-p', '.', '--pretty', 'false'])
  // What is wrong with the sources is for the type check of the project to say.
  assert.deepEqual(
    result.lines().filter((line) => line.startsWith('README') || line.startsWith('docs')),
    [],
  )
})
