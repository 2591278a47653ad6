import { AsyncLocalStorage } from 'node:async_hooks'
import { type Duration, toMilliseconds } from '../duration.ts'
import type { Happening, Observer, Teller } from '../observer.ts'
import { shown } from '../shown.ts'
import { eventNames, type ProcessEventName, type ProcessListener } from './event-map.ts'
import { Listener } from './listener.ts'
import { Scope } from './scope.ts'

/** What events may be made of. */
export interface ProcessEventsOptions {
  /** How long a listener to `beforeStart` may take, 5 s unless given; then the command starts without its answer. */
  readonly patience?: Duration
}

/** How long somebody listens. */
export interface ListenOptions {
  /** Ends the listening. */
  readonly signal?: AbortSignal
}

/** Where a Process tells its events. */
export let observerOf: (events: ProcessEvents) => Observer

/**
 * Tells what becomes of processes. A listener may be async; only what listens to `beforeStart` is waited for. One that throws,
 * hangs or starts processes itself keeps nobody else from anything: it is told as `listenerFailed`, and is not told of what it
 * starts.
 *
 * Who begins to listen within the callback of a rehearsal hears of what starts in there, and of nothing else.
 *
 * @example const unsubscribe = Process.events.on('failed', ({ text, error }) => console.error(text, error))
 */
export class ProcessEvents implements Teller {
  readonly #current = new AsyncLocalStorage<Scope>()
  readonly #everybody: Scope

  static {
    observerOf = (events) => events.#everybody
  }

  constructor({ patience = '5s' }: ProcessEventsOptions = {}) {
    this.#everybody = new Scope({ current: this.#current, patience: toMilliseconds(patience), runs: 0 })
  }

  /**
   * Calls `listener` whenever this happens, until `signal` aborts or what is given back is called.
   *
   * @throws TypeError for an event that does not exist.
   */
  on<Name extends ProcessEventName>(name: Name, listener: ProcessListener<Name>, options?: ListenOptions): () => void {
    return this.#listen(name, listener, options, false)
  }

  /** The same for the next time only. */
  once<Name extends ProcessEventName>(
    name: Name,
    listener: ProcessListener<Name>,
    options?: ListenOptions,
  ): () => void {
    return this.#listen(name, listener, options, true)
  }

  /** Hears of a command before it starts; may `change` or `veto` it. It is waited for. */
  beforeStart(listener: ProcessListener<'beforeStart'>, options?: ListenOptions): () => void {
    return this.on('beforeStart', listener, options)
  }

  /** Hears of each process that has started. */
  afterStart(listener: ProcessListener<'started'>, options?: ListenOptions): () => void {
    return this.on('started', listener, options)
  }

  /** Hears of a process before it is stopped: by `stop`, or because of a limit. */
  beforeStop(listener: ProcessListener<'beforeStop'>, options?: ListenOptions): () => void {
    return this.on('beforeStop', listener, options)
  }

  /** Hears of each process that was stopped and is over. */
  afterStop(listener: ProcessListener<'stopped'>, options?: ListenOptions): () => void {
    return this.on('stopped', listener, options)
  }

  /** Hears what processes write to stdout. */
  onOutput(listener: ProcessListener<'output'>, options?: ListenOptions): () => void {
    return this.on('output', listener, options)
  }

  /** Hears what processes write to stderr. */
  onError(listener: ProcessListener<'errorOutput'>, options?: ListenOptions): () => void {
    return this.on('errorOutput', listener, options)
  }

  /** Tells something that is about no process yet; for schedulers. */
  tell(happening: Happening): void {
    const scope = this.#scope
    if (scope.wants(happening.type)) scope.tell(happening)
  }

  get #scope(): Scope {
    return this.#current.getStore() ?? this.#everybody
  }

  #listen(name: ProcessEventName, listener: unknown, { signal }: ListenOptions = {}, once: boolean): () => void {
    if (!eventNames.includes(name))
      throw new TypeError(`Cannot listen to ${shown(name)}: the events are ${eventNames.join(', ')}`)
    if (typeof listener !== 'function')
      throw new TypeError(`Cannot listen to "${name}" with ${shown(listener)}: expected a function`)
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw new TypeError(`Cannot stop listening to "${name}" by ${shown(signal)}: expected an AbortSignal`)
    if (signal?.aborted) return () => {}
    const one = new Listener(name, listener as (event: never) => unknown, once)
    const leave = (): void => one.leave()
    signal?.addEventListener('abort', leave)
    one.onLeave(() => signal?.removeEventListener('abort', leave))
    this.#scope.add(one)
    return leave
  }
}
