import type { Clock } from './contracts/clock.ts'
import type { Locks } from './contracts/locks.ts'

interface Lock {
  readonly token: string
  readonly until: number
}

/** Locks among those of one process. */
export class MemoryLocks implements Locks {
  readonly #clock: Clock
  readonly #locks = new Map<string, Lock>()
  #tokens = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  acquire(lock: string, lease: number): Promise<string | undefined> {
    if (this.#held(lock)) return Promise.resolve(undefined)
    const token = String(++this.#tokens)
    this.#hold(lock, token, lease)
    return Promise.resolve(token)
  }

  renew(lock: string, token: string, lease: number): Promise<boolean> {
    const ours = this.#held(lock)?.token === token
    if (ours) this.#hold(lock, token, lease)
    return Promise.resolve(ours)
  }

  release(lock: string, token: string): Promise<boolean> {
    const ours = this.#held(lock)?.token === token
    if (ours) this.#locks.delete(lock)
    return Promise.resolve(ours)
  }

  #held(lock: string): Lock | undefined {
    const held = this.#locks.get(lock)
    return held && held.until > this.#clock.monotonic() ? held : undefined
  }

  #hold(lock: string, token: string, lease: number): void {
    this.#locks.set(lock, { token, until: this.#clock.monotonic() + lease })
  }
}
