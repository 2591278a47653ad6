import { checkCommand } from '../command.ts'
import type { Signal } from '../contracts/signals.ts'
import { type InvokedProcess, lifeOf } from '../invoked-process.ts'
import type { Outcome } from '../outcome.ts'
import type { PendingProcess } from '../pending-process.ts'
import type { ProcessResult } from '../process-result.ts'
import { notStarted } from '../results.ts'
import { defaults } from '../settings.ts'
import type { Incarnation, Occupant, StopManner } from './occupant.ts'
import type { Ending } from './slot-options.ts'

/** What is kept of the output of a process that may run for ever. */
const KEPT = { limit: 1024 * 1024, onOverflow: 'truncate', keep: 'tail' } as const

/** A process that is started from its description. */
export class ProcessOccupant implements Occupant {
  readonly #pending: PendingProcess

  /**
   * What neither its member nor it was told is as the group says, and else as suits a process that may run for ever.
   *
   * @throws TypeError for a command that no system could start.
   */
  constructor(pending: PendingProcess, own: Ending, group: Ending) {
    const { line = '', timeout, output, stopSignal, graceTime } = pending.settings
    checkCommand({ line, cwd: undefined, env: {} })
    const isTold = (name: keyof Ending): boolean => pending.settings[name] !== defaults[name]
    this.#pending = pending.change({
      timeout: own.timeout ?? (isTold('timeout') ? timeout : group.timeout),
      output: output === defaults.output ? KEPT : output,
      stopSignal: own.stopSignal ?? (isTold('stopSignal') ? stopSignal : (group.stopSignal ?? stopSignal)),
      graceTime: own.graceTime ?? (isTold('graceTime') ? graceTime : (group.graceTime ?? graceTime)),
      // Whoever handles a signal that we get also says what becomes of the group.
      spared: true,
    })
  }

  unstarted(): readonly ProcessResult[] {
    return [notStarted(String(this.#pending), { kind: 'cancelled', reason: undefined }, this.#pending.settings.redact)]
  }

  async spawn(): Promise<Incarnation> {
    const process = await this.#pending.start()
    if (this.#pending.settings.input === undefined) process.endInput()
    return new ProcessIncarnation(process)
  }
}

/** A process that runs already, and is started again in its own place. */
export class AdoptedOccupant implements Occupant {
  readonly #first: InvokedProcess

  constructor(first: InvokedProcess) {
    this.#first = first
  }

  unstarted(): readonly ProcessResult[] {
    return []
  }

  async spawn(): Promise<Incarnation> {
    const process = await this.#first.lineage.current.startAgain()
    return new ProcessIncarnation(process)
  }

  /** What runs already. */
  adopted(): Incarnation {
    return new ProcessIncarnation(this.#first.lineage.current)
  }
}

/** One process. */
class ProcessIncarnation implements Incarnation {
  readonly untilReady: undefined
  readonly process: InvokedProcess
  #ended = false

  constructor(process: InvokedProcess) {
    this.process = process
  }

  get pid(): number {
    return this.process.id()
  }

  get manner(): StopManner {
    return lifeOf(this.process).manner
  }

  get exited(): Promise<Outcome> {
    return lifeOf(this.process).exited
  }

  get running(): boolean {
    return this.process.running()
  }

  get stopped(): boolean {
    return !this.#ended && this.process.stopped
  }

  end(): Promise<readonly number[]> {
    this.#ended = true
    return lifeOf(this.process).end()
  }

  signal(signal: Signal): void {
    this.process.signal(signal)
  }

  results(): readonly ProcessResult[] {
    return this.process.result ? [this.process.result] : []
  }
}
