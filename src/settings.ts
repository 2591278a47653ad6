import type { Readable } from 'node:stream'
import type { CommandInput } from './command.ts'
import type { DriverOptions } from './contracts/command.ts'
import type { IsolationSpec } from './contracts/isolation.ts'
import type { LogRequest } from './contracts/log-request.ts'
import type { Signal } from './contracts/signals.ts'
import type { OutputLimit, OutputType } from './output-log.ts'
import type { ProcessResult } from './process-result.ts'

/** What a process reads: text, bytes, a stream or anything that gives pieces of either. */
export type ProcessInput =
  | string
  | Uint8Array
  | Readable
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>

/** Variables for a process. `false` removes one that would be inherited. */
export type Variables = Readonly<Record<string, string | false>>

/** Hears each piece of output as it comes. `key` names the member of a pipeline or pool that wrote it. */
export type OutputCallback = (type: OutputType, chunk: string, key?: string | number) => void

/** When and how often a failed command is run again. */
export interface RetrySettings {
  /** Attempts in all. */
  readonly times: number
  /** Milliseconds before attempt `n + 1`. */
  readonly delay: (attempt: number) => number
  readonly when: (result: ProcessResult, attempt: number) => boolean
}

/** All that a pending process says about the process to be. Frozen; a setter makes a new one. */
export interface Settings {
  readonly line: CommandInput | undefined
  readonly path: string | undefined
  readonly env: Variables
  /** Replaces the inherited variables instead of adding to them. */
  readonly environment: ((inherited: Readonly<Record<string, string>>) => Readonly<Record<string, string>>) | undefined
  readonly input: ProcessInput | undefined
  /** Milliseconds; `undefined` for no limit. */
  readonly timeout: number | undefined
  readonly idleTimeout: number | undefined
  /** The streams of which nothing is kept. */
  readonly quiet: readonly OutputType[]
  readonly tty: boolean
  readonly output: OutputLimit
  readonly encoding: BufferEncoding
  readonly stopSignal: Signal
  /** Milliseconds between being asked to stop and being forced to. */
  readonly graceTime: number
  readonly abortSignal: AbortSignal | undefined
  readonly retry: RetrySettings | undefined
  readonly name: string | undefined
  /** Who it runs as, by name or id. */
  readonly user: string | number | undefined
  readonly group: string | number | undefined
  /** What it is to be kept apart from. */
  readonly isolation: IsolationSpec | undefined
  /** What only some drivers can do. */
  readonly options: DriverOptions | undefined
  /** Hears its output, whoever runs it. */
  readonly onOutput: OutputCallback | undefined
  /** Signals that we get and handle are not passed on to it; see `Command`. */
  readonly spared?: boolean
  /** How it asks to be logged, `false` for not at all; as all the others unless it asks. */
  readonly log?: LogRequest | false
  /** What is taken out of error messages. */
  readonly redact: readonly (string | RegExp)[]
}

const MEGABYTE = 1024 * 1024

/** What a process is like unless told otherwise: 60 s as in Laravel, 10 s to obey, 100 MB of each stream kept. */
export const defaults: Settings = Object.freeze({
  line: undefined,
  path: undefined,
  env: {},
  environment: undefined,
  input: undefined,
  timeout: 60_000,
  idleTimeout: undefined,
  quiet: [],
  tty: false,
  output: { limit: 100 * MEGABYTE, onOverflow: 'kill', keep: 'head' } as const,
  encoding: 'utf8',
  stopSignal: 'SIGTERM',
  graceTime: 10_000,
  abortSignal: undefined,
  retry: undefined,
  name: undefined,
  user: undefined,
  group: undefined,
  isolation: undefined,
  options: undefined,
  onOutput: undefined,
  redact: [],
})
