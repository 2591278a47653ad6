import { type Clock, sleepOn, type Timer } from '../contracts/clock.ts'

// Taken at import, so that tests which replace the globals do not replace this clock.
const wall = Date.now
const monotonic = performance.now.bind(performance)
const begin = globalThis.setTimeout
const cancel = globalThis.clearTimeout

/** The longest wait that Node honours; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1

interface SystemTimer extends Timer {
  readonly at: number
  readonly background: boolean
  handle: NodeJS.Timeout | undefined
}

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return wall()
  }

  monotonic(): number {
    return monotonic()
  }

  setTimeout(action: () => void, ms: number, { background = false }: { background?: boolean } = {}): Timer {
    const timer: SystemTimer = { at: monotonic() + ms, background, handle: undefined }
    arm(timer, action)
    return timer
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer) cancel((timer as SystemTimer).handle)
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
  timer.handle = begin(() => (monotonic() < timer.at ? arm(timer, action) : action()), left)
  if (timer.background) timer.handle.unref()
}
