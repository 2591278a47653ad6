import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import { type Driver, isolated } from '../../src/index.ts'
import { listenedTo, rehearsed, shareForReal, someForReal, UNSEEN } from './layers.ts'
import { logged } from './logged.ts'

/** The isolating and the logging layer, in both orders, and in both at once; whoever stands on them is listened to as well. */
const stacks: Readonly<Record<string, () => Driver>> = {
  'the rehearsal, isolated and logged': () => logged(isolated(rehearsed(), UNSEEN)),
  'the rehearsal, logged with all stages and isolated, unruly by seed 4': () =>
    isolated(logged(rehearsed(4), { stages: true }), UNSEEN),
}

const name = `the real machine, isolated, logged and isolated again, listened to by those who fail${shareForReal}`
describe(name, () => {
  const createDriver = () => isolated(logged(isolated(new SystemDriver(), UNSEEN)), UNSEEN)
  driverContract({ ...someForReal({ test, describe }), createDriver, createProcess: listenedTo })
})

for (const [name, createDriver] of Object.entries(stacks)) {
  describe(`${name}, listened to by those who fail`, () =>
    driverContract({ test, describe, createDriver, createProcess: listenedTo }))
}
