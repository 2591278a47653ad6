import type { AtOnce, FinishedCall } from '../contracts/at-once.ts'
import type { Capabilities } from '../contracts/capabilities.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Driver, Exit, Handle, Joint } from '../contracts/driver.ts'
import type { Files } from '../contracts/files.ts'
import type { Isolation } from '../contracts/isolation.ts'
import type { Net } from '../contracts/net.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import type { Random } from '../contracts/random.ts'
import type { Signal } from '../contracts/signals.ts'
import { NotFakeableError } from '../errors.ts'
import { LoggedHandle } from './logged-handle.ts'

/** Keeps what processes say. */
export interface Logger {
  /** Whether also what goes from one stage of a pipeline to the next is kept. Then it has to pass here. */
  readonly stages: boolean
  /** Signals that this program gets for its logs: they are none of the processes' business. */
  readonly signals: readonly Signal[]
  /** Whether a command is logged. With one that is not, nothing is done. */
  wants(command: Command): boolean
  /**
   * Begins the log of a command that is about to start.
   *
   * @throws LogFileError when there is no writing to its file; nothing has been started then.
   */
  open(command: Command): Promise<ProcessLog>
  /** The same within the call: what is said before its file is open is kept until then. */
  openNow(command: Command): ProcessLog
  /** Writes what came so far, if it can be, and lets the files go. Whoever starts something after that begins anew. */
  close(): Promise<void>
}

/** Which of its streams a process wrote to. */
export type Stream = 'out' | 'err'

/** Takes note of one process. */
export interface ProcessLog {
  /** It has started, and these are the streams that pass here. */
  started(pid: number, streams: readonly Stream[]): void
  /** It could not be started. */
  failed(error: unknown): void
  /** It wrote something. The bytes may be used again after the call. */
  took(stream: Stream, bytes: Uint8Array): void
  /** Nothing more comes of a stream. */
  ended(stream: Stream): void
  exited(exit: Exit): void
  /** Says whom to tell whether a stream is to be held back, because the log has no room. */
  onHold(stream: Stream, hold: (held: boolean) => void): void
}

/** Why a log connects no processes. */
const NO_JOINTS = 'a log of all stages has to see what goes from one process to the next'

/** Nothing that a driver has may be forgotten here. */
type Whole = { readonly [Part in keyof Required<Driver>]: Driver[Part] | undefined }

/** A driver around a driver: everything runs there as it would, and a logger is told what it says. */
export class LoggedDriver implements Driver, Whole {
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly net: Net
  readonly processes: ProcessTable
  readonly stateFolder: string | undefined
  readonly isolation: Isolation | undefined
  readonly atOnce: AtOnce | undefined
  readonly #inner: Driver
  readonly #logger: Logger

  constructor(inner: Driver, logger: Logger) {
    this.#inner = inner
    this.#logger = logger
    this.clock = inner.clock
    this.random = inner.random
    this.files = inner.files
    this.net = inner.net
    this.processes = inner.processes
    this.stateFolder = inner.stateFolder
    this.isolation = inner.isolation
    this.atOnce = inner.atOnce && loggedAtOnce(inner.atOnce, logger)
  }

  get capabilities(): Capabilities {
    const { capabilities } = this.#inner
    return this.#logger.stages ? { ...capabilities, joints: NO_JOINTS } : capabilities
  }

  start(command: Command): Promise<Handle> {
    return this.#logger.wants(command) ? this.#startLogged(command) : this.#inner.start(command)
  }

  joint(): Promise<Joint> {
    if (!this.#logger.stages) return this.#inner.joint()
    return Promise.reject(new NotFakeableError(`Cannot make a joint: ${NO_JOINTS}`))
  }

  async close(): Promise<void> {
    await this.#inner.close()
    await this.#logger.close()
  }

  async #startLogged(command: Command): Promise<Handle> {
    const log = await this.#logger.open(command)
    try {
      return new LoggedHandle(await this.#inner.start(served(command, this.#logger)), log)
    } catch (error) {
      log.failed(error)
      throw error
    }
  }
}

function loggedAtOnce(inner: AtOnce, logger: Logger): AtOnce {
  const seen = <T>(command: Command, act: (command: Command, log: ProcessLog) => T): T => {
    const log = logger.openNow(command)
    try {
      return act(served(command, logger), log)
    } catch (error) {
      log.failed(error)
      throw error
    }
  }
  return {
    start(command, caller) {
      if (!logger.wants(command)) return inner.start(command, caller)
      return seen(command, (served, log) => new LoggedHandle(inner.start(served, caller), log))
    },
    run(command, caller) {
      if (!logger.wants(command)) return inner.run(command, caller)
      return seen(command, (served, log) => {
        const finished = inner.run(served, caller)
        tell(log, finished)
        return finished
      })
    },
  }
}

function tell(log: ProcessLog, { pid, out, err, exit }: FinishedCall): void {
  log.started(pid, ['out', 'err'])
  log.took('out', out)
  log.took('err', err)
  log.ended('out')
  log.ended('err')
  log.exited(exit)
}

// It is looked at before its end, and a request is served once, however many loggers stand around the driver.
function served(command: Command, { signals }: Logger): Command {
  const { notes, spared = false } = command
  const asked = notes?.log ? { notes: { ...notes, log: undefined } } : {}
  const ours = signals.length > 0 && spared !== true ? { spared: [...(spared || []), ...signals] } : {}
  return { ...command, unattended: false, ...asked, ...ours }
}
