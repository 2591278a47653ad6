import type { ProcessResult } from '../process-result.ts'
import { Constraints } from './constraints.ts'
import { type Ping, type PingTarget, pingTo } from './pings.ts'

/** A task that begins. */
export interface TaskStart {
  readonly task: string
  /** When it was due. */
  readonly dueAt: Date
}

/** A task that has ended. */
export interface TaskEnd extends TaskStart {
  readonly successful: boolean
  readonly exitCode: number | null
  /** What it wrote to stdout, and after that what it wrote to stderr. Empty for a closure. */
  readonly output: string
  readonly durationMs: number
  /** That of the command, where one has run. */
  readonly result: ProcessResult | undefined
  /** What a closure threw, or what ended the command. */
  readonly error: unknown
}

/** Which ends a reaction is for. */
type When = 'always' | 'success' | 'failure'

/** What is done before and after a task, put together. */
export interface Around {
  readonly before: readonly ((start: TaskStart) => unknown)[]
  readonly after: readonly { readonly when: When; readonly act: (end: TaskEnd) => unknown }[]
  readonly pingsBefore: readonly Ping[]
  readonly pingsAfter: readonly { readonly when: When; readonly ping: Ping }[]
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
  #outputFile: Around['outputFile']

  /** Before it starts. One that throws keeps it from starting: the run has failed then. */
  before(act: (start: TaskStart) => unknown): this {
    this.#before.push(act)
    return this
  }

  /** After it has ended, however it ended. */
  after(act: (end: TaskEnd) => unknown): this {
    return this.#react('always', act)
  }

  onSuccess(act: (end: TaskEnd) => unknown): this {
    return this.#react('success', act)
  }

  onFailure(act: (end: TaskEnd) => unknown): this {
    return this.#react('failure', act)
  }

  /** `after` for those who want the output, only where there is some if so asked. */
  thenWithOutput(act: (output: string, end: TaskEnd) => unknown, onlyIfOutputExists = false): this {
    return this.#react('always', withOutput(act, onlyIfOutputExists))
  }

  onSuccessWithOutput(act: (output: string, end: TaskEnd) => unknown, onlyIfOutputExists = false): this {
    return this.#react('success', withOutput(act, onlyIfOutputExists))
  }

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

  pingBeforeIf(condition: boolean, target: PingTarget): this {
    return condition ? this.pingBefore(target) : this
  }

  /** Tells an address when it has ended, however it ended. */
  thenPing(target: PingTarget): this {
    return this.#pingAfter('always', target)
  }

  thenPingIf(condition: boolean, target: PingTarget): this {
    return condition ? this.thenPing(target) : this
  }

  pingOnSuccess(target: PingTarget): this {
    return this.#pingAfter('success', target)
  }

  pingOnSuccessIf(condition: boolean, target: PingTarget): this {
    return condition ? this.pingOnSuccess(target) : this
  }

  pingOnFailure(target: PingTarget): this {
    return this.#pingAfter('failure', target)
  }

  pingOnFailureIf(condition: boolean, target: PingTarget): this {
    return condition ? this.pingOnFailure(target) : this
  }

  /** Writes what the command writes, both streams, to a file as it comes. Each run begins the file anew. */
  sendOutputTo(path: string, { append = false }: { readonly append?: boolean } = {}): this {
    this.#outputFile = { path, append }
    return this
  }

  /** The same, after what earlier runs have written. */
  appendOutputTo(path: string): this {
    return this.sendOutputTo(path, { append: true })
  }

  /** All that was said here. */
  protected around(): Around {
    return {
      before: this.#before,
      after: this.#after,
      pingsBefore: this.#pingsBefore,
      pingsAfter: this.#pingsAfter,
      outputFile: this.#outputFile,
    }
  }

  #react(when: When, act: (end: TaskEnd) => unknown): this {
    this.#after.push({ when, act })
    return this
  }

  #pingAfter(when: When, target: PingTarget): this {
    this.#pingsAfter.push({ when, ping: pingTo(target) })
    return this
  }
}

/** Whether a reaction is for this end. */
export function concerns(when: When, { successful }: TaskEnd): boolean {
  return when === 'always' || (when === 'success') === successful
}

function withOutput(act: (output: string, end: TaskEnd) => unknown, onlyIfThereIsSome: boolean) {
  return (end: TaskEnd): unknown => (onlyIfThereIsSome && end.output === '' ? undefined : act(end.output, end))
}
