import { commandText } from './command.ts'
import { type Signal, toSignal } from './contracts/signals.ts'
import { type Duration, toMilliseconds } from './duration.ts'
import { ProcessCancelledError, ProcessError, ProcessFailedError, ProcessTimedOutError } from './errors.ts'
import type { InvokedProcess } from './invoked-process.ts'
import { launch } from './launch.ts'
import type { Member } from './members.ts'
import type { PoolOptions } from './pool.ts'
import { type PoolResults, poolResults } from './pool-results.ts'
import type { ProcessResult } from './process-result.ts'
import { notStarted } from './results.ts'
import { wantsAgain } from './retrying.ts'
import type { OutputCallback, Settings } from './settings.ts'
import type { World } from './world.ts'

/** A pool that runs: starts members as places become free, and keeps what became of each. */
export class InvokedPool<Key extends string = string>
  implements Iterable<[string | number, InvokedProcess]>, AsyncDisposable
{
  /** Resolves when the members that may run at once have been started. */
  readonly begun: Promise<void>
  readonly #world: World
  readonly #members: readonly Member[]
  readonly #options: PoolOptions
  readonly #onOutput: OutputCallback | undefined
  readonly #processes = new Map<string | number, InvokedProcess>()
  readonly #results = new Map<string | number, ProcessResult>()
  readonly #finished: Promise<void>
  /** Aborted when nothing is to start any more. */
  readonly #ends = new AbortController()
  #next = 0
  #ending: { readonly error: unknown } | undefined

  constructor(world: World, members: readonly Member[], options: PoolOptions, onOutput?: OutputCallback) {
    this.#world = world
    this.#members = members
    this.#options = options
    this.#onOutput = onOutput
    const lanes = Array.from({ length: Math.min(options.limit, members.length) }, () => this.#beginLane())
    this.begun = Promise.all(lanes.map((lane) => lane.begun)).then(() => {})
    this.#finished = this.#withinTime(Promise.all(lanes.map((lane) => lane.finished)).then(() => {}))
  }

  /** The members that run now, by name. */
  running(): ReadonlyMap<string | number, InvokedProcess> {
    return new Map(this.#started().filter(([, process]) => process.running()))
  }

  /** How many members there are. */
  count(): number {
    return this.#members.length
  }

  /** The names of all members, in order. */
  keys(): readonly (string | number)[] {
    return this.#members.map(({ key }) => key)
  }

  /** Sends a signal to every member that runs. */
  signal(signal: Signal | number): this {
    for (const process of this.running().values()) process.signal(signal)
    return this
  }

  /**
   * Stops all members at the same time and starts no more.
   *
   * @throws TypeError for a grace or a signal that means nothing. Nobody has been stopped then.
   */
  async stop(grace?: Duration, signal?: Signal | number): Promise<PoolResults<Key>> {
    if (grace !== undefined) toMilliseconds(grace)
    if (signal !== undefined) toSignal(signal)
    this.#ends.abort()
    await Promise.all([...this.running().values()].map((process) => process.stop(grace, signal)))
    await this.#drive(this.#finished)
    return this.#inOrder()
  }

  /**
   * Waits for all members. Each failure is a result.
   *
   * @throws the error of the first member that failed, with `failFast`; what a callback threw; everything has been stopped.
   */
  async wait(): Promise<PoolResults<Key>> {
    await this.#drive(this.#finished)
    if (this.#ending) throw this.#ending.error
    return this.#inOrder()
  }

  /** The members that have been started, with their names, in order. */
  [Symbol.iterator](): Iterator<[string | number, InvokedProcess]> {
    return this.#started().values()
  }

  /** Stops all that still run. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  // Whoever was started first: they stand in the order of the definition.
  #started(): [string | number, InvokedProcess][] {
    return this.#members.flatMap(({ key }) => {
      const process = this.#processes.get(key)
      return process ? [[key, process]] : []
    })
  }

  // A lane runs one member after the other until none is left.
  #beginLane(): { readonly begun: Promise<void>; readonly finished: Promise<void> } {
    const first = this.#startNext()
    return { begun: first.then(() => {}), finished: this.#runLane(first) }
  }

  async #runLane(first: Promise<(() => Promise<void>) | undefined>): Promise<void> {
    for (let finish = await first; finish; finish = await this.#startNext()) await finish()
  }

  async #startNext(): Promise<(() => Promise<void>) | undefined> {
    const member = this.#members[this.#next++]
    if (!member) return undefined
    const first = this.#launch(member)
    await first.catch(() => {})
    return () => this.#runMember(member, first)
  }

  async #launch({ key, settings }: Member): Promise<InvokedProcess> {
    if (this.#stopped) throw cancelled(commandText(settings.line ?? ''))
    const process = await launch(this.#world, settings, this.#onOutput, { key })
    this.#processes.set(key, process)
    if (this.#stopped) void process.stop()
    return process
  }

  async #runMember({ key, settings }: Member, first: Promise<InvokedProcess>): Promise<void> {
    for (let attempt = 1, process = first; ; attempt++, process = this.#launch({ key, settings })) {
      const { result, error } = await endOf(process)
      if (!result) this.#endAll(error)
      const pause = result && !error && !this.#stopped ? this.#pauseAfter(settings, result, attempt) : undefined
      if (!result || pause === undefined) return this.#finish(key, result ?? cancelled(String(key)).result, error)
      await this.#world.driver.clock.sleep(pause, this.#ends.signal).catch(() => {})
      if (this.#stopped) return this.#finish(key, result, error)
    }
  }

  // How long until the next attempt, where there is to be one. What its functions throw ends everything.
  #pauseAfter({ retry }: Settings, result: ProcessResult, attempt: number): number | undefined {
    try {
      return retry && wantsAgain(retry, result, attempt) ? retry.delay(attempt) : undefined
    } catch (fault) {
      this.#endAll(fault)
      return undefined
    }
  }

  get #stopped(): boolean {
    return this.#ends.signal.aborted
  }

  #finish(key: string | number, result: ProcessResult, error?: unknown): void {
    this.#results.set(key, result)
    const { failFast, onProgress } = this.#options
    if (failFast && result.failed() && !this.#stopped) this.#endAll(error ?? new ProcessFailedError(result))
    try {
      onProgress?.({ key, successful: result.successful(), done: this.#results.size, total: this.#members.length })
    } catch (fault) {
      this.#endAll(fault)
    }
  }

  #endAll(error: unknown): void {
    this.#ending ??= { error }
    this.#ends.abort()
    for (const process of this.running().values()) void process.stop()
  }

  #withinTime(finished: Promise<void>): Promise<void> {
    const { timeout } = this.#options
    if (timeout === undefined) return finished
    const { clock } = this.#world.driver
    const timer = clock.setTimeout(() => this.#endAll(timedOut(this.#members.length, timeout)), timeout)
    return finished.finally(() => clock.clearTimeout(timer))
  }

  #inOrder(): PoolResults<Key> {
    return poolResults(new Map(this.#members.map(({ key }) => [key, this.#results.get(key) as ProcessResult])))
  }

  #drive<T>(wait: Promise<T>): Promise<T> {
    return this.#world.driver.clock.drive(wait, () => `a pool of ${this.#members.length} to end`)
  }
}

/** How a member ended: its result, also when it did not end by itself, and the error if there was one. */
async function endOf(
  process: Promise<InvokedProcess>,
): Promise<{ result?: ProcessResult | undefined; error?: unknown }> {
  try {
    return { result: await (await process).ended() }
  } catch (error) {
    return { error, result: error instanceof ProcessError ? error.result : undefined }
  }
}

function cancelled(text: string): ProcessCancelledError {
  const reason = 'its pool was stopped'
  return new ProcessCancelledError(notStarted(text, { kind: 'cancelled', reason }), { cause: reason })
}

function timedOut(count: number, timeout: number): ProcessTimedOutError {
  return new ProcessTimedOutError(notStarted(`pool of ${count}`, { kind: 'timedOut', timeout }), timeout)
}
