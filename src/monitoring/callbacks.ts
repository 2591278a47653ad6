import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../contracts/clock.ts'

/** What went wrong in a callback. Nothing else is changed by it. */
export interface CallbackFailure {
  /** What it had been given to, such as `onExit`. */
  readonly hook: string
  readonly pid: number
  /** What it threw, or that it takes too long. */
  readonly error: unknown
}

/** How callbacks are looked after. */
export interface CallbackCare {
  readonly clock: Clock
  /** Milliseconds after which one that is not over is reported. */
  readonly patience: number
  readonly report: (failure: CallbackFailure) => void
}

/**
 * Makes a callback safe to call: it runs in the surroundings of whoever gave it, moves no virtual time, and whether it throws,
 * rejects or never comes back is reported and changes nothing else.
 */
export function isolated<Arguments extends unknown[]>(
  hook: string,
  callback: (...args: Arguments) => unknown,
  { clock, patience, report }: CallbackCare,
): (pid: number, ...args: Arguments) => void {
  if (typeof callback !== 'function') throw new TypeError(`Cannot use ${String(callback)} as a callback of ${hook}`)
  const within = AsyncLocalStorage.snapshot()
  return (pid, ...args) => {
    const failed = (error: unknown) => report({ hook, pid, error })
    try {
      const result = within(() => clock.background(() => callback(...args)))
      if (!(result instanceof Promise)) return
      const tooLong = () => failed(new Error(`it is still not over after ${patience} ms`))
      const timer = clock.setTimeout(tooLong, patience, { background: true })
      void result.catch(failed).finally(() => clock.clearTimeout(timer))
    } catch (error) {
      failed(error)
    }
  }
}

/** Reports a failure where nobody wants to hear it: as a warning of the process. */
export function warn({ hook, pid, error }: CallbackFailure): void {
  const text = error instanceof Error ? error.message : String(error)
  process.emitWarning(`The ${hook} callback for process ${pid} failed: ${text}`, 'MonitorWarning')
}
