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

/** The processes of the machine, whoever started them. */
export interface ProcessTable {
  /** Everything that has a pid now, zombies included, ordered by pid. */
  list(): Promise<readonly ProcessRow[]>
  /** One process, or `undefined` when the pid is free. */
  find(pid: number): Promise<ProcessRow | undefined>
  /** Whether the pid names a process that still executes: a zombie does not. */
  isRunning(pid: number): Promise<boolean>
  /** What a process uses, or `undefined` when the pid is free. */
  usage(pid: number): Promise<ProcessUsage | undefined>
  /**
   * Sends a signal to a pid, or to a whole group when the number is negative; 0 only asks. `false` when nothing has that
   * number.
   *
   * @throws an error with `code` `EPERM` when it is not ours to signal.
   */
  signal(pid: number, signal: Signal | 0): boolean
}
