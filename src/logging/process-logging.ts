import type { Command } from '../contracts/command.ts'
import type { Driver } from '../contracts/driver.ts'
import type { Files } from '../contracts/files.ts'
import type { LogLevel } from '../contracts/log-request.ts'
import type { Signal } from '../contracts/signals.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { type Host, sharedHost } from '../host.ts'
import { LoggedDriver, type Logger } from '../layers/logged.ts'
import { BadLoggingError, type LogFileError } from '../log-errors.ts'
import { checkFile, checkLevel } from '../log-request.ts'
import { Logbook } from './logbook.ts'
import { type Logging, type LoggingOptions, plainLogging, settle } from './options.ts'
import type { Sink } from './sink.ts'
import type { LogFileStatus, LoggingProblem, LoggingStatus } from './status.ts'

/** As many problems are kept. */
const KEPT_PROBLEMS = 100

/**
 * Logs what processes write, and what becomes of them, to files.
 *
 * @example Process.logging.setLogFile('logs/app.log').setLogLevel('warn').enableLogging()
 */
export class ProcessLogging implements AsyncDisposable {
  readonly #host: Host
  readonly #books = new WeakMap<Files, Logbook>()
  /** The same in a list. Those of rehearsals that are over are forgotten with them. */
  #known: readonly WeakRef<Logbook>[] = []
  readonly #listeners = new Set<(problem: LoggingProblem) => void>()
  #logging: Logging
  #enabled = false
  #problems: readonly LoggingProblem[] = []
  #installed = false
  #unwatch: (() => void) | undefined

  /** @throws BadLoggingError for options that mean nothing. */
  constructor(options: LoggingOptions = {}, host: Host = sharedHost()) {
    this.#logging = settle(plainLogging, options)
    this.#host = host
  }

  /**
   * Logs from the next start on. Options add to those that were given before.
   *
   * @throws BadLoggingError; nothing has changed then.
   */
  enableLogging(options: LoggingOptions = {}): this {
    this.#logging = settle(this.#logging, options)
    this.#enabled = true
    this.install()
    this.#watchSignal()
    return this
  }

  /** Logs nothing any more, also of what runs. Resolves when all that came so far is written, or cannot be. */
  async disableLogging(): Promise<void> {
    this.#enabled = false
    this.#unwatch?.()
    this.#unwatch = undefined
    const known = this.#known
    this.#known = []
    await Promise.all(known.map((ref) => ref.deref()?.close()))
  }

  /** Whether what starts is logged unless it asks not to be. */
  get enabled(): boolean {
    return this.#enabled
  }

  /**
   * The log of all that starts from now on. What runs already stays in its own.
   *
   * @throws BadLoggingError for what cannot be a path.
   */
  setLogFile(path: string): this {
    this.#logging = Object.freeze({ ...this.#logging, file: checkFile(path) })
    return this
  }

  /**
   * The least that is logged, from now on, also of what runs.
   *
   * @throws BadLoggingError for an unknown level.
   */
  setLogLevel(level: LogLevel): this {
    this.#logging = Object.freeze({ ...this.#logging, level: checkLevel(level) })
    return this
  }

  /**
   * Puts the log files aside now, and begins new ones; those that are empty stay.
   *
   * @throws LogFileError when one cannot be put aside. It is written on.
   */
  async rotateLog(): Promise<void> {
    const book = this.#book()
    await book.main()
    await Promise.all(book.sinks.map((sink) => sink.want('rotate')))
    const stuck = book.sinks.find((sink) => problemOf(sink))
    if (stuck) throw problemOf(stuck)
  }

  /**
   * Removes what was put aside, and the logs of processes that are over, where nothing was added for this long. Gives back the
   * paths. It never touches a file that is written to, a link, or a name that is none of its own.
   *
   * @throws BadLoggingError for what is no stretch of time.
   */
  async purgeOldLogs(age: Duration): Promise<readonly string[]> {
    return this.#book().purge(millisecondsOf(age))
  }

