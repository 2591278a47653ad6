import type { Clock, Driver, Timer } from '../../src/index.ts'

/** A clock on the wall that somebody sets, over one that nobody can. */
export class SteppedClock implements Clock {
  /** Milliseconds by which somebody has set it forward, or for which the machine has slept. */
  ahead = 0
  readonly #inner: Clock

  constructor(inner: Clock) {
    this.#inner = inner
  }

  now(): number {
    return this.#inner.now() + this.ahead
  }

  monotonic(): number {
    return this.#inner.monotonic()
  }

  setTimeout(action: () => void, ms: number): Timer {
    return this.#inner.setTimeout(action, ms)
  }

  clearTimeout(timer: Timer | undefined): void {
    this.#inner.clearTimeout(timer instanceof Alarm ? timer.look : timer)
  }

  // Looks every 30 s, as the machine's own does.
  setAlarm(action: () => void, moment: number): Timer {
    const alarm = new Alarm(this.monotonic() + moment - this.now())
    const look = () => {
      const isDue = this.now() >= moment || this.monotonic() >= alarm.at
      if (isDue) action()
      else alarm.look = this.setTimeout(look, Math.min(30_000, alarm.at - this.monotonic()))
    }
    alarm.look = this.setTimeout(look, Math.max(0, Math.min(30_000, alarm.at - this.monotonic())))
    return alarm
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#inner.sleep(ms, signal)
  }

  drive<T>(wait: Promise<T>, what: () => string): Promise<T> {
    return this.#inner.drive(wait, what)
  }

  background<T>(act: () => T): T {
    return this.#inner.background(act)
  }

  outside<T>(wait: Promise<T>): Promise<T> {
    return this.#inner.outside(wait)
  }
}

class Alarm implements Timer {
  readonly at: number
  look: Timer | undefined

  constructor(at: number) {
    this.at = at
  }
}

/** A driver with such a clock. */
export function withClock(driver: Driver, clock: Clock): Driver {
  const { capabilities, random, files, processes, net } = driver
  return {
    ...{ capabilities, random, files, processes, net, clock },
    start: (command) => driver.start(command),
    joint: () => driver.joint(),
    close: () => driver.close(),
  }
}
