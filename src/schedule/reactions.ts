import { BadScheduleError } from '../errors.ts'
import { shown } from '../shown.ts'
import { Constraints } from './constraints.ts'
import { type Recipients, recipients } from './mails.ts'
import { type Ping, type PingTarget, pingTo } from './pings.ts'
import type { TaskEnd, TaskStart, When } from './task-end.ts'

/** What is done before and after a task, put together. */
export interface Around {
  readonly before: readonly ((start: TaskStart) => unknown)[]
  readonly after: readonly { readonly when: When; readonly act: (end: TaskEnd) => unknown }[]
  readonly pingsBefore: readonly Ping[]
  readonly pingsAfter: readonly { readonly when: When; readonly ping: Ping }[]
  readonly mails: readonly Recipients[]
  readonly outputFile: { readonly path: string; readonly append: boolean } | undefined
}

/**
 * What is done around a task, in Laravel's words, in the order in which it was said. There is no `then`: it would make a task
 * something to `await`. What an `after` throws is reported and keeps nothing else from happening.
 */
export abstract class Reactions extends Constraints {
  readonly #before: ((start: TaskStart) => unknown)[] = []
  readonly #after: { readonly when: When; readonly act: (end: TaskEnd) => unknown }[] = []
  readonly #pingsBefore: Ping[] = []
  readonly #pingsAfter: { readonly when: When; readonly ping: Ping }[] = []
  readonly #mails: Recipients[] = []
  #outputFile: Around['outputFile']

  /** Whether somebody sends mails. */
  protected abstract canMail(): boolean

  /** Before it starts. One that throws keeps it from starting: the run has failed then. */
  before(act: (start: TaskStart) => unknown): this {
    this.#before.push(checked(act))
    return this
  }

  /** After it has ended, however it ended. */
  after(act: (end: TaskEnd) => unknown): this {
    return this.#react('always', act)
  }

  /** After it has succeeded. */
  onSuccess(act: (end: TaskEnd) => unknown): this {
    return this.#react('success', act)
  }

  /** After it has failed, in its last attempt. */
  onFailure(act: (end: TaskEnd) => unknown): this {
    return this.#react('failure', act)
  }

  /** `after` for those who want the output, only where there is some if so asked. */
  thenWithOutput(act: (output: string, end: TaskEnd) => unknown, onlyIfOutputExists = false): this {
    return this.#react('always', withOutput(act, onlyIfOutputExists))
  }

  /** `onSuccess` for those who want the output. */
  onSuccessWithOutput(act: (output: string, end: TaskEnd) => unknown, onlyIfOutputExists = false): this {
    return this.#react('success', withOutput(act, onlyIfOutputExists))
  }

  /** `onFailure` for those who want the output. */
  onFailureWithOutput(act: (output: string, end: TaskEnd) => unknown, onlyIfOutputExists = false): this {
    return this.#react('failure', withOutput(act, onlyIfOutputExists))
  }

  /**
   * Tells an address when it starts, without waiting for an answer.
   *
   * @throws BadScheduleError, as all that ping do, for what is no address on the web.
   */
  pingBefore(target: PingTarget): this {
    this.#pingsBefore.push(pingTo(target))
    return this
  }

  /** `pingBefore`, where the condition holds. */
  pingBeforeIf(condition: boolean, target: PingTarget): this {
    return condition ? this.pingBefore(target) : this
  }

  /** Tells an address when it has ended, however it ended. */
  thenPing(target: PingTarget): this {
    return this.#pingAfter('always', target)
  }

  /** `thenPing`, where the condition holds. */
  thenPingIf(condition: boolean, target: PingTarget): this {
    return condition ? this.thenPing(target) : this
  }

  /** Tells an address when it has succeeded. */
  pingOnSuccess(target: PingTarget): this {
    return this.#pingAfter('success', target)
  }

  /** `pingOnSuccess`, where the condition holds. */
  pingOnSuccessIf(condition: boolean, target: PingTarget): this {
    return condition ? this.pingOnSuccess(target) : this
  }

  /** Tells an address when it has failed. */
  pingOnFailure(target: PingTarget): this {
    return this.#pingAfter('failure', target)
  }

  /** `pingOnFailure`, where the condition holds. */
  pingOnFailureIf(condition: boolean, target: PingTarget): this {
    return condition ? this.pingOnFailure(target) : this
  }

  /**
   * Mails the output when it has ended, however it ended, through the `mail` of the scheduler and without waiting for it. Nothing
   * is sent where there is no output, unless that is asked for.
   *
   * @throws BadScheduleError, as all that mail do, for what is no address, and where the scheduler has no `mail`.
   */
  emailOutputTo(addresses: string | readonly string[], onlyIfOutputExists = true): this {
    return this.#mail(addresses, { when: 'always', onlyIfOutputExists })
  }

  /** The same as `emailOutputTo`. */
  emailWrittenOutputTo(addresses: string | readonly string[]): this {
    return this.emailOutputTo(addresses)
  }

  /** Mails the output when it has failed, also where there is none. */
  emailOutputOnFailure(addresses: string | readonly string[]): this {
    return this.#mail(addresses, { when: 'failure', onlyIfOutputExists: false })
  }

  /** Writes what the command writes, both streams, to a file as it comes. Each run begins the file anew, unless it is to append. */
  sendOutputTo(path: string, options: boolean | { readonly append?: boolean } = {}): this {
    if (typeof path !== 'string' || path === '')
      throw new BadScheduleError(`Cannot send the output to ${shown(path)}: expected a path`)
    const append = typeof options === 'boolean' ? options : (options.append ?? false)
    this.#outputFile = { path, append }
    return this
  }

  /** The same, after what earlier runs have written. */
  appendOutputTo(path: string): this {
    return this.sendOutputTo(path, true)
  }

  /** All that was said here. */
  protected around(): Around {
    return {
      before: this.#before,
      after: this.#after,
      pingsBefore: this.#pingsBefore,
      pingsAfter: this.#pingsAfter,
      mails: this.#mails,
      outputFile: this.#outputFile,
    }
  }

  #react(when: When, act: (end: TaskEnd) => unknown): this {
    this.#after.push({ when, act: checked(act) })
    return this
  }

  #mail(addresses: string | readonly string[], more: Omit<Recipients, 'to'>): this {
    if (!this.canMail())
      throw new BadScheduleError('Cannot mail the output: the scheduler was given no `mail` to send it with')
    this.#mails.push(recipients(addresses, more))
    return this
  }

  #pingAfter(when: When, target: PingTarget): this {
    this.#pingsAfter.push({ when, ping: pingTo(target) })
    return this
  }
}

function checked<Reaction>(act: Reaction): Reaction {
  if (typeof act === 'function') return act
  throw new BadScheduleError(`Cannot react with ${shown(act)}: expected a function`)
}

function withOutput(act: (output: string, end: TaskEnd) => unknown, onlyIfThereIsSome: boolean) {
  checked(act)
  return (end: TaskEnd): unknown => (onlyIfThereIsSome && end.output === '' ? undefined : act(end.output, end))
}
