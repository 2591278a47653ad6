import type { Clock } from '../contracts/clock.ts'
import type { LogFileError } from '../log-errors.ts'
import { failure, type LogFile } from './log-file.ts'
import type { RotationRule } from './rotation-rule.ts'

/** Whom a rotating file tells what becomes of it. */
export interface RotationEvents {
  readonly putAside: (path: string) => void
  readonly stuck: (error: LogFileError) => void
}

/** Milliseconds after which a file that could not be put aside is tried again. */
const PATIENCE = 30_000
const NEWLINE = 10

/** A log file that is put aside when it is full, and is there again when somebody has taken it away. */
export class RotatingFile {
  readonly path: string
  /** How often it was put aside, and begun anew because somebody else had moved or removed it. */
  rotations = 0
  reopened = 0
  /** Why it could not be put aside when that was tried last. */
  stuckBy: LogFileError | undefined
  readonly #file: LogFile
  readonly #rule: RotationRule
  readonly #clock: Clock
  readonly #events: RotationEvents
  #tryAfter = Number.NEGATIVE_INFINITY
  #reached = 0

  constructor(file: LogFile, rule: RotationRule, clock: Clock, events: RotationEvents) {
    this.path = file.path
    this.#file = file
    this.#rule = rule
    this.#clock = clock
    this.#events = events
  }

  get size(): number {
    return this.#file.size
  }

  get isOpen(): boolean {
    return this.#file.isOpen
  }

  /** The place after what of the lines is in the file, or will be in a moment: of those that were given to `write` last. */
  get reached(): number {
    return this.#reached
  }

  /** When it is due to be put aside, if nothing is written until then. */
  get due(): number {
    return this.#file.size > 0 ? this.#rule.ends : Number.POSITIVE_INFINITY
  }

  /** @throws LogFileError */
  async open(): Promise<void> {
    if (this.#file.isOpen) return
    await this.#file.open()
    this.#rule.begun(this.#file.size > 0 ? this.#file.changedAt : this.#clock.now())
  }

  /**
   * Writes whole lines from a place on, as far as they go into the present file. `reached` says how far that was, also when it
   * fails.
   *
   * @throws LogFileError
   */
  async write(lines: Uint8Array, from: number): Promise<void> {
    this.#reached = from
    const end = this.#fits(lines.length - from) ? lines.length : await this.#endOfFitting(lines, from)
    await this.#put(lines, from, end)
    const state = await this.#file.look()
    if (state === 'there') return
    this.reopened++
    // What was written to a file that is gone is gone with it.
    if (state === 'removed') this.#reached = from
    await this.open()
  }

  /** Writes within the call. */
  writeNow(bytes: Uint8Array): number {
    return this.#file.writeNow(bytes)
  }

  /** Puts it aside, however full it is; one that cannot be goes on growing, for nothing is to be lost by that. */
  async rotate(): Promise<boolean> {
    try {
      const aside = await this.#file.putAside(this.#clock.now())
      await this.open()
      this.stuckBy = undefined
      if (aside === undefined) return false
      this.rotations++
      this.#events.putAside(aside)
      return true
    } catch (error) {
      if (!this.#file.isOpen) throw error
      this.#tryAfter = this.#clock.monotonic() + PATIENCE
      this.stuckBy = failure(this.path, error)
      this.#events.stuck(this.stuckBy)
      return false
    }
  }

  /** Lets go of the file and opens what is at its path now. */
  async reopen(): Promise<void> {
    if (this.#file.isOpen) this.reopened++
    await this.#file.close()
    await this.open()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #fits(length: number): boolean {
    const { size } = this.#file
    return length <= this.#rule.size - size && !this.#rule.isDue(this.#clock.now(), size)
  }

  // Never into the middle of a line, and one at least.
  async #endOfFitting(lines: Uint8Array, from: number): Promise<number> {
    const isInLine = from > 0 && lines[from - 1] !== NEWLINE
    if (isInLine) return lineEnd(lines, from)
    if (this.#rule.isDue(this.#clock.now(), this.#file.size)) await this.#rotateUnlessTried()
    const room = this.#rule.size - this.#file.size
    if (lines.length - from <= room) return lines.length
    const end = room > 0 ? lines.lastIndexOf(NEWLINE, from + room - 1) + 1 : 0
    if (end > from) return end
    if (this.#file.size === 0) return lineEnd(lines, from)
    return (await this.#rotateUnlessTried()) ? this.#endOfFitting(lines, from) : lines.length
  }

  async #rotateUnlessTried(): Promise<boolean> {
    return this.#clock.monotonic() >= this.#tryAfter && this.rotate()
  }

  async #put(lines: Uint8Array, from: number, end: number): Promise<void> {
    let written = 0
    this.#reached = end
    try {
      written = await this.#file.write(lines.subarray(from, end))
    } finally {
      this.#reached = from + written
    }
  }
}

function lineEnd(lines: Uint8Array, from: number): number {
  const end = lines.indexOf(NEWLINE, from)
  return end === -1 ? lines.length : end + 1
}
