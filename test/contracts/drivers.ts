import { castActor } from '../../src/contracts/suite/index.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import type { Driver } from '../../src/index.ts'
import { FakeDriver } from '../../src/index.ts'
import { InterceptedDriver } from './intercepted-driver.ts'
import { eachForReal } from './layers.ts'
import { logged } from './logged.ts'

/** Every driver that has to pass the suite, by name. */
export const drivers: Readonly<Record<string, () => Driver>> = {
  'the real machine': () => new SystemDriver(),
  'the rehearsal': () => new FakeDriver({ cast: castActor, files: {} }),
  'the rehearsal, unruly by seed 1': () => new FakeDriver({ cast: castActor, files: {}, seed: 1 }),
  'the rehearsal, unruly by seed 2': () => new FakeDriver({ cast: castActor, files: {}, seed: 2 }),
  ...(eachForReal ? { 'the real machine, logged': () => logged(new SystemDriver()) } : {}),
  'the rehearsal, logged': () => logged(new FakeDriver({ cast: castActor, files: {} })),
  'the rehearsal, logged with all stages': () =>
    logged(new FakeDriver({ cast: castActor, files: {} }), { stages: true }),
  'execa, intercepted': () => new InterceptedDriver(),
  'execa, intercepted, unruly by seed 1': () => new InterceptedDriver(1),
}
