import type { NewBatch, NewJob } from '../contracts/queue-store.ts'
import type { Duration } from '../duration.ts'
import type { Desk, Queueable } from './desk.ts'
import { BadJobError } from './errors.ts'
import { checkOptions, type JobOptions } from './job-options.ts'
import { PendingChain } from './pending-chain.ts'
import { QueuedBatch } from './queued-batch.ts'

/**
 * Commands, and chains of them, that are counted together. Pushed when it is awaited.
 *
 * @example await Process.queued().batch(['resize a', 'resize b']).onSuccess('publish').onFailure('notify').onEnd('clean')
 */
export class PendingBatch implements PromiseLike<QueuedBatch> {
  readonly #desk: Desk
  readonly #commands: readonly (Queueable | PendingChain)[]
  readonly #after: Readonly<Record<'success' | 'failure' | 'end', Queueable[]>> = { success: [], failure: [], end: [] }
  #options: JobOptions
  #allowsFailures = false
  #id: string = crypto.randomUUID()
  #pushed: Promise<QueuedBatch> | undefined

  constructor(desk: Desk, commands: readonly (Queueable | PendingChain)[], options: JobOptions) {
    checkOptions(options)
    if (options.id !== undefined)
      throw new BadJobError('Cannot queue a batch with an "id": its jobs are named after the batch, which name() names')
    this.#desk = desk
    this.#commands = commands
    this.#options = options
  }

  /** A name for good: a second batch of that name is not pushed. */
  name(name: string): this {
    this.#id = name
    return this
  }

  /** The queue that all of it waits in. */
  onQueue(queue: string): this {
    this.#options = { ...this.#options, queue }
    return this
  }

  /** How long all of it waits before it is due. */
  delay(delay: Duration): this {
    this.#options = { ...this.#options, delay }
    return this
  }

  /** Goes on after a failure; otherwise the first one cancels the rest. */
  allowFailures(allows = true): this {
    this.#allowsFailures = allows
    return this
  }

  /** What is queued when all have succeeded. */
  onSuccess(command: Queueable): this {
    this.#after.success.push(command)
    return this
  }

  /** What is queued after the first failure. */
  onFailure(command: Queueable): this {
    this.#after.failure.push(command)
    return this
  }

  /** What is queued when all are over, however they ended. */
  onEnd(command: Queueable): this {
    this.#after.end.push(command)
    return this
  }

  // biome-ignore lint/suspicious/noThenProperty: a description that runs when it is awaited, as a pipeline does.
  then<T = QueuedBatch, E = never>(
    onFulfilled?: ((value: QueuedBatch) => T | PromiseLike<T>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<T | E> {
    // Laravel's word, which types of promises have no place for.
    if (isCommand(onFulfilled)) return this.onSuccess(onFulfilled) as never
    return this.dispatch().then(onFulfilled, onRejected)
  }

  /** Laravel's word for `onFailure`. A function hears of a failed push, as of any promise. */
  catch(command: Queueable): this
  catch<T>(onRejected: (error: unknown) => T | PromiseLike<T>): Promise<QueuedBatch | T>
  catch<T>(what: Queueable | ((error: unknown) => T | PromiseLike<T>)): this | Promise<QueuedBatch | T> {
    return typeof what === 'function' ? this.dispatch().catch(what) : this.onFailure(what)
  }

  /** Laravel's word for `onEnd`. */
  finally(command: Queueable): this
  finally(onFinally: () => void): Promise<QueuedBatch>
  finally(what: Queueable | (() => void)): this | Promise<QueuedBatch> {
    return typeof what === 'function' ? this.dispatch().finally(what) : this.onEnd(what)
  }

  /**
   * Pushes it, once.
   *
   * @throws BadJobError for what cannot wait in a queue; nothing is pushed then.
   */
  dispatch(): Promise<QueuedBatch> {
    this.#pushed ??= this.#push()
    return this.#pushed
  }

  async #push(): Promise<QueuedBatch> {
    const jobs = this.#commands.map((command, index) => this.#member(command, `${this.#id}-${index}`))
    await this.#desk.open(this.#record(), jobs)
    return new QueuedBatch(this.#desk, this.#id)
  }

  #member(command: Queueable | PendingChain, id: string): NewJob & { id: string } {
    const batch = this.#id
    const options = this.#options
    if (command instanceof PendingChain) return { ...command.first(id, { id: batch, options }), id, batch }
    return { ...this.#desk.addressed({ job: this.#desk.job(command, options), batch }, options), id, batch }
  }

  #record(): NewBatch {
    const { delay, ...options } = this.#options
    const after = (commands: readonly Queueable[], when: string): readonly NewJob[] =>
      commands.map((command, index) => ({
        ...this.#desk.addressed({ job: this.#desk.job(command, options) }, options),
        id: `${this.#id}-${when}-${index}`,
      }))
    return {
      id: this.#id,
      allowsFailures: this.#allowsFailures,
      onSuccess: after(this.#after.success, 'then'),
      onFailure: after(this.#after.failure, 'catch'),
      onEnd: after(this.#after.end, 'finally'),
    }
  }
}

function isCommand(what: unknown): what is Queueable {
  return typeof what === 'string' || (typeof what === 'object' && what !== null)
}
