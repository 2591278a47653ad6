import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import { type Driver, isolated } from '../../src/index.ts'
import { eachForReal, rehearsed, UNSEEN } from './layers.ts'

const machines: Readonly<Record<string, () => Driver>> = {
  ...(eachForReal
    ? {
        'the real machine, isolated': () => isolated(new SystemDriver(), UNSEEN),
        'the real machine, isolated twice': () => isolated(isolated(new SystemDriver(), UNSEEN), UNSEEN),
      }
    : {}),
  'the rehearsal, isolated': () => isolated(rehearsed(), UNSEEN),
  'the rehearsal, isolated twice, unruly by seed 3': () => isolated(isolated(rehearsed(3), UNSEEN), UNSEEN),
}

for (const [name, createDriver] of Object.entries(machines)) {
  describe(name, () => driverContract({ test, describe, createDriver }))
}
