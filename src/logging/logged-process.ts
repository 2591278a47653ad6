import { commandText } from '../command.ts'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Exit } from '../contracts/driver.ts'
import type { LogFormat, LogLevel } from '../contracts/log-request.ts'
import type { ProcessLog, Stream } from '../layers/logged.ts'
import { levels } from '../log-request.ts'
import type { Secrets } from '../secrets.ts'
import type { Detector } from './detecting.ts'
import { LineAssembly } from './line-assembly.ts'
import { LoggedStream, type StreamCounts } from './logged-stream.ts'
import type { Outlet } from './outlet.ts'
import { printerFor, type RecordPrinter } from './record.ts'
import { Redactor } from './redactor.ts'

/** What the log of a process is made of. */
export interface ProcessParts {
  readonly command: Command
  readonly name: string
  readonly clock: Clock
  /** Where it goes, which may depend on the pid. */
  readonly outletFor: (pid: number | undefined) => Outlet
  readonly format: LogFormat
  /** The least that is logged now. */
  readonly least: () => LogLevel
  readonly detect: Detector | undefined
  readonly maxLine: number
  /** Milliseconds. */
  readonly idle: number
  /** What to take out; `undefined` to leave everything as it is. */
  readonly secrets: Secrets | undefined
  /** Called when all of it is on its way to the disk. */
  readonly onDone: () => void
}

/** What a process has come to, for lists. */
export interface LoggedCounts {
  readonly name: string
  readonly pid: number
  readonly out: StreamCounts
  readonly err: StreamCounts
}

const PLAIN: Readonly<Record<Stream, LogLevel>> = { out: 'info', err: 'error' }

/** Takes note of one process: its streams, and what becomes of it. */
export class LoggedProcess implements ProcessLog {
  readonly #parts: ProcessParts
  readonly #streams: Partial<Record<Stream, LoggedStream>> = {}
  readonly #holds: Partial<Record<Stream, (held: boolean) => void>> = {}
  /** When something came of a stream last, and the streams whose open lines are looked after. */
  readonly #lastAt: Partial<Record<Stream, number>> = {}
  readonly #watched = new Set<Stream>()
  readonly #timers = new Set<Timer>()
  #pid: number | undefined
  #outlet: Outlet | undefined
  #printer: RecordPrinter | undefined
  #events = 0
  #open = 0
  #isOver = false

  constructor(parts: ProcessParts) {
    this.#parts = parts
  }

  started(pid: number, streams: readonly Stream[]): void {
    this.#pid = pid
    this.#outlet = this.#parts.outletFor(pid)
    this.#open = streams.length + 1
    for (const stream of streams) this.#streams[stream] = this.#begin(stream, this.#outlet)
    this.event('info', `started: ${commandText(this.#parts.command.line)}`, { event: 'started' })
  }

  failed(error: unknown): void {
    this.#outlet = this.#parts.outletFor(undefined)
    this.event('error', (error as Error).message, { event: 'failed' })
    this.#parts.onDone()
  }

  took(stream: Stream, bytes: Uint8Array): void {
    this.#streams[stream]?.took(bytes)
    this.#watchOpenLine(stream)
  }

  ended(stream: Stream): void {
    this.#streams[stream]?.end(() => this.#oneIsOver())
  }

  exited(exit: Exit): void {
    const { code, signal } = exit
    this.#releaseInTime(this.#parts.clock.monotonic() + PATIENCE)
    this.event(code === 0 ? 'info' : 'warn', signal ? `killed by ${signal}` : `exited with ${code}`, {
      event: 'exited',
      ...exit,
    })
    this.#oneIsOver()
  }

  onHold(stream: Stream, hold: (held: boolean) => void): void {
    this.#holds[stream] = hold
  }

