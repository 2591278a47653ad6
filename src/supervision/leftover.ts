import type { ProcessRow, ProcessTable } from '../contracts/process-table.ts'
import type { Signal } from '../contracts/signals.ts'
import type { Stoppable } from '../stopping.ts'
import { executes, type Identity, identitiesOf, orphansOf, sameFamily } from './family.ts'
import type { Ground } from './ground.ts'
import type { Noted } from './ledger-file.ts'

/** No machine gives a number out again within so many milliseconds: all others come first. */
const STILL_ITS_OWN = 500

/** A process that somebody else has started, and those in its group. */
export class Leftover implements Stoppable {
  readonly clock: Ground['clock']
  readonly exit: Stoppable['exit'] = Promise.resolve({ code: null, signal: null })
  readonly #pid: number
  readonly #processes: ProcessTable
  #known: readonly Identity[]
  #seenAt = Number.NEGATIVE_INFINITY
  #leads = false
  #hasStopped = false

  /** `rows` is how it looks now. */
  constructor({ pid, known }: Noted, { clock, processes }: Ground, rows: readonly ProcessRow[]) {
    this.clock = clock
    this.#pid = pid
    this.#processes = processes
    this.#known = known
    this.#look(rows)
  }

  // It is nobody's child here: the number may be free as soon as one signal has reached it. Who is stopped keeps it.
  kill(signal: Signal): boolean {
    if (signal === 'SIGCONT' && !this.#hasStopped) return false
    return this.#processes.signal(this.#leads ? -this.#pid : this.#pid, signal)
  }

  async survivors(): Promise<readonly number[]> {
    return this.#look(await this.#processes.list())
  }

  #look(rows: readonly ProcessRow[]): readonly number[] {
    const family = this.#familyIn(rows)
    this.#known = identitiesOf(family)
    if (family.length > 0) this.#seenAt = this.clock.monotonic()
    // Whoever shares the group of others is signalled alone.
    this.#leads = family.some(({ group }) => group === this.#pid)
    this.#hasStopped = family.some(({ state }) => state === 'stopped')
    return family.filter(executes).map(({ pid }) => pid)
  }

  #familyIn(rows: readonly ProcessRow[]): readonly ProcessRow[] {
    const same = sameFamily(this.#pid, this.#known, rows)
    const isRecent = this.clock.monotonic() - this.#seenAt <= STILL_ITS_OWN
    return same.length === 0 && isRecent ? orphansOf(this.#pid, rows) : same
  }
}
