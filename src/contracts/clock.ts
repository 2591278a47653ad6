/** A pending timer. Opaque: only the clock that made it knows what is inside. */
export interface Timer {
  readonly at: number
}

/**
 * Time, handed in. Everything above a driver asks its clock, so the same code runs on the machine's time and on
 * virtual time. All durations are milliseconds.
 */
export interface Clock {
  /** Wall time in milliseconds since the epoch. May jump when somebody sets the machine's clock. */
  now(): number
  /** Milliseconds since some fixed moment. Never goes back; every timeout and duration is measured with it. */
  monotonic(): number
  /**
   * Calls `action` once after `ms`. Waits beyond 2^31-1 ms are honoured, never fired at once. In the `background` it does not
   * keep the program alive.
   */
  setTimeout(action: () => void, ms: number, options?: { readonly background?: boolean }): Timer
  /**
   * Calls `action` once, as soon as wall time has reached `moment`, or as much time has passed as was left until then when
   * this was called. So a clock that is set forward, or a machine that wakes from sleep, is noticed (within 30 s), and one
   * that is set back puts nothing off: whoever needs to know compares with `now`.
   */
  setAlarm(action: () => void, moment: number): Timer
  /** Forgets a timer or an alarm. A timer that fired, or `undefined`, is accepted and ignored. */
  clearTimeout(timer: Timer | undefined): void
  /** Resolves after `ms`. Rejects with the signal's reason as soon as `signal` aborts, at once if it already has. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Says that a caller is waiting for `wait` and can do nothing else: a virtual clock in automatic mode may jump
   * forward for it. `what` describes the wait for error messages. Real time passes by itself, so a system clock
   * hands `wait` back.
   *
   * @throws DeadlockError (as a rejection) when virtual time has nothing left that could ever end the wait.
   */
  drive<T>(wait: Promise<T>, what: () => string): Promise<T>
  /**
   * Calls `act`, and says that nobody waits for what it does: whatever it drives, also later, moves no virtual time. Gives
   * back what `act` does.
   */
  background<T>(act: () => T): T
  /**
   * Says that a caller waits for something that is no process, such as the next piece of a stream that it feeds to one. A
   * virtual clock gives it a good many turns of the event loop before it moves on without it. Hands `wait` back.
   */
  outside<T>(wait: Promise<T>): Promise<T>
}

/** `sleep` for any clock that has timers. */
export function sleepOn(
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      clock.clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
