import { describe, test } from 'vitest'
import { registerTopics } from '../../src/contracts/suite/harness.ts'
import { pipelines } from '../../src/contracts/suite/pipelines.ts'
import { drivers } from './drivers.ts'
import { withoutJoints } from './layers.ts'

for (const [name, createDriver] of Object.entries(drivers)) {
  describe(`${name}, without joints`, () =>
    registerTopics([pipelines], { test, describe, createDriver: () => withoutJoints(createDriver()) }))
}
