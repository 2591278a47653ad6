import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { drivers } from './drivers.ts'

const repeats = Number(process.env.REPEAT ?? 1) - 1
const repeated = (title: string, body: () => Promise<void>) => test(title, { repeats }, body)

for (const [name, createDriver] of Object.entries(drivers)) {
  describe(name, () => driverContract({ test: repeated, describe, createDriver }))
}
