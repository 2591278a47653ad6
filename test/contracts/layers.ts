import { type ContractOptions, castActor } from '../../src/contracts/suite/index.ts'
import {
  createProcess,
  type Driver,
  FakeDriver,
  type IsolationOptions,
  type ProcessEventName,
  type ProcessFactory,
} from '../../src/index.ts'
import { bareDriver } from '../bare-driver.ts'

/**
 * Whether every layer is also put around the real machine by itself: `npm run contracts` does. `npm test` has them stacked
 * there, and by themselves around a rehearsal.
 */
export const eachForReal: boolean = process.env.CONTRACTS === 'all'

/** How much of the suite `npm test` runs where the machine itself has had all of it: the rest is for `npm run contracts`. */
const SHARE = 4
/** What is told of that where cases are named. */
export const shareForReal: string = eachForReal ? '' : ', every fourth case'

/** A runner that takes all cases, or every fourth of each topic. */
export function someForReal({ test, describe }: Runner): Runner {
  let count = 0
  return {
    test(title, body) {
      if (eachForReal || count++ % SHARE === 0) test(title, body)
    },
    describe(title, body) {
      describe(title, () => {
        count = 0
        body()
      })
    },
  }
}

type Runner = Pick<ContractOptions, 'test' | 'describe'>

/** Demands that no case can tell from their absence; `prefer`, because not every machine meets all of them. */
export const UNSEEN: IsolationOptions = {
  limits: { memory: '4GB', cpuTime: '1h', openFiles: { soft: 900, hard: 1000 }, core: 0 },
  noNewPrivileges: true,
  umask: process.umask(),
  nice: 0,
  prefer: true,
}

export function rehearsed(seed?: number): Driver {
  return new FakeDriver({ cast: castActor, files: {}, ...(seed === undefined ? {} : { seed }) })
}

/** A driver that cannot connect processes by itself, so that every byte between them is carried by the core. */
export function withoutJoints(driver: Driver): Driver {
  const joints = 'it was made to do without'
  return bareDriver(driver, {
    capabilities: { ...driver.capabilities, joints },
    joint: () => Promise.reject(new Error(`Cannot make a joint: ${joints}`)),
  })
}

const EVENTS: readonly ProcessEventName[] = [
  ...(['beforeStart', 'started', 'output', 'errorOutput', 'beforeStop', 'stopped', 'completed', 'failed'] as const),
  ...(['killed', 'timedOut', 'restarted', 'scheduled'] as const),
]

/** A Process with listeners to everything: one that only listens, one that throws, one that rejects. */
export function listenedTo(driver: Driver): ProcessFactory {
  const process = createProcess({ driver })
  const { events } = process
  for (const name of EVENTS) {
    events.on(name, () => {})
    events.on(name, () => {
      throw new Error('no')
    })
    events.on(name, () => Promise.reject(new Error('no, later')))
  }
  events.on('listenerFailed', () => {})
  return process
}
