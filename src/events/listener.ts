import { AsyncLocalStorage } from 'node:async_hooks'
import type { ProcessEventMap, ProcessEventName } from './event-map.ts'

/** The listeners within whose calls, or what they have set in motion, code runs: the innermost first. */
interface Inside {
  readonly listener: Listener
  readonly outer: Inside | undefined
}

const inside = new AsyncLocalStorage<Inside>()

/** One who listens to an event, until it does not any more. */
export class Listener {
  readonly event: ProcessEventName
  readonly callback: (event: never) => unknown
  /** Whether somebody has been warned of it. */
  warned = false
  readonly #once: boolean
  readonly #onLeave: (() => void)[] = []
  #left = false

  constructor(event: ProcessEventName, callback: (event: never) => unknown, once: boolean) {
    this.event = event
    this.callback = callback
    this.#once = once
  }

  /** Whether it is to be called here: it still listens, and is not told what it does itself, which might never end. */
  get isConcerned(): boolean {
    if (this.#left) return false
    for (let within = inside.getStore(); within; within = within.outer) if (within.listener === this) return false
    return true
  }

  /** @throws what the listener throws. */
  call(event: ProcessEventMap[ProcessEventName]): unknown {
    if (this.#once) this.leave()
    const callback = this.callback as (event: ProcessEventMap[ProcessEventName]) => unknown
    return inside.run({ listener: this, outer: inside.getStore() }, callback, event)
  }

  onLeave(action: () => void): void {
    this.#onLeave.push(action)
  }

  leave(): void {
    this.#left = true
    for (const action of this.#onLeave.splice(0)) action()
  }
}

/** Whether an answer comes later. */
export function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function'
}
