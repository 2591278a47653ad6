import type { Signal } from './signals.ts'

/** One process as the machine lists it. Identity is `pid` together with `startedAt`: pids are used again. */
export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  /** The process group; a group's number is the pid of its first member. */
  readonly group: number
  readonly session: number
  readonly state: 'running' | 'stopped' | 'zombie'
  /** A number that differs between two processes that had the same pid. Compare it, never compute with it. */
  readonly startedAt: number
  /** What it runs, as well as the machine can tell. */
  readonly command: string
}

/** What a process uses at one moment. */
export interface ProcessUsage {
  /** Resident bytes. */
  readonly memory: number
  /** Share of one core since the previous look at this process, or over its whole life at the first: 1 is one core. */
  readonly cpu: number
  /** Milliseconds since it started. */
  readonly uptime: number
}

/** One process at one moment, as far as it costs next to nothing to know. */
export interface ProcessSample
  extends Pick<ProcessRow, 'pid' | 'parent' | 'group' | 'session' | 'state' | 'startedAt'> {
  /** When it was taken, on the driver's monotonic clock. */
  readonly at: number
  /** Milliseconds of processor time that all its threads have spent; what its children spent is theirs. */
  readonly cpuTime: number
  /** Resident bytes. */
  readonly memory: number
  /** `undefined` where the machine does not tell. */
  readonly threads: number | undefined
  /** Milliseconds since it started. */
  readonly uptime: number
}

/** A process that somebody has the pid of, but that could not be looked at. Nothing is known of it now. */
export interface UnreadableProcess {
  readonly pid: number
  /** The system's name for the reason, such as `EMFILE`. */
  readonly errno: string
}

/** What is dear to find out, and what only the owner of a process may know: `undefined` when it is kept from us. */
export interface ProcessDetails {
  /** Its share of all resident bytes: pages that several processes hold are divided among them. Only if asked for. */
  readonly proportionalMemory: number | undefined
  /** How many descriptors it holds open. */
  readonly descriptors: number | undefined
  /** Bytes that it has read and written by now, pipes and terminals included. */
  readonly io: { readonly read: number; readonly written: number } | undefined
}

/** The processes of the machine, whoever started them. */
export interface ProcessTable {
  /** The pid of this program itself: the parent of what it starts. */
  readonly self: number
  /** What `startedAt` counts from: what was noted of processes under another one says nothing of those that are there now. */
  readonly epoch: string
  /** Everything that has a pid now, zombies included, ordered by pid. */
  list(): Promise<readonly ProcessRow[]>
  /** One process, or `undefined` when the pid is free. */
  find(pid: number): Promise<ProcessRow | undefined>
  /** Whether the pid names a process that still executes: a zombie does not. */
  isRunning(pid: number): Promise<boolean>
  /** What a process uses, or `undefined` when the pid is free. */
  usage(pid: number): Promise<ProcessUsage | undefined>
  /** Looks at many processes in one go. Who is not in the answer is not there: nobody has that pid. */
  sample(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample | UnreadableProcess>>
  /**
   * Says that a process will be looked at again and again, which makes `sample` cheaper and may take a descriptor. Call what
   * it returns when that is over.
   */
  hold(pid: number): () => void
  /**
   * The rest that can be known of a process, or `undefined` when the pid is free. Its proportional memory is found out only
   * if asked for: it costs ten times the rest.
   */
  details(pid: number, ask?: { readonly proportionalMemory?: boolean }): Promise<ProcessDetails | undefined>
  /** The pids of its children, their children and so on. An orphan is nobody's descendant any more. */
  descendants(pid: number): Promise<readonly number[]>
  /**
   * Sends a signal to a pid, or to a whole group when the number is negative; 0 only asks. `false` when nothing has that
   * number.
   *
   * @throws an error with `code` `EPERM` when it is not ours to signal.
   */
  signal(pid: number, signal: Signal | 0): boolean
}
