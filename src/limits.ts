import type { Capture } from './capture.ts'
import type { Clock, Timer } from './contracts/clock.ts'
import type { Outcome } from './outcome.ts'
import type { Settings } from './settings.ts'

/** Watches over the limits of one process: its time, its silence, its abort signal. Reports the first that is reached. */
export class Limits {
  readonly #clock: Clock
  readonly #report: (reason: Outcome) => void
  #timers: Timer[] = []
  #silence: Timer | undefined
  #forgetAbort: (() => void) | undefined

  constructor(clock: Clock, settings: Settings, capture: Capture, report: (reason: Outcome) => void) {
    const { timeout, idleTimeout, abortSignal } = settings
    this.#clock = clock
    this.#report = report
    if (timeout !== undefined) this.after(timeout, () => report({ kind: 'timedOut', timeout }))
    if (idleTimeout !== undefined) this.#watchSilence(idleTimeout, capture)
    if (abortSignal) this.#watchAbort(abortSignal)
  }

  /** Runs an action later, unless the watch is over by then. */
  after(ms: number, action: () => void): void {
    this.#timers.push(this.#clock.setTimeout(action, ms))
  }

  /** Ends the watch. */
  stop(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer)
    this.#timers = []
    this.#clock.clearTimeout(this.#silence)
    this.#forgetAbort?.()
  }

  // An abort that came while the process was being started is heard by nobody else.
  #watchAbort(signal: AbortSignal): void {
    const abort = (): void => this.#report({ kind: 'cancelled', reason: signal.reason })
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    this.#forgetAbort = () => signal.removeEventListener('abort', abort)
  }

  // One timer, set anew for what is left when it finds that something was written meanwhile.
  #watchSilence(limit: number, capture: Capture): void {
    let last = this.#clock.monotonic()
    capture.listen(() => {
      last = this.#clock.monotonic()
    })
    const look = (): void => {
      const left = last + limit - this.#clock.monotonic()
      if (left > 0) this.#silence = this.#clock.setTimeout(look, left)
      else this.#report({ kind: 'idleTimedOut', timeout: limit })
    }
    this.#silence = this.#clock.setTimeout(look, limit)
  }
}
