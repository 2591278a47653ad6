import type { Clock } from '../contracts/clock.ts'
import type { LogFileError } from '../log-errors.ts'
import { Alarm } from './alarm.ts'
import { type Batch, countUpTo, joined } from './batch.ts'
import { failure } from './log-file.ts'
import { Patience } from './patience.ts'
import type { RotatingFile } from './rotating-file.ts'

/** Whom a sink tells what becomes of it. */
export interface SinkEvents {
  readonly failed: (error: LogFileError) => void
  /** It can be written again; `since` is when that began that it could not, in milliseconds since the epoch. */
  readonly recovered: (error: LogFileError, since: number) => void
}

/** As many bytes more may wait of what became of processes. */
const EVENTS = 1024 * 1024
/** As many bytes are written at once. */
const AT_ONCE = 256 * 1024

/** Writes batches to one file, in order, each once: what does not get there waits, within a limit, and is tried again. */
export class Sink {
  readonly file: RotatingFile
  /** What was written so far, and what had to be given up. */
  readonly written: { lines: number; bytes: number } = { lines: 0, bytes: 0 }
  readonly dropped: { lines: number; bytes: number } = { lines: 0, bytes: 0 }
  failures = 0
  /** What is wrong with it now, and since when. */
  problem: LogFileError | undefined
  #troubledSince = 0
  readonly #clock: Clock
  readonly #limit: number
  readonly #events: SinkEvents
  readonly #patience: Patience
  /** Puts the file aside in time also when nothing is written. */
  readonly #alarm: Alarm
  #queue: Batch[] = []
  #pending = 0
  /** Bytes that were added, and those of them that were written or given up. */
  #added = 0
  #over = 0
  /** How many batches, from the first on, are being written, and how much of them is in the file: it goes on from there. */
  #writing = 0
  #at = 0
  #claimed = 0
  #running = false
  #closing = false
  #closed = false
  #wanted: 'rotate' | 'reopen' | undefined
  #waiting: (() => void)[] = []
  #settling: (() => void)[] = []

  /** `limit` is how many bytes may wait for the disk. */
  constructor(file: RotatingFile, clock: Clock, limit: number, events: SinkEvents) {
    this.file = file
    this.#clock = clock
    this.#limit = limit
    this.#events = events
    this.#patience = new Patience(clock)
    this.#alarm = new Alarm(clock, () => void this.want('rotate'))
  }

  /** Bytes that wait for the disk. */
  get pending(): number {
    return this.#pending
  }

  /** Whether nothing more is to be added for now. */
  get full(): boolean {
    return this.#pending >= this.#limit
  }

