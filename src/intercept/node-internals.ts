import type { ChildProcess } from 'node:child_process'
import type { ProcessFactory } from '../process.ts'

/** One interception: the Process that it goes through. */
export interface Layer {
  readonly process: ProcessFactory
}

/** What `ChildProcess.prototype.spawn` gets: the options of `spawn`, made uniform by Node. */
export interface SpawnOptions {
  readonly file: string
  /** What the program gets as its arguments, its name included: whatever can be turned into text. */
  readonly args?: readonly unknown[]
  readonly cwd?: string | null
  readonly env?: Readonly<Record<string, string | undefined>> | null
  /** The environment as `NAME=value`. */
  readonly envPairs?: readonly string[]
  readonly shell?: boolean | string
  readonly detached?: boolean
  readonly stdio?: unknown
  readonly timeout?: number
  readonly killSignal?: NodeJS.Signals | number
  readonly serialization?: 'json' | 'advanced' | undefined
}

/** What the native part of the synchronous functions gets. */
export interface SyncOptions extends SpawnOptions {
  readonly stdio: readonly NativeSlot[]
  readonly maxBuffer?: number
  /** A signal by its number. */
  readonly killSignal?: number
}

/** An entry of `stdio` as Node hands it to its native part. */
export interface NativeSlot {
  readonly type: 'pipe' | 'overlapped' | 'ignore' | 'inherit' | 'fd' | 'wrap'
  readonly fd?: number
  readonly input?: NodeJS.ArrayBufferView
}

/** What the native part of the synchronous functions gives back; `error` is a negative errno. */
export interface SyncResult {
  readonly error?: number
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** What came out of each pipe; `null` when nothing started. */
  readonly output: readonly (Buffer | null)[] | null
  readonly pid: number
}

export type NodeRun = (options: SyncOptions) => SyncResult

/** The native part of a ChildProcess. Node calls `onexit` when the process is over, or with a negative errno. */
export interface NativeHandle {
  pid: number
  spawn: (...all: unknown[]) => number
  kill: (signal: number) => number
  ref: () => void
  unref: () => void
  hasRef: () => boolean
  close: () => void
  onexit: (code: number, signal?: string) => void
}

/** A ChildProcess with the fields that Node keeps to itself. They have had these names since Node 0.10. */
export interface NodeChild extends Omit<ChildProcess, 'stdin' | 'stdout' | 'stderr' | 'stdio'> {
  stdin: ChildProcess['stdin']
  stdout: ChildProcess['stdout']
  stderr: ChildProcess['stderr']
  stdio: unknown
  _handle: NativeHandle | null
  /** How many things have to be over before 'close': the process itself and each stream that is read. */
  _closesNeeded: number
  _closesGot: number
  spawn: NodeSpawn
}

/** The method that all asynchronous ways to start a process come to. It gives back 0 or a negative errno. */
export type NodeSpawn = (this: NodeChild, options: SpawnOptions) => number
