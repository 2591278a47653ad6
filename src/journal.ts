import type { Clock } from './contracts/clock.ts'
import type { Command } from './contracts/command.ts'
import type { Sink } from './contracts/driver.ts'
import type { Signal } from './contracts/signals.ts'
import { StrayProcessError } from './errors.ts'
import type { InvokedProcess } from './invoked-process.ts'
import { type CommandView, viewOf } from './matching.ts'
import type { Outcome } from './outcome.ts'
import { StreamLog } from './output-log.ts'
import type { ProcessResult } from './process-result.ts'

/** As much of an input as a claim about it may need. */
const INPUT_LIMIT = { limit: 1024 * 1024, onOverflow: 'truncate', keep: 'head' } as const

/** What else is known of a process that somebody fed, signalled or stopped. */
interface Traces {
  input?: StreamLog
  readonly signals?: readonly Signal[]
  readonly stopped?: boolean
  /** Signals that its caller sent it by itself, past what supervises it. */
  readonly noted?: readonly Signal[]
}

/** One attempt to run a command, whatever became of it. */
export class Run {
  /** All that rules and claims look at. */
  readonly view: CommandView
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** What kept it from starting, if something did. */
  error: unknown
  /** How it ended, once it has. */
  result: ProcessResult | undefined
  // Let go at the end, so that a long rehearsal keeps results and not whole processes.
  #process: InvokedProcess | undefined
  // Most processes are neither fed nor signalled.
  #traces: Traces | undefined

  constructor(view: CommandView, startedAt: number) {
    this.view = view
    this.startedAt = startedAt
  }

  /** The command as it was written: text for the shell, or a program with its arguments. */
  get command(): string | readonly string[] {
    return this.view.command
  }

  /** The command as text. */
  get text(): string {
    return this.view.text
  }

  /** The folder it was to run in. */
  get cwd(): string {
    return this.view.path ?? process.cwd()
  }

  /** The variables it was given; `false` for one that was removed. */
  get env(): CommandView['env'] {
    return this.view.env
  }

  /** Whether it was refused as a stray: then it has not run, for claims about what ran. */
  get refused(): boolean {
    return this.error instanceof StrayProcessError
  }

  /** What became of it, once it is over. */
  get outcome(): Outcome | undefined {
    return this.result?.outcome
  }

  /** Milliseconds since the epoch, once it is over. */
  get endedAt(): number | undefined {
    return this.result && this.startedAt + this.result.durationMs
  }

  /** It ended when it had begun. */
  over(result: ProcessResult): void {
    this.result = result
  }

  /** It has started: for those who keep the journal. */
  started(process: InvokedProcess): void {
    this.#process = process
    process.onOver((result) => {
      this.result = result
      const { signals, stopped } = process
      if (stopped || signals.length > 0) this.#traces = { ...this.#traces, signals, stopped }
      this.#process = undefined
    })
  }

  /** A sink that takes note of what goes through it. */
  tap(sink: Sink): Sink {
    return {
      write: (bytes) => {
        this.heard(bytes)
        return sink.write(bytes)
      },
      end: () => sink.end(),
    }
  }

  /** Bytes were written to its stdin. */
  heard(bytes: Uint8Array): void {
    this.#traces ??= {}
    this.#traces.input ??= new StreamLog(INPUT_LIMIT)
    this.#traces.input.add(bytes)
  }

  /** Its caller sent it a signal by itself, past what supervises it. */
  signalled(signal: Signal): void {
    this.#traces = { ...this.#traces, noted: [...(this.#traces?.noted ?? []), signal] }
  }

  /** What was written to its stdin so far. */
  get input(): string {
    return Buffer.from(this.#traces?.input?.bytes() ?? []).toString()
  }

  /** Whether its caller stopped it. */
  get stopped(): boolean {
    return this.#process?.stopped ?? this.#traces?.stopped ?? false
  }

  /** It could not be started, or was stopped by a limit: for those who keep the journal. */
  failed(error: unknown): void {
    this.error = error
  }

  /** What it wrote to stdout so far. */
  get output(): string {
    return this.result?.output() ?? this.#process?.output() ?? ''
  }

  /** What it has written to stderr so far. */
  get errorOutput(): string {
    return this.result?.errorOutput() ?? this.#process?.errorOutput() ?? ''
  }

  /** The signals it was sent by its caller. */
  get signals(): readonly Signal[] {
    return [...(this.#traces?.noted ?? []), ...(this.#process?.signals ?? this.#traces?.signals ?? [])]
  }
}

/** Takes note of every attempt to run a command, in order. */
export class Journal {
  readonly #clock: Clock
  #runs: Run[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(command: Command, text: string): Run {
    const run = new Run(viewOf(command, text), this.#clock.now())
    this.#runs.push(run)
    return run
  }

  get runs(): readonly Run[] {
    return this.#runs
  }
}
