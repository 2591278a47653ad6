import { describe, test } from 'vitest'
import { castActor, clockContract } from '../../src/contracts/suite/index.ts'
import { FakeDriver } from '../../src/index.ts'

const createDriver = () => new FakeDriver({ cast: castActor, files: {}, now: new Date('1999-12-31T23:59:59.990Z') })

describe('a rehearsal that crosses a date', () => clockContract({ test, describe, createDriver }))
