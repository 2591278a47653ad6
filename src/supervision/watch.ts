import type { Timer } from '../contracts/clock.ts'
import type { Ground } from './ground.ts'
import type { Incarnation } from './occupant.ts'
import { untilReady } from './readiness.ts'
import type { SlotSpec } from './slot-options.ts'
import type { Trouble } from './supervision-events.ts'

/** Who is told of what is seen of an incarnation. */
export interface Watcher {
  becameReady(): void
  readyTimedOut(): void
  trouble(trouble: Trouble): void
}

/** Looks after one incarnation while it is at work: waits until it is ready, and sees what goes wrong with it then. */
export class Watch {
  readonly #incarnation: Incarnation
  readonly #spec: SlotSpec
  readonly #ground: Ground
  readonly #watcher: Watcher
  #deadline: Timer | undefined
  #over = false

  constructor(incarnation: Incarnation, spec: SlotSpec, ground: Ground, watcher: Watcher) {
    this.#incarnation = incarnation
    this.#spec = spec
    this.#ground = ground
    this.#watcher = watcher
  }

  /** Begins, with one that is ready already or is to become so. */
  begin(isReady: boolean): void {
    const { process, untilReady: ownWord } = this.#incarnation
    const { ready, readyTimeout } = this.#spec
    if (isReady) return
    if (ownWord) void ownWord.then(() => this.#ready())
    else if (!ready || !process) this.#ready()
    else {
      this.#deadline = this.#ground.clock.setTimeout(() => this.#timedOut(), readyTimeout)
      void untilReady(ready, process).then((shown) => shown && this.#ready())
    }
  }

  /** Ends the watch. */
  stop(): void {
    this.#over = true
    this.#ground.clock.clearTimeout(this.#deadline)
  }

  #ready(): void {
    if (this.#over) return
    this.#ground.clock.clearTimeout(this.#deadline)
    this.#watcher.becameReady()
  }

  #timedOut(): void {
    if (!this.#over) this.#watcher.readyTimedOut()
  }
}
