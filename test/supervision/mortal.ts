import { sleepOn } from '../../src/contracts/clock.ts'
import type { Clock, Driver, Handle, ProcessFactory } from '../../src/index.ts'
import { createProcess } from '../../src/index.ts'

/** A program of its own on a machine, which can be killed: what it has started is still there then. */
export interface Mortal {
  readonly process: ProcessFactory
  /** Whether something is being started, which a real one does in one go. */
  readonly isStarting: boolean
  /** Ends it as KILL does: nothing of it happens any more, and its ends of all pipes are closed. */
  kill(): void
}

/** A program that stands on a driver, and shares with others only what is on its machine. */
export function mortalOn(driver: Driver): Mortal {
  const life = new Mortality(driver.clock)
  const mortal: Driver = {
    capabilities: driver.capabilities,
    clock: life.clock,
    random: driver.random,
    files: life.share(driver.files),
    processes: life.share(driver.processes),
    net: life.share(driver.net),
    start: (command) => life.start(() => driver.start(command)),
    joint: () => life.hears(driver.joint()),
    close: () => Promise.resolve(),
  }
  return {
    process: createProcess({ driver: mortal }),
    get isStarting() {
      return life.starting > 0
    },
    kill: () => life.end(),
  }
}

type Callable = (...args: readonly unknown[]) => unknown

/** What it is to be alive: to hear, and to be answered. */
class Mortality {
  readonly clock: Clock
  starting = 0
  #over = false
  readonly #handles = new Set<Handle>()
  readonly #timers = new Set<() => void>()

  constructor(clock: Clock) {
    this.clock = this.#clockOf(clock)
  }

  end(): void {
    this.#over = true
    for (const forget of this.#timers) forget()
    for (const { stdin, stdout, stderr } of this.#handles) {
      stdin?.end()
      stdout?.close()
      stderr?.close()
    }
  }

  async start(begin: () => Promise<Handle>): Promise<Handle> {
    this.starting++
    try {
      const handle = await this.hears(begin())
      this.#handles.add(handle)
      void handle.exit.then(() => this.#handles.delete(handle))
      return Object.create(this.share(handle, ['stdin', 'stdout', 'stderr']), { clock: { value: this.clock } })
    } finally {
      this.starting--
    }
  }

  #clockOf(clock: Clock): Clock {
    const shared = this.share(clock)
    const set = (timer: ReturnType<Clock['setTimeout']>) => {
      this.#timers.add(() => clock.clearTimeout(timer))
      return timer
    }
    const mortal: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimeout: (action, ms, options) => set(shared.setTimeout(action, ms, options)),
      setAlarm: (action, moment) => set(shared.setAlarm(action, moment)),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      sleep: (ms, signal) => sleepOn(mortal, ms, signal),
      drive: (wait, what) => this.hears(clock.drive(wait, what)),
      background: (act) => clock.background(act),
      outside: (wait) => clock.outside(wait),
    }
    return mortal
  }

  /** Resolves as the promise does, while it lives. */
  hears<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.#over || resolve(value),
        (error) => this.#over || reject(error),
      )
    })
  }

  /** The same object for whoever lives: it calls nobody back who is dead, and answers nobody. */
  share<T extends object>(target: T, parts: readonly (keyof T)[] = []): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value = target[key as keyof T] as unknown
        if (value instanceof Promise) return this.hears(value)
        if (typeof value === 'function')
          return (...args: readonly unknown[]) => this.#call(target, value as Callable, args)
        return parts.includes(key as keyof T) && value ? this.share(value) : value
      },
    })
  }

  #call(target: object, method: Callable, args: readonly unknown[]): unknown {
    const mortal = args.map((arg) => (typeof arg === 'function' ? this.#calledBack(arg as Callable) : arg))
    if (this.#over) return new Promise(() => {})
    const answer = method.apply(target, mortal)
    return answer instanceof Promise ? this.hears(answer) : answer
  }

  #calledBack(callback: Callable): Callable {
    return (...args) => (this.#over ? undefined : callback(...args))
  }
}
