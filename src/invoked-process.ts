import type { Handle } from './contracts/driver.ts'
import { type Signal, toSignal } from './contracts/signals.ts'
import { type Duration, toMilliseconds } from './duration.ts'
import { feed } from './feeding.ts'
import type { launch, Wiring } from './launch.ts'
import type { OutputType } from './output-log.ts'
import { OutputReader } from './output-reader.ts'
import type { ProcessResult } from './process-result.ts'
import type { OutputCallback, ProcessInput, Settings } from './settings.ts'
import { Supervision } from './supervision.ts'
import { LineSplitter, type TextEntry, TextPieces } from './text.ts'
import type { World } from './world.ts'

/** Where a running process comes from, and what it was asked to be. */
export interface Origin {
  readonly world: World
  readonly settings: Settings
  readonly text: string
  readonly onOutput: OutputCallback | undefined
  readonly wiring: Wiring
  readonly relaunch: typeof launch
}

/** A process that was started. It keeps its limits and takes its output whether or not anybody looks. */
export class InvokedProcess implements AsyncIterable<TextEntry>, AsyncDisposable {
  readonly #handle: Handle
  readonly #origin: Origin
  readonly #life: Supervision
  readonly #latest: Partial<Record<OutputType, string>> = {}
  #written = false
  #inputEnded = false

