import { describe, test } from 'vitest'
import { registerTopics } from '../../src/contracts/suite/harness.ts'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { pipelines } from '../../src/contracts/suite/pipelines.ts'
import { rehearsed, withoutJoints } from '../contracts/layers.ts'

// The whole suite, where no time passes and nothing happens by chance.
describe('the rehearsal', () => driverContract({ test, describe, createDriver: () => rehearsed() }))
describe('the rehearsal, without joints', () =>
  registerTopics([pipelines], { test, describe, createDriver: () => withoutJoints(rehearsed()) }))
