import { describe, test } from 'vitest'
import { castActor, driverContract } from '../../src/contracts/suite/index.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import { type Driver, FakeDriver, type IsolationOptions, isolated } from '../../src/index.ts'

/** Demands that no case can tell from their absence; `prefer`, because not every machine meets all of them. */
const UNSEEN: IsolationOptions = {
  limits: { memory: '4GB', cpuTime: '1h', openFiles: { soft: 900, hard: 1000 }, core: 0 },
  noNewPrivileges: true,
  umask: process.umask(),
  nice: 0,
  prefer: true,
}

const rehearsed = (seed?: number): Driver =>
  new FakeDriver({ cast: castActor, files: {}, ...(seed === undefined ? {} : { seed }) })

/** Layers around both machines, alone and stacked. */
const layers: Readonly<Record<string, () => Driver>> = {
  'the real machine, isolated': () => isolated(new SystemDriver(), UNSEEN),
  'the rehearsal, isolated': () => isolated(rehearsed(), UNSEEN),
  'the rehearsal, isolated twice, unruly by seed 3': () => isolated(isolated(rehearsed(3), UNSEEN), UNSEEN),
}

for (const [name, createDriver] of Object.entries(layers)) {
  describe(name, () => driverContract({ test, describe, createDriver }))
}
