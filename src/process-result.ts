import type { Exit } from './contracts/driver.ts'
import type { Signal } from './contracts/signals.ts'
import { ProcessFailedError } from './errors.ts'
import { exitCodeOf, type Outcome, startFailureCode } from './outcome.ts'
import type { OutputType, StreamLog } from './output-log.ts'
import { redacted, redactedTail } from './redaction.ts'
import { shown } from './shown.ts'
import { NO_BYTES } from './slabs.ts'
import { decode, LineCutter, TextPieces } from './text.ts'

/** What is known about the end of a process. Processes that came to the same end may share it. */
export interface Ended {
  readonly outcome: Outcome
  /** How the process itself ended; absent when it never started. */
  readonly exit: Exit | undefined
  /** What was kept of each stream; `undefined` when it was never written to. */
  readonly out: StreamLog | undefined
  readonly err: StreamLog | undefined
  readonly encoding: BufferEncoding
  /** Whether a stream was given up before its end, because somebody else still held it open. */
  readonly incomplete: boolean
  /** Who could not be ended and still executes. */
  readonly survivors: readonly number[]
  readonly stages?: readonly ProcessResult[]
  /** The names of the stages, at their places. */
  readonly stageNames?: readonly (string | number)[]
  /** What is taken out of error messages. */
  readonly redact?: readonly (string | RegExp)[]
  /** What kept it from starting. */
  readonly cause?: Error | undefined
}

/** Output up to this many bytes may be shared by results that came to the same end. */
const COPIED = 65_536

/** A process that is over: how it ended and what it wrote. */
export class ProcessResult {
  /** What became of it, as one tagged value. */
  readonly outcome: Outcome
  /** Milliseconds from start to end. */
  readonly durationMs: number
  readonly #command: string
  readonly #ended: Ended

  constructor(command: string, durationMs: number, ended: Ended) {
    this.outcome = ended.outcome
    this.durationMs = durationMs
    this.#command = command
    this.#ended = ended
  }

  /** The command as text. */
  command(): string {
    return this.#command
  }

  /** Whether it ran to its own end and exited with 0. */
  successful(): boolean {
    return this.outcome.kind === 'exited' && this.outcome.code === 0
  }

  /** Whether it did anything else than exit with 0 by itself. */
  failed(): boolean {
    return !this.successful()
  }

  /** The exit code; 128 plus its number after a death by a signal, 127 when there is no such program. */
  exitCode(): number | null {
    return this.outcome.kind === 'notStarted' ? startFailureCode(this.outcome.errno) : exitCodeOf(this.#ended.exit)
  }

  /** The signal it died of, if it did. */
  signal(): Signal | null {
    return this.#ended.exit?.signal ?? null
  }

  /** What it wrote to stdout, decoded, with every newline it wrote. */
  output(): string {
    return this.#decode(this.#ended.out?.bytes())
  }

  /** What it wrote to stderr, decoded. */
  errorOutput(): string {
    return this.#decode(this.#ended.err?.bytes())
  }

  /** What it wrote to stdout, as it came. Little is copied, so that it may be changed; much is handed out as it is. */
  bytes(): Uint8Array {
    return copyOf(this.#ended.out)
  }

  /** What it wrote to stderr, as it came; see `bytes`. */
  errorBytes(): Uint8Array {
    return copyOf(this.#ended.err)
  }

  /** The lines of stdout, without their line ends. */
  lines(): string[] {
    return this.#ended.out ? linesOf(this.#ended.out, this.#ended.encoding) : []
  }

  /**
   * Stdout as JSON.
   *
   * @throws SyntaxError when it is not JSON.
   */
  json<T = unknown>(): T {
    return JSON.parse(this.output()) as T
  }

  /** Whether stdout holds a text. */
  seeInOutput(text: string): boolean {
    return this.output().includes(text)
  }

  /** Whether stderr holds a text. */
  seeInErrorOutput(text: string): boolean {
    return this.errorOutput().includes(text)
  }

  /** The last bytes of a stream as text, without touching the rest of it. */
  tail(type: OutputType, bytes: number): string {
    return this.#decode(this.#ended[type]?.tail(bytes))
  }

  /**
   * Gives this result back when it was successful.
   *
   * @throws ProcessFailedError when it was not, after calling `callback`.
   */
  throw(callback?: (result: ProcessResult, error: ProcessFailedError) => void): this {
    if (this.successful()) return this
    const { cause } = this.#ended
    const error = new ProcessFailedError(this, cause && { cause })
    callback?.(this, error)
    throw error
  }

  /** `throw()`, if the condition holds. */
  throwIf(condition: boolean, callback?: (result: ProcessResult, error: ProcessFailedError) => void): this {
    return condition ? this.throw(callback) : this
  }

  /** A text about this process, without what was to be taken out of messages. */
  redacted(text: string): string {
    return redacted(text, this.#ended.redact ?? [])
  }

  /** The end of a stream in so many bytes, without what was to be taken out of messages. */
  redactedTail(type: OutputType, bytes: number): string {
    return redactedTail((length) => this.tail(type, length), bytes, this.#ended.redact ?? [])
  }

  /** Bytes of output that were not kept, because of `maxOutput`. */
  get droppedBytes(): number {
    return (this.#ended.out?.dropped ?? 0) + (this.#ended.err?.dropped ?? 0)
  }

  /** Whether output may be missing, because a process left behind still held a stream open. */
  get incomplete(): boolean {
    return this.#ended.incomplete
  }

  /** The pids of its group that could not be ended. */
  get survivors(): readonly number[] {
    return this.#ended.survivors
  }

  /** Each stage of a pipeline, in order; empty for a single process. */
  get stages(): readonly ProcessResult[] {
    return this.#ended.stages ?? []
  }

  /**
   * One stage of a pipeline, by its name or its place, counted from 0.
   *
   * @throws TypeError when there is no such stage; it names those that there are.
   */
  stage(which: string | number): ProcessResult {
    const names = this.#ended.stageNames ?? []
    const found = this.stages[typeof which === 'number' ? which : names.indexOf(which)]
    if (found) return found
    throw new TypeError(`Cannot give the stage ${shown(which)}: the stages are ${shown(names)}`)
  }

  /** The same result, as that of a pipeline with these stages. */
  withStages(stages: readonly ProcessResult[], stageNames: readonly (string | number)[]): ProcessResult {
    return new ProcessResult(this.#command, this.durationMs, { ...this.#ended, stages, stageNames })
  }

  #decode(bytes: Uint8Array = NO_BYTES): string {
    return decode(bytes, this.#ended.encoding)
  }
}

function copyOf(log: StreamLog | undefined): Uint8Array {
  const bytes = log?.bytes() ?? NO_BYTES
  return bytes.length > COPIED ? bytes : Buffer.from(bytes)
}

// Piece by piece, because all of it may be longer than the longest string.
function linesOf(log: StreamLog, encoding: BufferEncoding): string[] {
  const pieces = new TextPieces(encoding)
  const cutter = new LineCutter()
  const batches: string[][] = []
  const cut = (text: string): void => {
    cutter.add(text)
    batches.push(cutter.all())
  }
  for (const data of log.pieces()) cut(pieces.decode({ type: 'out', data }))
  cut(pieces.rest('out'))
  return ([] as string[]).concat(...batches, cutter.rest() ?? [])
}
