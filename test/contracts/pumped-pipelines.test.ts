import { describe, test } from 'vitest'
import { registerTopics } from '../../src/contracts/suite/harness.ts'
import { pipelines } from '../../src/contracts/suite/pipelines.ts'
import type { Driver } from '../../src/index.ts'
import { drivers } from './drivers.ts'

/** A driver that cannot connect processes by itself, so that every byte between them is carried by the core. */
function withoutJoints(driver: Driver): Driver {
  const { capabilities, clock, random, files, processes, net } = driver
  const joints = 'it was made to do without'
  return {
    capabilities: { ...capabilities, joints },
    clock,
    random,
    files,
    processes,
    net,
    start: (command) => driver.start(command),
    joint: () => Promise.reject(new Error(`Cannot make a joint: ${joints}`)),
    close: () => driver.close(),
  }
}

for (const [name, createDriver] of Object.entries(drivers)) {
  describe(`${name}, without joints`, () =>
    registerTopics([pipelines], { test, describe, createDriver: () => withoutJoints(createDriver()) }))
}
