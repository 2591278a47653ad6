import type { FakeDriver } from '../fake/driver.ts'
import type { Dice } from './dice.ts'
import type { Fault, MachineFaultName } from './fault.ts'

/** The state that faults of the machine change, apart from the machine itself. */
export interface Weather {
  /** Why nothing starts now, if nothing does. */
  noStarts: string | undefined
  /** How many pids there are; without limit unless set. */
  pids: number | undefined
}

/** A kind of fault: what is drawn for it, what it does, and what ends it. */
export interface MachineFaultKind {
  readonly says: string
  draw(dice: Dice): Partial<Fault>
  strike(fault: Fault, driver: FakeDriver, weather: Weather): void
  heal?(driver: FakeDriver, weather: Weather): void
}

const HOUR = 3_600_000

/** All that can go wrong with the machine, or with the program under test itself. */
export const MACHINE_FAULTS: Readonly<Record<MachineFaultName, MachineFaultKind>> = {
  stalls: {
    says: 'the program under test is too busy to hear anything: all its timers are late together',
    draw: (dice) => ({ for: dice.time(20_000) }),
    strike: (fault, { processes }) => processes.stall(fault.for ?? 0),
  },
  wallClockJumps: {
    says: 'somebody sets the wall clock, forward or back',
    draw: (dice) => ({ by: dice.oneOf([-25 * HOUR, -HOUR, -1000, 1000, HOUR, 25 * HOUR]), for: dice.time(30_000) }),
    strike: (fault, { clock }) => clock.setWall(fault.by ?? 0, fault.for),
  },
  diskIsFull: {
    says: 'nothing can be written to the disk for a while',
    draw: (dice) => ({ for: dice.time(30_000) }),
    strike(fault, { files, clock }) {
      files.refusal = 'ENOSPC'
      clock.schedule(() => this.heal?.({ files } as FakeDriver, {} as Weather), fault.for ?? 0, 0)
    },
    heal({ files }) {
      files.refusal = undefined
    },
  },
  startsFail: {
    says: 'nothing can be started for a while',
    draw: (dice) => ({ for: dice.time(20_000), errno: dice.oneOf(['EAGAIN', 'EMFILE', 'ENOMEM']) }),
    strike(fault, driver, weather) {
      weather.noStarts = fault.errno ?? 'EAGAIN'
      driver.clock.schedule(() => this.heal?.(driver, weather), fault.for ?? 0, 0)
    },
    heal(_, weather) {
      weather.noStarts = undefined
    },
  },
  samplesAreMissing: {
    says: 'nobody can find out what processes use for a while',
    draw: (dice) => ({ for: dice.time(10_000) }),
    strike(fault, driver, weather) {
      driver.processes.veiled = true
      driver.clock.schedule(() => this.heal?.(driver, weather), fault.for ?? 0, 0)
    },
    heal({ processes }) {
      processes.veiled = false
    },
  },
  pidsAreFew: {
    says: 'there are few pids, so that they are soon used again',
    draw: (dice) => ({ by: dice.whole(2, 30) }),
    strike(fault, _, weather) {
      weather.pids = fault.by
    },
    heal(_, weather) {
      weather.pids = undefined
    },
  },
}
