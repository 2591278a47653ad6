import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { rehearsed } from '../contracts/layers.ts'

// The whole suite, where output comes in pieces and signals come late.
describe('the rehearsal, unruly by seed 1', () => driverContract({ test, describe, createDriver: () => rehearsed(1) }))
