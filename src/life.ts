import { Capture } from './capture.ts'
import type { Exit, Handle } from './contracts/driver.ts'
import type { ProcessTable } from './contracts/process-table.ts'
import type { Signal } from './contracts/signals.ts'
import { drain } from './draining.ts'
import {
  ProcessCancelledError,
  type ProcessError,
  ProcessIdleTimedOutError,
  ProcessOutOfMemoryError,
  ProcessOutputOverflowError,
  ProcessTimedOutError,
} from './errors.ts'
import { Limits } from './limits.ts'
import { watchMemory } from './memory-watch.ts'
import type { Watch } from './observer.ts'
import type { Origin } from './origin.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { ProcessResult } from './process-result.ts'
import type { Settings } from './settings.ts'
import { stopGroup } from './stopping.ts'

/** How a supervised process ended: its result, and the error to throw if it did not end by itself. */
export interface Settled {
  readonly result: ProcessResult
  readonly error: unknown
}

/**
 * The life of one process from its start to its result: takes its output, enforces its limits, and ends it in order.
 * The first reason to end it wins; an exit that came first beats them all, but for output that did not fit.
 */
export class Life {
  readonly capture: Capture
  /** Resolves when all is over. Never rejects, so nobody has to look. */
  readonly settled: Promise<Settled>
  /** Every signal it was sent, in order. */
  readonly signals: Signal[] = []
  /** Resolves when the process itself is over, whoever holds its output open. Never rejects. */
  readonly exited: Promise<Outcome>
  /** How the process itself ended, once it has. */
  exit: Exit | undefined
  /** What became of it, once all is over. */
  result: ProcessResult | undefined
  /** Whether the output is complete and only leftovers are still being ended. */
  over = false
  readonly #handle: Handle
  readonly #settings: Settings
  readonly #text: string
  readonly #watch: Watch | undefined
  readonly #processes: ProcessTable
  readonly #limits: Limits
  readonly #startedAt: number
  #settle: (settled: Settled) => void = () => {}
  #reason: Outcome | undefined
  #fault: { readonly error: unknown } | undefined
  #ending = false
  #stopping: Promise<readonly number[]> | undefined
  #incomplete = false

