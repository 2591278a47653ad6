import { toMilliseconds } from '../duration.ts'
import { NotOurProcessError } from '../errors.ts'
import { type Host, sharedHost } from '../host.ts'
import { type InvokedProcess, lifeOf } from '../invoked-process.ts'
import { type CallbackFailure, isolated, warn } from './callbacks.ts'
import { interval, type MonitorOptions } from './options.ts'
import { type MonitorTarget, type Subject, subjectOf } from './subject.ts'

/** A call that may name a process first. */
export type Aimed<Callback> = [callback: Callback] | [target: MonitorTarget, callback: Callback]

/** What all of a monitor stands on: whom it is about, callbacks that do no harm, and the end of all of it. */
export abstract class Listening implements Disposable {
  /** Milliseconds between two looks. */
  protected readonly every: number
  readonly #host: Host
  readonly #subject: Subject | undefined
  readonly #patience: number
  readonly #report: (failure: CallbackFailure) => void
  readonly #ends = new Set<() => void>()

  /** @throws TypeError for what is no process, and for options that mean nothing. */
  constructor(target?: MonitorTarget, options: MonitorOptions = {}, host: Host = sharedHost()) {
    const { every = 1000, callbackTimeout = 30_000, onFailure = warn } = options
    this.every = interval(every)
    this.#patience = toMilliseconds(callbackTimeout)
    this.#report = onFailure
    this.#host = host
    this.#subject = target === undefined ? undefined : subjectOf(target, host)
  }

  /** Ends all that was begun here: no callback is called any more, loops over samples end. */
  stop(): void {
    for (const end of [...this.#ends]) end()
  }

  /** The same as `stop`. */
  [Symbol.dispose](): void {
    this.stop()
  }

  /** Whom a call is about. @throws TypeError when it names nobody, and the monitor is about nobody either. */
  protected subject(target: MonitorTarget | undefined): Subject {
    if (target !== undefined) return subjectOf(target, this.#host)
    if (this.#subject) return this.#subject
    throw new TypeError('Cannot tell whom to look at: this monitor was made without a process, name one')
  }

  protected aim<Callback>(args: Aimed<Callback>): { subject: Subject; callback: Callback } {
    const [first, second] = args
    if (second === undefined) return { subject: this.subject(undefined), callback: first as Callback }
    return { subject: this.subject(first as MonitorTarget), callback: second }
  }

  protected isolated<Arguments extends unknown[]>(
    hook: string,
    { place }: Subject,
    callback: (...args: Arguments) => unknown,
  ): (pid: number, ...args: Arguments) => void {
    return isolated(hook, callback, { clock: place.clock, patience: this.#patience, report: this.#report })
  }

  /** Keeps what ends something for `stop`. Gives back what ends it alone. */
  protected begin(end: () => void): () => void {
    const once = () => {
      if (this.#ends.delete(once)) end()
    }
    this.#ends.add(once)
    return once
  }

  /** Attaches to a process that was started here, and to each that takes its place. @throws NotOurProcessError */
  protected followOwn(subject: Subject, what: string, attach: (process: InvokedProcess) => () => void): () => void {
    if (!subject.process)
      throw new NotOurProcessError(`Cannot ${what} of process ${subject.pid}: it was not started here, or is over`)
    const end = this.begin(subject.follow(({ process }) => (process ? attach(process) : () => {})))
    if (!subject.follows) void lifeOf(subject.process).settled.then(end)
    return end
  }
}
