import type { Driver } from '../src/index.ts'

/** The same driver with nothing but what every driver has to have, and with these changes. */
export function bareDriver(driver: Driver, changes: Partial<Driver> = {}): Driver {
  const { capabilities, clock, random, files, processes, net } = driver
  return {
    capabilities,
    clock,
    random,
    files,
    processes,
    net,
    start: (command) => driver.start(command),
    joint: () => driver.joint(),
    close: () => driver.close(),
    ...changes,
  }
}
