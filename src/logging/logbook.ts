import { dirname, resolve } from 'node:path'
import type { Command } from '../contracts/command.ts'
import type { Driver } from '../contracts/driver.ts'
import type { LogRequest } from '../contracts/log-request.ts'
import { beforeLeaving } from '../leaving.ts'
import { LogFileError } from '../log-errors.ts'
import { type Secret, Secrets } from '../secrets.ts'
import { levelInJson } from './detecting.ts'
import { pathFor } from './file-names.ts'
import { Keeper } from './keeper.ts'
import { failure, isPassing, LogFile } from './log-file.ts'
import { LoggedProcess } from './logged-process.ts'
import type { Logging } from './options.ts'
import { Outlet } from './outlet.ts'
import { programName } from './program-name.ts'
import { printerFor } from './record.ts'
import { Redactor } from './redactor.ts'
import { RotatingFile } from './rotating-file.ts'
import { RotationRule } from './rotation-rule.ts'
import { Sink } from './sink.ts'
import type { LoggingProblem } from './status.ts'

/** The log files of one machine, real or rehearsed, and who writes to them now. */
export class Logbook {
  readonly #driver: Pick<Driver, 'clock' | 'files'>
  readonly #logging: () => Logging
  readonly #tell: (problem: LoggingProblem) => void
  readonly #sinks = new Map<string, Sink>()
  readonly #keepers = new Map<string, Keeper>()
  readonly #running = new Set<LoggedProcess>()
  readonly #stay: () => void
  #isClosed = false
  #notes = 0
  #secrets: { readonly of: Logging; readonly known: Secrets } | undefined

  /** `logging` says how it is to be logged now, and `tell` hears of what could not be done. */
  constructor(
    driver: Pick<Driver, 'clock' | 'files'>,
    logging: () => Logging,
    tell: (problem: LoggingProblem) => void,
  ) {
    this.#driver = driver
    this.#logging = logging
    this.#tell = tell
    this.#stay = beforeLeaving(this)
  }

  /** Whether its logs have been ended. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** See `Logger`. */
  async open(command: Command): Promise<LoggedProcess> {
    const logging = this.#logging()
    const path = resolve(requestOf(command).file ?? logging.file)
    await this.#ready(path)
    if (logging.perProcess !== undefined) await this.#checkFolder(resolve(logging.perProcess))
    return this.openNow(command)
  }

  /** See `Logger`. */
  openNow(command: Command): LoggedProcess {
    const logging = this.#logging()
    const { file, level, format } = requestOf(command)
    const secrets = this.#secretsOf(command, logging)
    const name = programName(command, (text) => (secrets ? new Redactor(secrets).hide(text, false) : text))
    const logged: LoggedProcess = new LoggedProcess({
      command,
      name,
      clock: this.#driver.clock,
      outletFor: (pid) => this.#outletFor(resolve(file ?? logging.file), logging, name, pid),
      format: format ?? logging.format,
      least: () => level ?? this.#logging().level,
      detect: logging.detectLevel === true ? levelInJson : logging.detectLevel || undefined,
      maxLine: logging.maxLine,
      idle: logging.idle,
      secrets,
      onDone: () => this.#done(logged, logging, name),
    })
    this.#running.add(logged)
    return logged
  }

  /** The files that are open, and the processes that are being logged. */
  get sinks(): readonly Sink[] {
    return [...this.#sinks.values()]
  }

  get running(): readonly LoggedProcess[] {
    return [...this.#running]
  }

  /** The log of all, opened if it is not. */
  async main(): Promise<Sink> {
    return this.#ready(resolve(this.#logging().file))
  }

  /** Removes what was put aside, and the logs of processes that are over, where they are older; gives back the paths. */
  async purge(age: number): Promise<readonly string[]> {
    const { file, perProcess } = this.#logging()
    for (const template of [file, perProcess]) if (template !== undefined) this.#keeperOf(resolve(template))
    const purged = await Promise.all([...this.#keepers.values()].map((keeper) => keeper.purge(age)))
    return purged.flat().sort()
  }

  /** Ends all logs: what came so far is written, if it can be. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const logged of this.#running) logged.giveOut()
    await Promise.all(this.sinks.map((sink) => sink.close()))
    await Promise.all([...this.#keepers.values()].map((keeper) => keeper.close()))
    this.#sinks.clear()
    this.#running.clear()
    this.#stay()
  }

  /** Writes within the call what there is, as the last thing that this program does. */
  writeNow(): void {
    for (const logged of this.running) giveOut(logged)
    for (const sink of this.sinks) sink.writeNow()
  }

  // What may go away by itself keeps nobody from starting.
  async #ready(path: string): Promise<Sink> {
    const known = this.#sinks.get(path)
    if (known?.file.isOpen) return known
    const sink = known ?? this.#sinkOf(path, path)
    try {
      await sink.file.open()
    } catch (error) {
      if (isPassing(error)) return sink
      if (!known) this.#sinks.delete(path)
      throw error
    }
    if (!known) void this.#keeperOf(path).tidy()
    return sink
  }

  async #checkFolder(template: string): Promise<void> {
    const folder = dirname(template)
    const found = await this.#driver.files.stat(folder).catch((cause) => {
      throw failure(template, cause)
    })
    if (found?.kind === 'folder') return
    throw new LogFileError(template, found ? 'ENOTDIR' : 'ENOENT')
  }

