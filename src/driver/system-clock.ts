import { type Clock, sleepOn, type Timer } from '../contracts/clock.ts'

// Taken at import, so that tests which replace the globals do not replace this clock.
const wall = Date.now
const monotonic = performance.now.bind(performance)
const begin = globalThis.setTimeout
const cancel = globalThis.clearTimeout
const soon = globalThis.setImmediate
const cancelSoon = globalThis.clearImmediate

/** The longest wait that Node honours; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1

interface SystemTimer extends Timer {
  readonly at: number
  handle: NodeJS.Timeout | undefined
  firing: NodeJS.Immediate | undefined
}

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return wall()
  }

  monotonic(): number {
    return monotonic()
  }

  setTimeout(action: () => void, ms: number): Timer {
    const timer: SystemTimer = { at: monotonic() + ms, handle: undefined, firing: undefined }
    arm(timer, action)
    return timer
  }

  clearTimeout(timer: Timer | undefined): void {
    if (!timer) return
    cancel((timer as SystemTimer).handle)
    cancelSoon((timer as SystemTimer).firing)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  drive<T>(wait: Promise<T>): Promise<T> {
    return wait
  }

  outside<T>(wait: Promise<T>): Promise<T> {
    return wait
  }
}

// Node fires up to a millisecond early, and at once what is longer than it honours: the moment decides, not the wait.
function arm(timer: SystemTimer, action: () => void): void {
  const left = Math.min(Math.ceil(timer.at - monotonic()), LONGEST)
  timer.handle = begin(() => (monotonic() < timer.at ? arm(timer, action) : fire(timer, action)), left)
}

// After a busy spell Node calls what is late before it hears what came meanwhile: an exit that was in time comes first.
function fire(timer: SystemTimer, action: () => void): void {
  timer.firing = soon(action)
}
