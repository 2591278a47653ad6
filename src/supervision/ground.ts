import { AsyncLocalStorage } from 'node:async_hooks'
import type { CommandInput } from '../command.ts'
import type { Driver } from '../contracts/driver.ts'
import type { Host } from '../host.ts'
import { wasHeldUp } from './patience.ts'

type Place = Pick<Driver, 'clock' | 'random' | 'files' | 'processes' | 'net'>

/**
 * The world that a group stands on from its start to its end, and the surroundings in which everything of it happens:
 * nobody waits for what it does, and whoever moves time, or asks for something, lends it nothing of their own.
 */
export class Ground implements Place {
  readonly clock: Place['clock']
  readonly random: Place['random']
  readonly files: Place['files']
  readonly processes: Place['processes']
  readonly net: Place['net']
  readonly #within: <T>(act: () => T) => T
  readonly #host: Host
  readonly #place: () => Place

  /** `place` is where it is to be, when that is not where the host is now. */
  constructor(host: Host, place: Place = host) {
    this.#host = host
    this.#place = () => place
    const { clock, random, files, processes, net } = place
    this.clock = clock
    this.random = random
    this.files = files
    this.processes = processes
    this.net = net
    this.#within = clock.background(() => AsyncLocalStorage.snapshot()) as <T>(act: () => T) => T
  }

  /** Does something as part of the group. */
  within<T>(act: () => T): T {
    return this.#within(act)
  }

  /** Whether the world has been replaced: its rehearsal is over, and nothing may be started for real in its name. */
  get over(): boolean {
    return this.within(() => this.#place().clock !== this.clock)
  }

  /** Whether something that was due at a moment, after so many milliseconds, comes late because we were held up ourselves. */
  wasHeldUp(due: number, ms: number): boolean {
    return wasHeldUp(this.clock.monotonic() - due, ms)
  }

  /** Whether a command succeeds. */
  async succeeds(command: CommandInput, signal: AbortSignal): Promise<boolean> {
    if (this.over) return false
    const pending = this.#host.command(command).forever().abortSignal(signal).quietly()
    return (await pending.run()).successful()
  }
}
