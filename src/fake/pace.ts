import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { soon } from '../contracts/event-loop.ts'
import type { VirtualClock } from './virtual-clock.ts'

const paces = new AsyncLocalStorage<Pace>()

/** The pace of the program that the calling code is part of, if it is part of one. */
export function currentPace(): Pace | undefined {
  return paces.getStore()
}

/** Holds virtual time while a program is neither waiting for the rehearsal nor over. */
export class Pace {
  readonly #clock: VirtualClock
  readonly #signal: AbortSignal
  #waiting = 0
  #release: (() => void) | undefined
  #begun = false

  /** `signal` is what tells the program that its process has ended. */
  constructor(clock: VirtualClock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  /** Calls a function as part of the program, and all that it sets in motion. */
  run<T>(program: () => T): T {
    return paces.run(this, program)
  }

  /** From now on time waits for the program. */
  begin(): void {
    this.#begun = true
    this.#update()
  }

  /** Turns a call with a callback into a promise that lets time pass while it is pending. */
  wait<T>(begin: (done: (value: T) => void) => void): Promise<T> {
    return this.during(new Promise<T>(begin))
  }

  /** Lets time pass while a promise is pending that only the rehearsal can settle. */
  during<T>(wait: Promise<T>): Promise<T> {
    const over = (): void => {
      this.#waiting--
      this.#update()
    }
    this.#waiting++
    this.#update()
    wait.then(over, over)
    return wait
  }

  stop(): void {
    this.#begun = false
    this.#update()
  }

  #update(): void {
    const holds = this.#begun && this.#waiting === 0
    if (holds && !this.#release) this.#hold()
    if (!holds) this.#letGo()
  }

  #hold(): void {
    this.#release = this.#clock.hold()
    this.#lookAfterTurn()
  }

  // A program that listens for its own end waits for the rehearsal too. It may begin to after any turn of the event loop.
  #lookAfterTurn(): void {
    const look = (): void => {
      if (!this.#release) return
      if (getEventListeners(this.#signal, 'abort').length > 0) this.#letGo()
      else this.#lookAfterTurn()
    }
    soon(look).unref()
  }

  #letGo(): void {
    this.#release?.()
    this.#release = undefined
  }
}
