import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { createProcess } from '../../src/index.ts'

const RUN = fileURLToPath(new URL('soak-run.ts', import.meta.url))

// `npm run soak` makes 1,000. It looks at itself through /proc.
test.runIf(process.platform === 'linux')('150 restarts of real processes leave nothing behind', async () => {
  const result = await createProcess().run([process.execPath, RUN, '--restarts', '150'])
  assert(result.successful(), `${result.output()}${result.errorOutput()}`)
})
