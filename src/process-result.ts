import type { Exit, Finished } from './contracts/driver.ts'
import type { Signal } from './contracts/signals.ts'
import { ProcessFailedError } from './errors.ts'
import { exitCodeOf, type Outcome, outcomeOf, startFailureCode } from './outcome.ts'
import { type OutputType, StreamLog } from './output-log.ts'
import type { Settings } from './settings.ts'

/** What is known about the end of a process. Processes that came to the same end may share it. */
export interface Ended {
  readonly outcome: Outcome
  /** How the process itself ended; absent when it never started. */
  readonly exit: Exit | undefined
  readonly out: StreamLog
  readonly err: StreamLog
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
    return this.#decode(this.#ended.out.bytes())
  }

  /** What it wrote to stderr, decoded. */
  errorOutput(): string {
    return this.#decode(this.#ended.err.bytes())
  }

  /** What it wrote to stdout, as it came. Little is copied, so that it may be changed; much is handed out as it is. */
  bytes(): Uint8Array {
    const bytes = this.#ended.out.bytes()
    return bytes.length > COPIED ? bytes : Buffer.from(bytes)
  }

  /** The lines of stdout, without their line ends. */
  lines(): string[] {
    const lines = this.output().split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    return lines
  }

  /**
   * Stdout as JSON.
   *
   * @throws SyntaxError when it is not JSON.
   */
  json<T = unknown>(): T {
    return JSON.parse(this.output()) as T
  }

  seeInOutput(text: string): boolean {
    return this.output().includes(text)
  }

  seeInErrorOutput(text: string): boolean {
    return this.errorOutput().includes(text)
  }

  /** The last bytes of a stream as text, without touching the rest of it. */
  tail(type: OutputType, bytes: number): string {
    return this.#decode((type === 'out' ? this.#ended.out : this.#ended.err).tail(bytes))
  }

  /**
   * Gives this result back when it was successful.
   *
   * @throws ProcessFailedError when it was not, after calling `callback`.
   */
  throw(callback?: (result: ProcessResult, error: ProcessFailedError) => void): this {
    if (this.successful()) return this
    const error = new ProcessFailedError(this)
    callback?.(this, error)
    throw error
  }

  /** `throw()`, if the condition holds. */
  throwIf(condition: boolean, callback?: (result: ProcessResult, error: ProcessFailedError) => void): this {
    return condition ? this.throw(callback) : this
  }

  /** A text about this process, without what was to be taken out of messages. */
  redacted(text: string): string {
    return (this.#ended.redact ?? []).reduce<string>(without, text)
  }

  /** Bytes of output that were not kept, because of `maxOutput`. */
  get droppedBytes(): number {
    return this.#ended.out.dropped + this.#ended.err.dropped
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
    throw new TypeError(`Cannot give the stage ${JSON.stringify(which)}: the stages are ${JSON.stringify(names)}`)
  }

  /** The same result, as that of a pipeline with these stages. */
  withStages(stages: readonly ProcessResult[], stageNames: readonly (string | number)[]): ProcessResult {
    return new ProcessResult(this.#command, this.durationMs, { ...this.#ended, stages, stageNames })
  }

  #decode(bytes: Uint8Array): string {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(this.#ended.encoding)
  }
}

function without(text: string, secret: string | RegExp): string {
  if (typeof secret === 'string') return secret === '' ? text : text.replaceAll(secret, REDACTED)
  return text.replaceAll(new RegExp(secret, secret.flags.includes('g') ? secret.flags : `${secret.flags}g`), REDACTED)
}

const REDACTED = '[redacted]'

/** The result of a command that never started. */
export function notStarted(
  command: string,
  outcome: Outcome,
  redact: readonly (string | RegExp)[] = [],
): ProcessResult {
  return new ProcessResult(command, 0, { ...unsaid, outcome, redact, exit: undefined })
}

/** The result of a process that was over at once; `undefined` when not all of its output is to be kept. */
export function finishedResult(finished: Finished, command: string, settings: Settings): ProcessResult | undefined {
  const { out, err } = finished
  const { encoding, redact, quiet, output } = settings
  if (quiet.length > 0 || Math.max(out.length, err.length) > output.limit) return undefined
  const end = endOf(finished)
  const usual = encoding === end.encoding && redact.length === 0
  return new ProcessResult(command, 0, usual ? end : { ...end, encoding, redact })
}

const ends = new WeakMap<Finished, Ended>()

function endOf(finished: Finished): Ended {
  const known = ends.get(finished)
  if (known) return known
  const { exit, out, err } = finished
  const end = { ...unsaid, outcome: outcomeOf(exit), exit, out: logOf(out), err: logOf(err) }
  ends.set(finished, end)
  return end
}

/** A result made by hand, to answer with: text as it is, or lines. */
export function makeResult(output: Text, errorOutput: Text, code: number): ProcessResult {
  const [out, err] = [logOf(bytesOf(output)), logOf(bytesOf(errorOutput))]
  const exit = { code, signal: null }
  return new ProcessResult('', 0, { ...unsaid, outcome: { kind: 'exited', code }, exit, out, err })
}

type Text = string | readonly string[]

const everything = { limit: Number.POSITIVE_INFINITY, onOverflow: 'truncate', keep: 'head' } as const
const unsaid = {
  out: new StreamLog(everything),
  err: new StreamLog(everything),
  encoding: 'utf8',
  incomplete: false,
  survivors: [],
} as const

function bytesOf(text: Text): Uint8Array {
  return Buffer.from(typeof text === 'string' ? text : text.map((line) => `${line}\n`).join(''))
}

function logOf(bytes: Uint8Array): StreamLog {
  const log = new StreamLog(everything)
  log.add(bytes)
  return log
}