  /** Takes note of something that became of it. */
  event(level: LogLevel, text: string, fields: Readonly<Record<string, unknown>>, dropped?: () => void): void {
    // What was dropped is said at any level.
    if (!dropped && levels[level] < levels[this.#parts.least()]) return
    const { format, name, clock, secrets } = this.#parts
    this.#printer ??= printerFor(format, { name, pid: this.#pid, stream: 'event' })
    // A secret may have several lines.
    const shown = (secrets ? new Redactor(secrets).hide(text, false) : text).replaceAll('\n', ' ')
    const line = this.#printer.print({ level, time: clock.now(), seq: ++this.#events, text: short(shown), fields })
    this.#outlet?.add({ bytes: Buffer.from(line), lines: 1, size: 0, dropped: dropped ?? NOTHING })
  }

  /** Waits no more, neither for room nor for the rest of open lines. */
  giveOut(): void {
    for (const stream of Object.values(this.#streams)) stream.giveOut()
    this.#forgetTimers()
  }

  /** What it has come to. */
  get counts(): LoggedCounts {
    const { out, err } = this.#streams
    return {
      name: this.#parts.name,
      pid: this.#pid ?? 0,
      out: { ...(out?.counts ?? NONE) },
      err: { ...(err?.counts ?? NONE) },
    }
  }

  // A disk that is only slow is waited for a while, so that nothing is dropped; those who wait for the process wait, too.
  #releaseInTime(deadline: number): void {
    const { clock } = this.#parts
    const streams = Object.values(this.#streams)
    const waits = streams.some((stream) => stream.held) && !this.#outlet?.fails && clock.monotonic() < deadline
    if (waits) return this.#after(LOOK, () => this.#releaseInTime(deadline))
    for (const stream of streams) stream.release()
  }

  #begin(stream: Stream, outlet: Outlet): LoggedStream {
    const { clock, name, format, least, detect, maxLine, secrets } = this.#parts
    const begun: LoggedStream = new LoggedStream({
      assembly: new LineAssembly(maxLine, secrets && new Redactor(secrets)),
      outlet,
      printer: printerFor(format, { name, pid: this.#pid, stream }),
      now: () => clock.now(),
      levelOf: (line) => detect?.(line, stream) ?? PLAIN[stream],
      least,
      report: (lines, bytes) => this.#report(stream, lines, bytes),
      hold: (held) => this.#holds[stream]?.(held),
    })
    return begun
  }

  #report(stream: Stream, lines: number, bytes: number): void {
    const text = `dropped ${lines} lines (${bytes} bytes) of ${stream}: the log had no room for them`
    const again = (): void => this.#streams[stream]?.unreported(lines, bytes)
    this.event('error', text, { event: 'dropped', of: stream, lines, bytes }, again)
  }

  // One timer, set anew for what is left when it finds that something came meanwhile.
  #watchOpenLine(stream: Stream): void {
    const logged = this.#streams[stream]
    if (!logged) return
    const { clock, idle } = this.#parts
    this.#lastAt[stream] = clock.monotonic()
    if (this.#watched.has(stream) || !logged.isOpen || idle === Number.POSITIVE_INFINITY) return
    this.#watched.add(stream)
    const look = (): void => {
      const left = (this.#lastAt[stream] ?? 0) + idle - clock.monotonic()
      if (logged.isOpen && left > 0) return this.#after(left, look)
      this.#watched.delete(stream)
      if (logged.isOpen) logged.early()
    }
    this.#after(idle, look)
  }

  #after(ms: number, action: () => void): void {
    const timer = this.#parts.clock.setTimeout(
      () => {
        this.#timers.delete(timer)
        action()
      },
      ms,
      { background: true },
    )
    this.#timers.add(timer)
  }

  #forgetTimers(): void {
    for (const timer of this.#timers) this.#parts.clock.clearTimeout(timer)
    this.#timers.clear()
  }

  #oneIsOver(): void {
    if (--this.#open > 0 || this.#isOver) return
    this.#isOver = true
    this.#forgetTimers()
    this.#parts.onDone()
  }
}

/** How long the output of a process that is over is held back for a slow disk, and how often is looked, in milliseconds. */
const PATIENCE = 5000
const LOOK = 20

/** A command may be as long as a book. */
const LONGEST = 2000

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

const NOTHING = (): void => {}
const NONE: StreamCounts = Object.freeze({ in: 0, filtered: 0, dropped: 0, droppedLines: 0 })
