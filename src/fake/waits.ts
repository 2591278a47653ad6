import { DeadlockError } from '../errors.ts'

/** Timers fired for one wait before it counts as endless: a loop of timers around a process that hangs. */
const PATIENCE = 1_000_000

/** A caller's wait that virtual time may move for. */
interface Wait {
  readonly what: () => string
  readonly reject: (reason: Error) => void
}

/** The waits that virtual time moves for, and how far it has been moved for them without an end. */
export class Waits {
  readonly #open = new Set<Wait>()
  #events = 0

  get present(): boolean {
    return this.#open.size > 0
  }

  /** What the first of them is for. */
  get first(): string | undefined {
    for (const { what } of this.#open) return what()
    return undefined
  }

  /** Whether so much has happened, and ended no wait, that none of it ever will. */
  get areEndless(): boolean {
    return this.#events > PATIENCE
  }

  /** Takes a wait into account until it is over, or given up. `what` says what for. */
  add<T>(wait: Promise<T>, what: () => string): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry = { what, reject }
      const over = () => {
        this.#open.delete(entry)
        this.#events = 0
      }
      this.#open.add(entry)
      wait.then(over, over)
      wait.then(resolve, reject)
    })
  }

  /** Something happened that they may have waited for. */
  countEvent(): void {
    if (this.present) this.#events++
  }

  /** Ends all of them with a DeadlockError. */
  giveUp(): void {
    const why = this.areEndless
      ? `${PATIENCE} timers fired and none of them ended it`
      : 'nothing is left that could happen'
    for (const { what, reject } of this.#open) {
      reject(new DeadlockError(`Cannot wait for ${what()}: ${why} in virtual time`))
    }
    this.#open.clear()
    this.#events = 0
  }
}