  /**
   * Adds a batch, whether or not there is room, but for what became of processes when that is far too much. It is on its way to
   * the disk when this returns.
   */
  add(batch: Batch): void {
    if (this.#closed) return void this.#count(batch, this.dropped)
    this.#queue.push(batch)
    this.#pending += batch.bytes.length
    this.#added += batch.bytes.length
    if (batch.size === 0 && this.#pending > this.#limit + EVENTS) this.#giveUp(this.#queue.pop() as Batch)
    if (!this.#running) void this.#run()
  }

  /**
   * Gives up what has waited longest, until there is room. What is half written is not given up, nor what became of processes
   * and what was given up before.
   */
  makeRoom(): void {
    for (let at = this.#writing; this.full && at < this.#queue.length; ) {
      if (this.#queue[at]?.size === 0) at++
      else for (const oldest of this.#queue.splice(at, 1)) this.#giveUp(oldest)
    }
  }

  /** Calls back once, when there is room again. */
  whenRoom(callback: () => void): void {
    this.#waiting.push(callback)
  }

  /** Whether as many bytes may wait besides: of processes that are over, and cannot be held back any more. */
  claim(bytes: number): boolean {
    if (this.#claimed + bytes > this.#limit) return false
    this.#claimed += bytes
    return true
  }

  unclaim(bytes: number): void {
    this.#claimed -= bytes
  }

  /** Puts the file aside, or opens what is at its path now. Resolves when that is done, or has failed. */
  async want(what: 'rotate' | 'reopen'): Promise<void> {
    const { failures } = this
    this.#wanted = what
    this.#patience.hurry()
    if (!this.#running) void this.#run()
    while (this.#wanted === what && this.failures === failures) await this.#settled()
  }

  /**
   * Waits until all that was added so far is on the disk.
   *
   * @throws LogFileError when that cannot be now.
   */
  async flush(): Promise<void> {
    const { failures } = this
    const wanted = this.#added
    this.#patience.hurry()
    while (this.#over < wanted && !(this.problem && this.failures > failures)) await this.#settled()
    if (this.#over < wanted && this.problem) throw this.problem
  }

  /** Writes what can be written, and lets the file go. What cannot be is given up. */
  async close(): Promise<void> {
    this.#closing = true
    this.#alarm.clear()
    this.#patience.hurry()
    while (this.#running) await this.#settled()
    for (const batch of this.#queue.splice(0)) this.#giveUp(batch)
    this.#closed = true
    this.#tellRoom()
    await this.file.close()
  }

  /** Writes what waits within the call, as the last thing that this program does. */
  writeNow(): void {
    if (this.#queue.length === 0) return
    const rest = joined(this.#queue)
    let at = this.#writing > 0 ? this.file.reached : 0
    try {
      // Also where all of it is being written: that is waited for.
      do at += this.file.writeNow(rest.subarray(at)) || rest.length
      while (at < rest.length)
    } catch {
      // Nobody is left to be told.
    }
  }

  // The first write begins within the call that adds to it: in a rehearsal it is over with that.
  async #run(): Promise<void> {
    this.#running = true
    while (this.#queue.length > 0 || this.#wanted) {
      try {
        if (this.#wanted) await this.#doWanted()
        await this.#writeSome()
        this.#recover()
      } catch (error) {
        this.#fail(error)
        if (this.#closing) break
        await this.#patience.wait()
      }
      this.#tellSettled()
      if (this.#pending <= this.#limit / 2) this.#tellRoom()
    }
    this.#running = false
    this.#alarm.set(this.#closing ? Number.POSITIVE_INFINITY : this.file.due)
    this.#tellSettled()
  }

  async #doWanted(): Promise<void> {
    await (this.#wanted === 'rotate' ? this.file.rotate() : this.file.reopen())
    this.#wanted = undefined
  }

  async #writeSome(): Promise<void> {
    if (this.#queue.length === 0) return
    if (!this.file.isOpen) await this.file.open()
    this.#writing = countUpTo(AT_ONCE, this.#queue, this.#writing)
    const chunk = joined(this.#queue.slice(0, this.#writing))
    while (this.#at < chunk.length)
      await this.file.write(chunk, this.#at).finally(() => {
        this.#at = this.file.reached
      })
    const done = this.#queue.splice(0, this.#writing)
    this.#writing = 0
    this.#at = 0
    for (const batch of done) this.#count(batch, this.written)
  }

  #count({ bytes, lines, size }: Batch, as: Sink['written']): void {
    this.#pending -= bytes.length
    this.#over += bytes.length
    as.lines += lines
    as.bytes += size
  }

  #giveUp(batch: Batch): void {
    this.#count(batch, this.dropped)
    batch.dropped()
  }

  #fail(cause: unknown): void {
    const error = failure(this.file.path, cause)
    const isNew = this.problem?.errno !== error.errno
    if (!this.problem) this.#troubledSince = this.#clock.now()
    this.failures++
    this.problem = error
    this.#tellSettled()
    if (isNew) this.#events.failed(error)
  }

  #recover(): void {
    const { problem } = this
    if (!problem) return
    this.problem = undefined
    this.#patience.restore()
    this.#events.recovered(problem, this.#troubledSince)
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#settling.push(resolve))
  }

  #tellSettled(): void {
    for (const callback of this.#settling.splice(0)) callback()
  }

  #tellRoom(): void {
    for (const callback of this.#waiting.splice(0)) callback()
  }
}