  constructor(handle: Handle, { settings, text, watch, world }: Pick<Origin, 'settings' | 'text' | 'watch' | 'world'>) {
    this.#handle = handle
    this.#settings = settings
    this.#text = text
    this.#watch = watch
    this.#processes = world.driver.processes
    this.#startedAt = handle.clock.monotonic()
    this.exited = handle.exit.then((exit) => this.#exited(exit))
    this.settled = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.capture = new Capture(
      handle,
      { limit: settings.output, quiet: settings.quiet },
      {
        onOverflow: () => this.#endBecause({ kind: 'overflowed', limit: settings.output.limit }),
        onFault: (error) => this.fail(error),
        onEnd: () => this.#finishWhenDone(),
      },
    )
    this.#limits = new Limits(handle.clock, settings, this.capture, (reason) => this.#endBecause(reason))
  }

  /** Lets the output flow, once those who want to hear it from the first byte are listening. */
  begin(): void {
    this.capture.begin(this.#handle)
    this.#watchMemory()
    void this.#handle.fault?.then((error) => this.fail(error))
  }

  /** Sends a signal to everything in the group. */
  signal(signal: Signal): void {
    this.signals.push(signal)
    this.#handle.kill(signal, 'group')
  }

  /** Ends the process, unless it is over or being ended already. */
  stop(grace: number = this.#settings.graceTime, escalation: Signal = 'SIGKILL'): void {
    if (this.#ending) return
    // Also of one that is over: whoever holds its output back may never come to read it.
    this.capture.release()
    if (this.exit) return
    const { stopSignal } = this.#settings
    this.#ending = true
    this.#watch?.stopping(stopSignal, grace)
    this.#stopping = stopGroup(this.#handle, { signal: stopSignal, grace, escalation }, (signal) => this.signal(signal))
    void this.#stopping.then((survivors) => this.#giveUpIfAmong(survivors))
  }

  /**
   * Ends it and everything that it started in its group, also what it has left behind when it ended by itself, and waits
   * until all is over. Gives back the pids that survived even that.
   */
  async end(): Promise<readonly number[]> {
    const before = this.#stopping
    this.stop()
    await before
    const left = (this.#stopping === before ? await this.#endLeftovers() : await this.#stopping) ?? []
    // One that was given up once may be over by now: that is told before anybody hears that all is.
    if (!left.includes(this.#handle.pid)) await this.exited
    await this.settled
    return left
  }

  /** Whether it was ended by its caller, and not because of a limit or an error. */
  get stopped(): boolean {
    return this.#stopping !== undefined && !this.#reason && !this.#fault
  }

  /** Whether it is a shell that runs what was given as text, and waits for it. */
  get inShell(): boolean {
    return typeof this.#settings.line === 'string'
  }

  /** What it is asked with to end, and how long it may take to obey, in milliseconds. */
  get manner(): { readonly signal: Signal; readonly grace: number } {
    const { stopSignal: signal, graceTime: grace } = this.#settings
    return { signal, grace }
  }

  /** Ends the process because of an error on our side, which its waiters get to see. */
  fail(error: unknown): void {
    this.#fault ??= { error: error ?? new TypeError(`Cannot go on: ${error} was thrown`) }
    this.stop()
  }

  /** The error of the time limit that was reached, if one was. */
  timeLimitError(): ProcessError | undefined {
    const kind = this.#reason?.kind
    return this.#reason && (kind === 'timedOut' || kind === 'idleTimedOut')
      ? errorFor(this.#reason, this.#result([]))
      : undefined
  }

  // What the driver cannot hold it to is looked after here: it is killed, as the driver would have done.
  #watchMemory(): void {
    const limit = this.#handle.unenforced?.memory
    if (limit === undefined) return
    void watchMemory(this.#handle, limit, this.#processes, () => {
      if (this.exit || this.#reason || this.#ending) return
      this.#reason = { kind: 'outOfMemory', limit }
      this.#handle.kill('SIGKILL', 'group')
    })
  }

  // Output that did not fit is lost, also when the process was over by the time that was seen.
  #endBecause(reason: Outcome): void {
    if (this.#reason || this.#ending) return
    this.#reason = reason
    this.stop()
  }

  #exited(exit: Exit): Outcome {
    this.exit = exit
    this.#limits.stop()
    this.#finishWhenDone()
    if (!this.over) this.#drain()
    return this.#reason ?? outcomeOf(exit)
  }

  async #endLeftovers(): Promise<readonly number[]> {
    if ((await this.#handle.survivors()).length === 0) return []
    const { graceTime: grace, stopSignal: signal } = this.#settings
    const send = (sent: Signal) => this.#handle.kill(sent, 'group')
    return stopGroup(this.#handle, { signal, grace, escalation: 'SIGKILL' }, send)
  }

  #drain(): void {
    const after = (ms: number, action: () => void) => this.#limits.after(ms, action)
    drain(this.capture, after, () => {
      this.#incomplete = true
    })
  }

  #finishWhenDone(): void {
    if (!this.exit || !this.capture.ended || this.over) return
    this.over = true
    this.#limits.stop()
    this.#handle.stdin?.end()
    if (this.#stopping) void this.#stopping.then((survivors) => this.#finish(survivors))
    else this.#finish([])
  }

  // Nobody is waited for without end: one that even KILL does not end is reported as its own survivor.
  #giveUpIfAmong(survivors: readonly number[]): void {
    if (this.exit || this.over || !survivors.includes(this.#handle.pid)) return
    this.over = true
    this.#incomplete = true
    this.#limits.stop()
    this.capture.close()
    this.#finish(survivors)
  }

  #finish(survivors: readonly number[]): void {
    const result = this.#result(survivors)
    this.result = result
    this.#settle({ result, error: this.#fault ? this.#fault.error : errorFor(result.outcome, result) })
  }

  #result(survivors: readonly number[]): ProcessResult {
    return new ProcessResult(this.#text, this.#handle.clock.monotonic() - this.#startedAt, {
      outcome: this.#reason ?? outcomeOf(this.exit ?? { code: null, signal: 'SIGKILL' }),
      exit: this.exit,
      out: this.capture.out,
      err: this.capture.err,
      encoding: this.#settings.encoding,
      redact: this.#settings.redact,
      incomplete: this.#incomplete,
      survivors,
    })
  }
}

function errorFor(outcome: Outcome, result: ProcessResult): ProcessError | undefined {
  switch (outcome.kind) {
    case 'timedOut':
      return new ProcessTimedOutError(result, outcome.timeout)
    case 'idleTimedOut':
      return new ProcessIdleTimedOutError(result, outcome.timeout)
    case 'cancelled':
      return new ProcessCancelledError(result, { cause: outcome.reason })
    case 'outOfMemory':
      return new ProcessOutOfMemoryError(result, outcome.limit)
    case 'overflowed':
      return new ProcessOutputOverflowError(result, outcome.limit)
    default:
      return undefined
  }
}