  #outletFor(path: string, logging: Logging, name: string, pid: number | undefined): Outlet {
    const sinks = [this.#sinkOf(path, path)]
    const { perProcess } = logging
    if (perProcess !== undefined && pid !== undefined)
      sinks.push(this.#sinkOf(resolve(pathFor(perProcess, { name, pid })), resolve(perProcess)))
    return new Outlet(sinks, logging.whenFull)
  }

  #sinkOf(path: string, template: string): Sink {
    const known = this.#sinks.get(path)
    if (known) return known
    const logging = this.#logging()
    const { clock, files } = this.#driver
    const file = new RotatingFile(new LogFile(path, files, logging.mode), new RotationRule(logging.rotate), clock, {
      putAside: () => void this.#keeperOf(template).tidy(),
      stuck: (error) => {
        this.#note(sink, `could not be put aside: ${error.errno}`)
        this.#report('rotate', error)
      },
    })
    const sink: Sink = new Sink(file, clock, logging.buffer, {
      failed: (error) => this.#report('write', error),
      recovered: (error, since) => {
        this.#note(sink, `could not be written since ${new Date(since).toISOString()}: ${error.errno}`)
        this.#report('recovered', error, since)
      },
    })
    this.#sinks.set(path, sink)
    return sink
  }

  #keeperOf(template: string): Keeper {
    const known = this.#keepers.get(template)
    if (known) return known
    const { keep, gzip } = this.#logging()
    const keeper = new Keeper(template, {
      clock: this.#driver.clock,
      files: this.#driver.files,
      keep,
      gzip,
      isActive: (path) => this.#sinks.has(path),
      failed: (what, error) => this.#report(what, error),
    })
    this.#keepers.set(template, keeper)
    return keeper
  }

  #secretsOf({ env, notes }: Command, logging: Logging): Secrets | undefined {
    if (logging.redact === false) return undefined
    const more: readonly Secret[] = (notes?.redact ?? []).filter((secret) => secret !== '')
    if (more.length > 0 || Object.keys(env).length > 0)
      return new Secrets([...logging.redact, ...more], { ...process.env, ...env })
    if (this.#secrets?.of !== logging) this.#secrets = { of: logging, known: new Secrets(logging.redact, process.env) }
    return this.#secrets.known
  }

  #done(logged: LoggedProcess, { perProcess }: Logging, name: string): void {
    this.#running.delete(logged)
    if (perProcess === undefined) return
    const path = resolve(pathFor(perProcess, { name, pid: logged.counts.pid }))
    const sink = this.#sinks.get(path)
    if (!sink) return
    void sink.close().then(() => {
      this.#sinks.delete(path)
      void this.#keeperOf(resolve(perProcess)).tidy()
    })
  }

  /** Says in a log what there was about it. */
  #note(sink: Sink, text: string): void {
    const printer = printerFor(this.#logging().format, { name: 'logging', pid: process.pid, stream: 'event' })
    const line = printer.print({ level: 'error', time: this.#driver.clock.now(), seq: ++this.#notes, text })
    sink.add({ bytes: Buffer.from(line), lines: 1, size: 0, dropped: () => {} })
  }

  #report(what: LoggingProblem['what'], error: LogFileError, since?: number): void {
    this.#tell({ what, path: error.path, error, at: this.#driver.clock.now(), since })
  }
}

// What somebody else has written to tell levels may throw, and keeps nothing from being written.
function giveOut(logged: LoggedProcess): void {
  try {
    logged.giveOut()
  } catch {
    // Nobody is left to be told.
  }
}

function requestOf({ notes }: Command): LogRequest {
  return notes?.log || {}
}
