import type { FakeProcess } from '../fake/fake-process.ts'
import type { Ailment } from './process-faults.ts'

/** A process with what ails it, from its birth to its end. */
export class Patient {
  /** How long its exit is not told. */
  readonly zombieFor: number
  /** How long a stranger has its pid after it; `undefined` when none does. */
  readonly takenFor: number | undefined
  readonly #ailments: readonly Ailment[]
  #process: FakeProcess | undefined
  #refusesUntil = 0
  #frozenUntil = 0
  #delay = 0

  constructor(ailments: readonly Ailment[]) {
    this.#ailments = ailments
    this.zombieFor = Math.max(0, ...ailments.map(({ zombieFor }) => zombieFor ?? 0))
    this.takenFor = ailments.find(({ takenFor }) => takenFor !== undefined)?.takenFor
  }

  /** It is born. */
  admit(process: FakeProcess): void {
    this.#process = process
    const { clock } = process
    for (const { refusesFor = 0, signalDelay = 0, frozen } of this.#ailments) {
      this.#refusesUntil = Math.max(this.#refusesUntil, clock.monotonic() + refusesFor)
      this.#delay = Math.max(this.#delay, signalDelay)
      if (frozen) clock.schedule(() => this.#freeze(frozen.for), frozen.from, 0)
    }
  }

  /** How long a signal takes to reach it now, or that it is refused. */
  reactionTo(): number | 'EPERM' {
    const now = this.#process?.clock.monotonic() ?? 0
    if (now < this.#refusesUntil) return 'EPERM'
    return Math.max(this.#delay, this.#frozenUntil - now, 0)
  }

  /** What can heal does. */
  heal(): void {
    this.#refusesUntil = 0
    this.#delay = 0
    if (this.#frozenUntil > 0) this.#thaw()
  }

  // One that a device holds looks like one that is stopped: it does nothing, and signals wait.
  #freeze(ms: number | undefined): void {
    const process = this.#process
    if (!process?.alive) return
    process.receive('SIGSTOP')
    if (ms === undefined) return
    this.#frozenUntil = process.clock.monotonic() + ms
    process.clock.schedule(() => this.#thaw(), ms, 0)
  }

  #thaw(): void {
    if (this.#frozenUntil === 0) return
    this.#frozenUntil = 0
    this.#process?.receive('SIGCONT')
  }
}
