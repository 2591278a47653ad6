import { Audible } from './audible.ts'
import type { CommandInput, TemplateValue } from './command.ts'
import type { Driver, Handle } from './contracts/driver.ts'
import type { ProcessUsage } from './contracts/process-table.ts'
import { type Signal, toSignal } from './contracts/signals.ts'
import { type Duration, toMilliseconds } from './duration.ts'
import { bytesFrom, feed, pump } from './feeding.ts'
import { Life } from './life.ts'
import { Lineage } from './lineage.ts'
import type { Origin } from './origin.ts'
import type { OutputType } from './output-log.ts'
import type { OutputReader } from './output-reader.ts'
import type { PendingProcess } from './pending-process.ts'
import { ProcessPipeline } from './pipeline.ts'
import type { ProcessResult } from './process-result.ts'
import { Reading } from './reading.ts'
import { checkCallback } from './setter-checks.ts'
import type { OutputCallback, ProcessInput } from './settings.ts'

/** The life of a process and the driver that it runs on, for those who look after it. */
export let lifeOf: (process: InvokedProcess) => Life
export let driverOf: (process: InvokedProcess) => Driver

/** A process that was started. It keeps its limits and takes its output whether or not anybody looks. */
export class InvokedProcess extends Audible implements AsyncDisposable {
  /** Whether the process that read its output closed early. */
  lostItsReader = false
  readonly #handle: Handle
  readonly #origin: Origin
  readonly #life: Life
  protected readonly reading: Reading
  #lineage: Lineage | undefined
  #written = false
  #inputEnded = false

  static {
    lifeOf = (process) => process.#life
    driverOf = (process) => process.#origin.world.driver
  }

