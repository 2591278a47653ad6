import type { NewJob, Pushed } from '../contracts/queue-store.ts'
import type { Duration } from '../duration.ts'
import type { Desk, Queueable } from './desk.ts'
import { BadJobError } from './errors.ts'
import type { Link } from './job.ts'
import { checkOptions, type JobOptions, placeOf } from './job-options.ts'

/**
 * Commands that are to run one after the other, each when the one before has succeeded. Pushed when it is awaited.
 *
 * @example await Process.queued().chain(['build', 'test', 'deploy']).catch('notify').onQueue('releases')
 */
export class PendingChain implements PromiseLike<Pushed> {
  readonly #desk: Desk
  readonly #commands: readonly Queueable[]
  #options: JobOptions
  #caught: Queueable | undefined
  #pushed: Promise<Pushed> | undefined

  constructor(desk: Desk, commands: readonly Queueable[], options: JobOptions) {
    checkOptions(options)
    this.#desk = desk
    this.#commands = commands
    this.#options = options
  }

  /** The queue that all of it waits in. */
  onQueue(queue: string): this {
    this.#options = { ...this.#options, queue }
    return this
  }

  /** How long the first one waits. */
  delay(delay: Duration): this {
    this.#options = { ...this.#options, delay }
    return this
  }

  /** What is queued when one of them fails for good: the rest is not run then. A function hears of a failed push, as of any promise. */
  catch(command: Queueable): this
  catch<T>(onRejected: (error: unknown) => T | PromiseLike<T>): Promise<Pushed | T>
  catch<T>(what: Queueable | ((error: unknown) => T | PromiseLike<T>)): this | Promise<Pushed | T> {
    if (typeof what === 'function') return this.dispatch().catch(what)
    this.#caught = what
    return this
  }

  /**
   * Pushes it, once. Gives the first job: the others follow when their turn comes.
   *
   * @throws BadJobError for what cannot wait in a queue; nothing is pushed then.
   */
  dispatch(): Promise<Pushed> {
    this.#pushed ??= this.#push()
    return this.#pushed
  }

  // biome-ignore lint/suspicious/noThenProperty: a description that runs when it is awaited, as a pipeline does.
  then<T = Pushed, E = never>(
    onFulfilled?: ((value: Pushed) => T | PromiseLike<T>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<T | E> {
    return this.dispatch().then(onFulfilled, onRejected)
  }

  async #push(): Promise<Pushed> {
    const id = crypto.randomUUID()
    const [pushed] = await this.#desk.push([{ ...this.first(id), id: this.#options.id ?? `${id}-0` }])
    return pushed as Pushed
  }

  /** Its first job, which brings the others with it. In a batch, what is said of the batch holds unless the chain says otherwise. */
  first(id: string, batch?: { readonly id: string; readonly options: JobOptions }): NewJob {
    if (batch && this.#options.id !== undefined)
      throw new BadJobError('Cannot queue a chain with an "id" in a batch: jobs of a batch are named after it')
    const options = { ...batch?.options, ...this.#options }
    const [first, ...rest] = this.#commands.map((command) => this.#link(command, options))
    if (!first) throw new BadJobError('Cannot queue a chain: it has no commands')
    const caught = this.#caught && { caught: this.#link(this.#caught, options) }
    const parcel = { job: first.job, chain: { id, step: 0, rest, ...caught }, ...(batch && { batch: batch.id }) }
    return this.#desk.addressed(parcel, options)
  }

  #link(command: Queueable, { delay, ...options }: JobOptions): Link {
    const { queue, priority } = placeOf(options, '')
    return { job: this.#desk.job(command, options), queue, ...(priority !== undefined && { priority }) }
  }
}
