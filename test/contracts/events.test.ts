import { describe, test } from 'vitest'
import { driverContract } from '../../src/contracts/suite/index.ts'
import { createProcess, type Driver, type ProcessEventName, type ProcessFactory } from '../../src/index.ts'
import { drivers } from './drivers.ts'

/** A Process with listeners to everything: one that only listens, one that throws, one that rejects. */
function listenedTo(driver: Driver): ProcessFactory {
  const process = createProcess({ driver })
  const { events } = process
  for (const name of names) {
    events.on(name, () => {})
    events.on(name, () => {
      throw new Error('no')
    })
    events.on(name, () => Promise.reject(new Error('no, later')))
  }
  events.on('listenerFailed', () => {})
  return process
}

const names: readonly ProcessEventName[] = [
  ...(['beforeStart', 'started', 'output', 'errorOutput', 'beforeStop', 'stopped', 'completed', 'failed'] as const),
  ...(['killed', 'timedOut', 'restarted', 'scheduled'] as const),
]

for (const name of ['the real machine', 'the rehearsal, unruly by seed 1']) {
  const createDriver = drivers[name] as () => Driver
  describe(`${name}, listened to by those who fail`, () =>
    driverContract({ test, describe, createDriver, createProcess: listenedTo }))
}