  constructor(handle: Handle, origin: Origin) {
    const { settings, text, onOutput } = origin
    this.#handle = handle
    this.#origin = origin
    this.#life = new Supervision(handle, settings, text)
    if (onOutput) this.#callBack(onOutput)
    this.#life.begin()
    if (settings.input !== undefined) this.#feedAll(settings.input)
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

  /** How it ended, once it has. */
  get result(): ProcessResult | undefined {
    return this.#life.result
  }

  /** All of stdout so far, as far as it is kept. */
  output(): string {
    return Buffer.from(this.#life.capture.out.bytes()).toString(this.#origin.settings.encoding)
  }

  /** All of stderr so far. */
  errorOutput(): string {
    return Buffer.from(this.#life.capture.err.bytes()).toString(this.#origin.settings.encoding)
  }

  /** What was written to stdout since the previous call. */
  latestOutput(): string {
    return this.#takeLatest('out')
  }

  /** What was written to stderr since the previous call. */
  latestErrorOutput(): string {
    return this.#takeLatest('err')
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

  hasReceivedSignal(signal: Signal | number): boolean {
    return this.#life.signals.includes(toSignal(signal))
  }

  /**
   * Ends the process and everything in its group: asks with its stop signal, after the grace sends `signal` (KILL unless
   * given), and waits until it is over. One that is over already is left as it is.
   */
  stop(grace: Duration = this.#origin.settings.graceTime, signal: Signal | number = 'SIGKILL'): Promise<ProcessResult> {
    this.#life.stop(toMilliseconds(grace), toSignal(signal))
    return this.#drive(
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
    if (onOutput) this.#callBack(onOutput)
    if (!this.#written) this.endInput()
    return this.#drive(this.#outcome(), 'to end')
  }

  /**
   * Waits until a line makes `condition` true, from the first line on. `false` when the process ended without one.
   *
   * @throws what `wait` throws, when that happens first.
   */
  waitUntil(condition: (type: OutputType, line: string) => boolean): Promise<boolean> {
    const met = new Promise<boolean>((resolve, reject) => {
      const lines = new LineSplitter()
      const pieces = new TextPieces(this.#origin.settings.encoding)
      const test = (type: OutputType, found: readonly string[]): void => {
        if (found.some((line) => condition(type, line))) {
          resolve(true)
          quit()
        }
      }
      let quit = (): void => {}
      quit = this.#life.capture.listen((entry) => test(entry.type, lines.split(entry.type, pieces.decode(entry))))
      this.#outcome().then(() => {
        for (const type of ['out', 'err'] as const) test(type, lines.rest(type))
        resolve(false)
      }, reject)
    })
    return this.#drive(met, 'to write what is waited for')
  }

  /**
   * Throws when the process has run into its time limit.
   *
   * @throws ProcessTimedOutError, ProcessIdleTimedOutError
   */
  ensureNotTimedOut(): void {
    const error = this.#life.timeLimitError()
    if (error) throw error
  }

  /**
   * Writes to the process's stdin. Resolves when it has been taken: `true`, or `false` when the process does not read any
   * more.
   */
  async write(data: string | Uint8Array): Promise<boolean> {
    const { stdin } = this.#handle
    if (!stdin) return false
    this.#written = true
    return this.#drive(stdin.write(typeof data === 'string' ? Buffer.from(data) : data), 'to read its input')
  }

  /** Lets another process read what this one writes, at the pace at which it reads. */
  pumpInto(next: InvokedProcess): void {
    const sink = next.#handle.stdin
    if (!sink) return
    next.#inputEnded = true
    const { capture } = this.#life
    capture.listen(({ type, data }) => {
      if (type === 'err') return
      capture.pause()
      void sink.write(data).then((taken) => {
        if (!taken) capture.closeOutput()
        capture.resume()
      })
    })
    capture.afterOutput(() => sink.end())
  }

  /** Tells the process that no more input comes. */
  endInput(): void {
    if (this.#inputEnded) return
    this.#inputEnded = true
    this.#handle.stdin?.end()
  }

  /** The lines of stdout as they come, from the first on. Leaving the loop early stops the process. */
  async *lines(): AsyncGenerator<string, void, undefined> {
    const lines = new LineSplitter()
    for await (const { type, data } of this) {
      if (type === 'out') yield* lines.split('out', data)
    }
    yield* lines.rest('out')
  }

  /** The output as it comes, from the first piece on. Leaving the loop early stops the process. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TextEntry, void, undefined> {
    const { quiet, encoding } = this.#origin.settings
    const reader = new OutputReader(this.#life.capture, { encoding, holdsBack: quiet })
    const ended = this.#outcome().finally(() => reader.end())
    ended.catch(() => {})
    try {
      for (;;) {
        const next = await this.#drive(reader.next(), 'to write or end')
        if (!next) break
        yield next
      }
      await ended
    } finally {
      reader.close()
      if (!this.#life.over) await this.stop()
    }
  }

  /** Stops it and starts the same command again. */
  async restart(): Promise<InvokedProcess> {
    await this.stop()
    const { world, settings, onOutput, wiring, relaunch } = this.#origin
    return relaunch(world, settings, onOutput, wiring)
  }

  /** Stops it: `await using` leaves nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #outcome(): Promise<ProcessResult> {
    const { result, error } = await this.#life.settled
    if (error !== undefined) throw error
    return result
  }

  #drive<T>(wait: Promise<T>, what: string): Promise<T> {
    return this.#handle.clock.drive(wait, () => `"${this.command()}" (pid ${this.id()}) ${what}`)
  }

  #callBack(onOutput: OutputCallback): void {
    const pieces = new TextPieces(this.#origin.settings.encoding)
    const { key } = this.#origin.wiring
    this.#life.capture.listen((entry) => {
      const chunk = pieces.decode(entry)
      if (chunk !== '') onOutput(entry.type, chunk, key)
    })
  }

  #takeLatest(type: OutputType): string {
    if (this.#latest[type] === undefined) {
      const pieces = new TextPieces(this.#origin.settings.encoding)
      this.#latest[type] = ''
      this.#life.capture.listen((entry) => {
        if (entry.type === type) this.#latest[type] += pieces.decode(entry)
      })
    }
    const text = this.#latest[type]
    this.#latest[type] = ''
    return text ?? ''
  }

  #feedAll(input: ProcessInput): void {
    this.#inputEnded = true
    const { stdin } = this.#handle
    if (stdin) feed(stdin, input).catch((error) => this.#life.fail(error))
  }
}
