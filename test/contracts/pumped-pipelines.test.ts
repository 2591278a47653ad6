import { describe, test } from 'vitest'
import { registerTopics } from '../../src/contracts/suite/harness.ts'
import { pipelineVerdicts } from '../../src/contracts/suite/pipeline-verdicts.ts'
import { pipelines } from '../../src/contracts/suite/pipelines.ts'
import { drivers } from './drivers.ts'
import { withoutJoints } from './layers.ts'

for (const [name, createDriver] of Object.entries(drivers)) {
  describe(`${name}, without joints`, () =>
    registerTopics([pipelines, pipelineVerdicts], {
      test,
      describe,
      createDriver: () => withoutJoints(createDriver()),
    }))
}
