import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { drivers } from './drivers.ts'

for (const [name, createDriver] of Object.entries(drivers)) {
  describe(name, () => driverContract({ test, describe, createDriver }))
}