  /** Opens what is at the path of each log now: for those who move log files themselves. */
  async reopenLogs(): Promise<void> {
    await Promise.all(this.#book().sinks.map((sink) => sink.want('reopen')))
  }

  /**
   * Waits until all that came so far is written.
   *
   * @throws LogFileError when it cannot be, for now.
   */
  async flush(): Promise<void> {
    await Promise.all(this.#book().sinks.map((sink) => sink.flush()))
  }

  /** How it is with the log files, and what is being logged. */
  status(): LoggingStatus {
    const book = this.#book()
    return {
      enabled: this.#enabled,
      files: book.sinks.map(statusOf),
      processes: book.running.map(({ counts }) => counts),
      problems: this.#problems,
    }
  }

  /** Calls back when something cannot be done, and when it can be again; gives back how to stop that. */
  onProblem(listener: (problem: LoggingProblem) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Stands around the driver of its Process from now on. Until something is to be logged it lets everything through. */
  install(): this {
    if (!this.#installed) this.#host.around((driver) => new LoggedDriver(driver, this.#loggerOf(driver)))
    this.#installed = true
    return this
  }

  /** The same as `disableLogging`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.disableLogging()
  }

  #loggerOf(driver: Driver): Logger {
    const book = (): Logbook => this.#bookOf(driver)
    const signals = (): readonly Signal[] => (this.#enabled && this.#logging.reopenOn ? [this.#logging.reopenOn] : [])
    const isStaged = (): boolean => this.#enabled && this.#logging.stages
    return {
      get stages() {
        return isStaged()
      },
      get signals() {
        return signals()
      },
      wants: (command) => this.#wants(command),
      open: (command) => book().open(command),
      openNow: (command) => book().openNow(command),
      close: async () => this.#books.get(driver.files)?.close(),
    }
  }

  #wants({ notes }: Command): boolean {
    const request = notes?.log
    return request === undefined ? this.#enabled : request !== false
  }

  /** Where this is logged for whoever asks: on the disk, or in a rehearsal. */
  #book(): Logbook {
    return this.#bookOf(this.#host)
  }

  #bookOf({ files, clock }: Pick<Driver, 'files' | 'clock'>): Logbook {
    const known = this.#books.get(files)
    if (known && !known.isClosed) return known
    const begun = new Logbook({ files, clock }, () => this.#logging, this.#tell)
    this.#books.set(files, begun)
    this.#known = [...this.#known.filter((ref) => ref.deref()), new WeakRef(begun)]
    return begun
  }

  readonly #tell = (problem: LoggingProblem): void => {
    this.#problems = [...this.#problems, problem].slice(-KEPT_PROBLEMS)
    for (const listener of this.#listeners) tellOne(listener, problem)
  }

  #watchSignal(): void {
    const { reopenOn } = this.#logging
    this.#unwatch?.()
    if (reopenOn === undefined) return
    const reopen = (): void => void this.reopenLogs()
    process.on(reopenOn, reopen)
    this.#unwatch = () => process.off(reopenOn, reopen)
  }
}

// Who listens badly keeps nobody else from hearing, and no log from being written.
function tellOne(listener: (problem: LoggingProblem) => void, problem: LoggingProblem): void {
  try {
    listener(problem)
  } catch (error) {
    process.emitWarning(error as Error)
  }
}

function statusOf(sink: Sink): LogFileStatus {
  const { file, pending, written, dropped, failures } = sink
  const { path, size, rotations, reopened } = file
  const counts = { written: { ...written }, dropped: { ...dropped } }
  return { path, size, pending, ...counts, rotations, reopened, failures, problem: problemOf(sink) }
}

function problemOf(sink: Sink): LogFileError | undefined {
  return sink.problem ?? sink.file.stuckBy
}

function millisecondsOf(age: Duration): number {
  try {
    return toMilliseconds(age)
  } catch (cause) {
    throw new BadLoggingError(`Cannot purge logs by age: ${(cause as Error).message}`, { cause })
  }
}
