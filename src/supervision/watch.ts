import type { Timer } from '../contracts/clock.ts'
import type { Ground } from './ground.ts'
import { type Lookout, lookForHang, lookForUse } from './lookouts.ts'
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

/** Looks after one incarnation while it is at work: waits until it is ready, and sees what goes wrong with it from then on. */
export class Watch {
  readonly #incarnation: Incarnation
  readonly #spec: SlotSpec
  readonly #ground: Ground
  readonly #watcher: Watcher
  readonly #stop = new AbortController()
  #deadline: Timer | undefined

  constructor(incarnation: Incarnation, spec: SlotSpec, ground: Ground, watcher: Watcher) {
    this.#incarnation = incarnation
    this.#spec = spec
    this.#ground = ground
    this.#watcher = watcher
  }

  /** Waits until it is ready. `before` is what the file by which it shows that was like before it was started. */
  awaitReady(before: string | undefined): void {
    const { process, untilReady: ownWord } = this.#incarnation
    const { ready, readyTimeout } = this.#spec
    if (ownWord) return void ownWord.then(() => this.#ready())
    if (!ready || !process) return this.#ready()
    this.#deadline = this.#ground.clock.setTimeout(() => this.#watcher.readyTimedOut(), readyTimeout)
    const how = { stop: this.#stop.signal, before }
    void untilReady(ready, process, this.#ground, how).then((isReady) => isReady && this.#ready())
  }

  /** Looks out for what may go wrong with one that is ready. */
  lookOut(): void {
    const { process } = this.#incarnation
    const { hang, maxMemory, maxCpu } = this.#spec
    if (!process) return
    const report = (trouble: Trouble) => this.#watcher.trouble(trouble)
    const lookout: Lookout = { process, ground: this.#ground, stop: this.#stop.signal, report }
    if (hang) lookForHang(lookout, hang)
    if (maxMemory) lookForUse(lookout, 'memory', maxMemory)
    if (maxCpu) lookForUse(lookout, 'cpu', maxCpu)
  }

  /** Ends the watch. */
  stop(): void {
    this.#ground.clock.clearTimeout(this.#deadline)
    this.#stop.abort()
  }

  #ready(): void {
    if (this.#stop.signal.aborted) return
    this.#ground.clock.clearTimeout(this.#deadline)
    this.#watcher.becameReady()
  }
}
