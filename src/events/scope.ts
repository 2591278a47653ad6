import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Observer, Watch } from '../observer.ts'
import { isPublished, publish, publishes } from './channels.ts'
import type { ProcessEventMap, ProcessEventName } from './event-map.ts'
import { isThenable, type Listener } from './listener.ts'
import { RunWatch } from './run-watch.ts'

/** What the scopes of one ProcessEvents share. */
export interface Shared {
  /** Which scope code runs in, where that is not the outermost one. */
  readonly current: AsyncLocalStorage<Scope>
  /** How long an answer to `beforeStart` may take, in milliseconds. */
  readonly patience: number
  runs: number
}

const NOBODY: readonly Listener[] = []

/** Who listens: everybody, or those of one callback, who hear of what starts in there. What starts in there the others hear, too. */
export class Scope implements Observer {
  readonly shared: Shared
  readonly #outer: Scope | undefined
  readonly #listeners = new Map<ProcessEventName, readonly Listener[]>()
  #count = 0

  constructor(shared: Shared, outer?: Scope) {
    this.shared = shared
    this.#outer = outer
  }

  get listens(): boolean {
    return this.hasListeners || publishes()
  }

  get hasListeners(): boolean {
    return this.#count > 0 || (this.#outer?.hasListeners ?? false)
  }

  listensTo(name: ProcessEventName): boolean {
    return this.#own(name).length > 0 || (this.#outer?.listensTo(name) ?? false)
  }

  /** Whether somebody wants to be told of this, also by what is published. */
  wants(name: ProcessEventName): boolean {
    return this.listensTo(name) || isPublished(name)
  }

  watch(command: Command, clock: Clock): Watch {
    return new RunWatch(this, command, clock)
  }

  inner(): Scope {
    return new Scope(this.shared, this)
  }

  within<T>(callback: () => T): T {
    return this.shared.current.run(this, callback)
  }

  add(listener: Listener): void {
    const { event } = listener
    this.#count++
    this.#listeners.set(event, [...this.#own(event), listener])
    listener.onLeave(() => {
      this.#count--
      const rest = this.#own(event).filter((one) => one !== listener)
      this.#listeners.set(event, rest)
    })
  }

  /** Those to tell of an event: the outermost first, in the order in which they began to listen. */
  listenersTo(name: ProcessEventName): readonly Listener[] {
    const own = this.#own(name)
    return this.#outer ? [...this.#outer.listenersTo(name), ...own] : own
  }

  /**
   * Tells everybody, and says whether there was somebody. What a listener throws, or rejects with later, is told as
   * `listenerFailed`.
   */
  tell(event: ProcessEventMap[ProcessEventName]): boolean {
    publish(event.type, event)
    let told = false
    for (const listener of this.listenersTo(event.type)) {
      if (!listener.isConcerned) continue
      told = true
      try {
        const answer = listener.call(event)
        if (isThenable(answer)) answer.then(undefined, (error) => this.report(listener, error, event.at))
      } catch (error) {
        this.report(listener, error, event.at)
      }
    }
    return told
  }

  /** Says that a listener failed. */
  report(listener: Listener, error: unknown, at: number): void {
    const name = listener.event
    const failure = { type: 'listenerFailed', at, event: name, listener: listener.callback, error } as const
    if (name !== 'listenerFailed' && this.tell(failure)) return
    if (!listener.warned) warn(name, error)
    listener.warned = true
  }

  #own(name: ProcessEventName): readonly Listener[] {
    return this.#listeners.get(name) ?? NOBODY
  }
}

function warn(name: ProcessEventName, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const detail = error instanceof Error && error.stack ? { detail: error.stack } : {}
  process.emitWarning(`A listener to "${name}" failed: ${message}`, { type: 'ProcessEventsWarning', ...detail })
}
