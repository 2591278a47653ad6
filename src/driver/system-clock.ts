import { type Clock, sleepOn, type Timer } from '../contracts/clock.ts'

// Taken at import, so that tests which replace the globals do not replace this clock.
const wall = Date.now
export const monotonic: () => number = performance.now.bind(performance)
const begin = globalThis.setTimeout
const cancel = globalThis.clearTimeout
const soon = globalThis.setImmediate
const cancelSoon = globalThis.clearImmediate

/** The longest wait that Node honours; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1

/** How long it may take to notice that somebody set the clock, or that the machine slept. */
const LOOK = 30_000

interface SystemTimer extends Timer {
  readonly at: number
  readonly background: boolean
  /** The moment of an alarm, in wall time. */
  readonly moment: number | undefined
  readonly action: () => void
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

  setTimeout(action: () => void, ms: number, { background = false }: { background?: boolean } = {}): Timer {
    const timer: SystemTimer = {
      at: monotonic() + ms,
      moment: undefined,
      action,
      background,
      handle: undefined,
      firing: undefined,
    }
    arm(timer)
    return timer
  }

  setAlarm(action: () => void, moment: number): Timer {
    const timer: SystemTimer = {
      at: monotonic() + moment - wall(),
      moment,
      action,
      background: false,
      handle: undefined,
      firing: undefined,
    }
    arm(timer)
    return timer
  }

  clearTimeout(timer: Timer | undefined): void {
    if (!timer) return
    early.delete(timer as SystemTimer)
    cancel((timer as SystemTimer).handle)
    cancelSoon((timer as SystemTimer).firing)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal)
  }

  drive<T>(wait: Promise<T>): Promise<T> {
    return wait
  }

  background<T>(act: () => T): T {
    return act()
  }

  outside<T>(wait: Promise<T>): Promise<T> {
    return wait
  }
}

/** Those that Node has woken before their time, until it has come. */
const early = new Set<SystemTimer>()

// Node fires up to a millisecond early, and at once what is longer than it honours: the moment decides, not the wait.
function arm(timer: SystemTimer): void {
  const left = Math.min(Math.ceil(timer.at - monotonic()), timer.moment === undefined ? LONGEST : LOOK)
  timer.handle = begin(() => (isDue(timer) ? ring(timer) : rearm(timer)), Math.max(0, left))
  if (timer.background) timer.handle.unref()
}

function isDue({ at, moment }: SystemTimer): boolean {
  return monotonic() >= at || (moment !== undefined && wall() >= moment)
}

function rearm(timer: SystemTimer): void {
  if (timer.moment === undefined) early.add(timer)
  arm(timer)
}

// One that was woken early must not be overtaken by a later one that has been woken in time.
function ring(timer: SystemTimer): void {
  early.delete(timer)
  for (const other of early) {
    if (other.at > timer.at) continue
    early.delete(other)
    cancel(other.handle)
    fire(other)
  }
  fire(timer)
}

// After a busy spell Node calls what is late before it hears what came meanwhile: an exit that was in time comes first.
function fire(timer: SystemTimer): void {
  if (timer.moment === undefined) timer.firing = soon(timer.action)
  else timer.action()
}
