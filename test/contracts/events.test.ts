import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import type { Driver } from '../../src/index.ts'
import { eachForReal, listenedTo, rehearsed } from './layers.ts'

const machines: Readonly<Record<string, () => Driver>> = {
  ...(eachForReal ? { 'the real machine': () => new SystemDriver() } : {}),
  'the rehearsal, unruly by seed 1': () => rehearsed(1),
}

for (const [name, createDriver] of Object.entries(machines)) {
  describe(`${name}, listened to by those who fail`, () =>
    driverContract({ test, describe, createDriver, createProcess: listenedTo }))
}
