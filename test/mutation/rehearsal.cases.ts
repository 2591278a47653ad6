import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { rehearsed } from '../contracts/layers.ts'

// The whole suite, where no time passes and nothing happens by chance.
describe('the rehearsal', () => driverContract({ test, describe, createDriver: () => rehearsed() }))