  constructor(handle: Handle, origin: Origin) {
    super()
    const { settings, onOutput } = origin
    this.#handle = handle
    this.#origin = origin
    this.#life = new Life(handle, origin)
    this.reading = new Reading(this.#life.capture, settings.encoding, origin.wiring.key)
    for (const callback of [settings.onOutput, onOutput]) if (callback) this.onOutput(callback)
    if (origin.wiring.held) this.#life.capture.pause()
  }

  /** Lets its output flow and feeds it, once those who want to hear it from the first byte are listening. */
  begin(): this {
    const { settings, wiring } = this.#origin
    this.#life.begin()
    wiring.lineage?.continueWith(this)
    if (settings.input !== undefined) this.#feedAll(settings.input)
    return this
  }

  /** Its pid. */
  id(): number {
    return this.#handle.pid
  }

  /** The command as text. */
  command(): string {
    return this.#origin.text
  }

  /** Whether the process itself still runs. */
  running(): boolean {
    return this.#life.exit === undefined
  }

  /** What it uses now; `undefined` once it is over. */
  stats(): Promise<ProcessUsage | undefined> {
    return this.#origin.world.driver.processes.usage(this.id())
  }

  /** How it ended, once it has. */
  get result(): ProcessResult | undefined {
    return this.#life.result
  }

  /**
   * Sends a signal to the process and everything in its group.
   *
   * @throws TypeError for a signal that the system does not know.
   */
  signal(signal: Signal | number): this {
    this.#life.signal(toSignal(signal))
    return this
  }

  /** The signals it was sent through this object, stops included, in order. */
  get signals(): readonly Signal[] {
    return this.#life.signals
  }

  /** Whether it was stopped by its caller. */
  get stopped(): boolean {
    return this.#life.stopped
  }

  /** Whether it was sent this signal through this object. */
  hasReceivedSignal(signal: Signal | number): boolean {
    return this.#life.signals.includes(toSignal(signal))
  }

  /**
   * Ends the process and everything in its group: asks with its stop signal, after the grace sends `signal` (KILL unless
   * given), and waits until it is over. One that is over already is left as it is.
   */
  async stop(
    grace: Duration = this.#origin.settings.graceTime,
    signal: Signal | number = 'SIGKILL',
  ): Promise<ProcessResult> {
    this.#life.stop(toMilliseconds(grace), toSignal(signal))
    return this.drive(
      this.#life.settled.then(({ result }) => result),
      'to stop',
    )
  }

  /**
   * Waits for the end. `onOutput` hears all that was kept and all that comes.
   *
   * @throws ProcessTimedOutError, ProcessIdleTimedOutError, ProcessCancelledError, ProcessOutputOverflowError when that
   *   was how it ended; what a callback threw; DeadlockError in a rehearsal that has nothing left to happen.
   */
  wait(onOutput?: OutputCallback): Promise<ProcessResult> {
    if (onOutput) this.onOutput(onOutput)
    if (!this.#written) this.endInput()
    return this.drive(this.ended(), 'to end')
  }

  /** Calls back when all is over, with the error that its waiters get to see, if there is one. */
  onOver(action: (result: ProcessResult, error: unknown) => void): void {
    void this.#life.settled.then(({ result, error }) => action(result, error))
  }

  /** Settles as `wait` does, but moves no virtual time: for those who watch while somebody else waits. */
  async ended(): Promise<ProcessResult> {
    const { result, error } = await this.#life.settled
    if (error !== undefined) throw error
    return result
  }

  /**
   * Waits until a line makes `condition` true, from the first line on. `false` when the process ended without one, as it
   * always does without a condition.
   *
   * @throws what `wait` throws, when that happens first.
   */
  waitUntil(condition: (type: OutputType, line: string) => boolean = () => false): Promise<boolean> {
    checkCallback('condition', condition)
    const met = this.reading.firstLine(condition, this.ended())
    return this.drive(met, 'to write what is waited for')
  }

  /** @throws ProcessTimedOutError, ProcessIdleTimedOutError when the process has run into its time limit. */
  ensureNotTimedOut(): void {
    const error = this.#life.timeLimitError()
    if (error) throw error
  }

  /** Writes text or bytes to its stdin. Resolves when that is taken: `true`, or `false` when it does not read any more. */
  async write(data: string | Uint8Array): Promise<boolean> {
    const { stdin } = this.#origin
    const bytes = bytesFrom(data)
    if (!stdin) return false
    this.#written = true
    return this.drive(stdin.write(bytes), 'to read its input')
  }

  /** Connects a command to its stdout, from the first byte on. */
  pipe(command: CommandInput | PendingProcess): ProcessPipeline
  pipe(strings: TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline
  pipe(first: CommandInput | PendingProcess | TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline {
    const { world, relaunch } = this.#origin
    const pipeline = new ProcessPipeline({ worlds: () => world, launch: relaunch }, [])
    return pipeline.pipeFrom(this).pipe(first as TemplateStringsArray, ...values)
  }

  /** Lets another process read what this one writes, at the pace at which it reads. */
  pumpInto(next: InvokedProcess): void {
    const sink = next.#origin.stdin
    if (!sink) return
    next.#inputEnded = true
    pump(this.#life.capture, sink, () => {
      this.lostItsReader = true
    })
    if (this.#origin.wiring.held) this.#life.capture.resume()
  }

  /** Tells the process that no more input comes. */
  endInput(): void {
    if (this.#inputEnded) return
    this.#inputEnded = true
    this.#origin.stdin?.end()
  }

  /**
   * Stops it and starts the same command again. One that was restarted already, by whomever, hands this on to the one that
   * runs in its place now.
   */
  restart(): Promise<InvokedProcess> {
    return this.lineage.restart()
  }

  /** Starts the same command in the place of this one, which is over. */
  async startAgain(): Promise<InvokedProcess> {
    const { world, settings, onOutput, wiring, relaunch } = this.#origin
    const next = await relaunch(world, settings, onOutput, { ...wiring, lineage: this.lineage })
    next.#origin.watch?.restarted(this)
    return next
  }

  /** Those that are started in its place. */
  get lineage(): Lineage {
    this.#lineage ??= this.#origin.wiring.lineage ?? new Lineage(this)
    return this.#lineage
  }

  /** Stops it: `await using` leaves nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  protected drive<T>(wait: Promise<T>, what: string): Promise<T> {
    return this.#handle.clock.drive(wait, () => `"${this.command()}" (pid ${this.id()}) ${what}`)
  }

  protected reader(): OutputReader {
    return this.reading.reader(this.#origin.settings.quiet.length > 0)
  }

  protected async leave(): Promise<void> {
    if (!this.#life.over) await this.stop()
  }

  #feedAll(input: ProcessInput): void {
    this.#inputEnded = true
    const { stdin } = this.#origin
    if (stdin) feed(stdin, input, this.#handle.clock).catch((error) => this.#life.fail(error))
  }
}
