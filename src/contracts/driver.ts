import type { AtOnce } from './at-once.ts'
import type { Capabilities } from './capabilities.ts'
import type { Clock } from './clock.ts'
import type { Command } from './command.ts'
import type { Files } from './files.ts'
import type { Isolation } from './isolation.ts'
import type { Net } from './net.ts'
import type { ProcessTable } from './process-table.ts'
import type { Random } from './random.ts'
import type { Signal } from './signals.ts'

/**
 * The seam. Everything above it is written once; below it there is the real machine, the rehearsal, and whatever wraps
 * one of them. A driver starts processes and keeps no policy: time limits, retries, output limits and the way a process
 * is stopped are derived above, on the driver's clock.
 */
export interface Driver {
  readonly capabilities: Capabilities
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly processes: ProcessTable
  readonly net: Net
  /**
   * A folder of the machine, not of `files`, for what a capability keeps beyond this process. It need not exist yet. Absent where
   * nothing outlives a process, as in a rehearsal: capabilities keep in memory there what they would keep in it.
   */
  readonly stateFolder?: string | undefined
  /**
   * Starts a process. Resolves as soon as it has a pid; output is kept in a bounded pipe until somebody reads it.
   *
   * @throws ProcessStartError with the system's errno when the program or its folder is missing, may not be executed,
   *   or the machine refuses. Nothing is left running then.
   * @throws IsolationError when a demand of the command cannot be met.
   * @throws NotFakeableError when a rehearsal is asked for what it cannot honestly do.
   */
  start(command: Command): Promise<Handle>
  /**
   * Makes a one-way pipe to connect two processes with. Give each end to one `start`; the driver closes it then.
   *
   * @throws ProcessStartError with the system's errno when the machine refuses.
   */
  joint(): Promise<Joint>
  /** The same for code that cannot wait for a promise, where the driver can do that. */
  readonly atOnce?: AtOnce | undefined
  /** How it keeps processes apart. Without it, every demand to be is refused. */
  readonly isolation?: Isolation | undefined
  /** Ends everything that this driver started and that is still alive, with KILL, and frees what it holds. */
  close(): Promise<void>
}

/** How a process ended: exactly one of the two is set. */
export interface Exit {
  readonly code: number | null
  readonly signal: Signal | null
  /** The limit of its own that it was ended for, in bytes, where it was. */
  readonly memory?: number
}

/** All that became of a process. */
export interface Finished {
  readonly exit: Exit
  readonly out: Uint8Array
  readonly err: Uint8Array
}

/** Hears what somebody does to a process that is theirs and not ours. */
export interface Eavesdropper {
  /** It was given these bytes to read. */
  given(bytes: Uint8Array): void
  /** Its input was ended. */
  inputEnded(): void
  /** It was sent a signal. */
  signalled(signal: Signal): void
}

/** A process that has been started. */
export interface Handle {
  readonly pid: number
  /** What became of it, where a driver knows that by now: only of an unattended command, and it took no time then. */
  readonly finished?: Finished
  /**
   * Resolves with what the driver cannot go on with, and that is not the process's own doing. Whoever waits for the process
   * gets that error. Absent where there is no such thing.
   */
  readonly fault?: Promise<unknown> | undefined
  /** Tells what its owner does to it, where that is somebody else; absent where everything goes through this handle. */
  readonly overhear?: ((eavesdropper: Eavesdropper) => void) | undefined
  /** Limits that the driver cannot hold it to: whoever has the handle looks after them. */
  readonly unenforced?: { readonly memory: number } | undefined
  /** The clock this process lives by. */
  readonly clock: Clock
  /** What it reads, when the command asked for a pipe. */
  readonly stdin: Sink | undefined
  /** What it writes, when the command asked for pipes. */
  readonly stdout: Source | undefined
  readonly stderr: Source | undefined
  /**
   * Resolves when the process itself is over, even while a child of it still holds the output open. Never rejects. The
   * last bytes may come before or after; only the end of a source says that no more will.
   */
  readonly exit: Promise<Exit>
  /**
   * Sends a signal to the process, or to everything in its group. Says whether it reached anybody; after the exit only
   * a group can be reached, and only while it has other members.
   */
  kill(signal: Signal, whom: 'process' | 'group'): boolean
  /** Who is still executing in this process's group, itself included. Empty where there are no groups. */
  survivors(): Promise<readonly number[]>
}

/** One stream that a process writes. */
export interface Source {
  /**
   * Starts the flow, from the first byte on. May be called once. `onEnd` comes once, after the last byte, when every
   * writer is gone or after `close`.
   */
  flow(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void
  /**
   * Takes back the memory of a piece that nobody looks at any more: its bytes are gone then. A source whose memory is not
   * its own, or that has no use for it, leaves this out.
   */
  recycle?(bytes: Uint8Array): void
  /** Whether somebody else than its reader holds it back now, so that its silence means nothing. */
  readonly held?: boolean
  /** Stops the flow: the pipe fills and the writer blocks. */
  pause(): void
  /** Lets it flow again. */
  resume(): void
  /** Gives up reading: what is unread is dropped, writers get a broken pipe. */
  close(): void
}

/** The stream that a process reads. */
export interface Sink {
  /** Resolves when the pipe has room for more: `true`, or `false` when the reader is gone and the bytes are lost. */
  write(bytes: Uint8Array): Promise<boolean>
  /** End-of-file. */
  end(): void
}

/** A pipe between two processes. Either end may be used once. */
export interface Joint {
  readonly reader: JointEnd
  readonly writer: JointEnd
  /** Closes the ends that were not given away. */
  close(): void
}

/** One end of a joint, as a command carries it. What is inside is the driver's own business. */
export interface JointEnd {
  readonly joint: 'reader' | 'writer'
}
