import { type Duration, toMilliseconds } from '../duration.ts'
import type { CallbackFailure } from './callbacks.ts'
import type { MonitorTarget } from './subject.ts'

/** How a monitor is set up. */
export interface MonitorOptions {
  /** How often it looks: every second unless given. */
  readonly every?: Duration
  /** How long a callback may take before that is reported: 30 s unless given. It goes on all the same. */
  readonly callbackTimeout?: Duration
  /** Hears of callbacks that throw, reject or take too long. A warning of the process unless given. */
  readonly onFailure?: (failure: CallbackFailure) => void
}

/** When it counts that a process uses much. */
export interface LimitOptions {
  /** How many looks in a row have to be over the limit: 3 unless given. */
  readonly samples?: number
  /** The time between two looks, over which the share of the processor is measured: that of the monitor unless given. */
  readonly window?: Duration
  /** How far below the limit, as a share of it, it is over again: 0.1 unless given. */
  readonly hysteresis?: number
  /** For how long after its start a process may use what it likes: not at all unless given. */
  readonly grace?: Duration
  /** Whether all that descends from the process counts, too: only of a command that was given as text, unless said. */
  readonly tree?: boolean
  /** Whom it is about, unless the monitor's own. */
  readonly process?: MonitorTarget
}

/** The time between two looks in milliseconds. @throws TypeError for none. */
export function interval(every: Duration): number {
  const ms = toMilliseconds(every)
  if (ms > 0) return ms
  throw new TypeError(`Cannot look every ${ms} ms: expected more than 0`)
}
