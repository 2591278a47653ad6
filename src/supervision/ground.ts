import { AsyncLocalStorage } from 'node:async_hooks'
import type { Driver } from '../contracts/driver.ts'
import type { Host } from '../host.ts'

/**
 * The world that a group stands on from its start to its end, and the surroundings in which everything of it happens:
 * nobody waits for what it does, and whoever moves time, or asks for something, lends it nothing of their own.
 */
export class Ground implements Pick<Driver, 'clock' | 'random' | 'files' | 'processes'> {
  readonly clock: Host['clock']
  readonly random: Host['random']
  readonly files: Host['files']
  readonly processes: Host['processes']
  readonly #within: <T>(act: () => T) => T
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
    this.clock = host.clock
    this.random = host.random
    this.files = host.files
    this.processes = host.processes
    this.#within = this.clock.background(() => AsyncLocalStorage.snapshot()) as <T>(act: () => T) => T
  }

  /** Does something as part of the group. */
  within<T>(act: () => T): T {
    return this.#within(act)
  }

  /** Whether the world has been replaced: its rehearsal is over, and nothing may be started for real in its name. */
  get over(): boolean {
    return this.within(() => this.#host.clock !== this.clock)
  }
}
