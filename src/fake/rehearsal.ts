import { Claims } from '../claims.ts'
import { commandText } from '../command.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { Journal } from '../journal.ts'
import { type Pattern, viewOf } from '../matching.ts'
import { shown } from '../shown.ts'
import type { Strays } from '../stray-guard.ts'
import type { World } from '../world.ts'
import { checkOptions, isMoment } from './check-options.ts'
import { FakeDriver, type RealPart } from './driver.ts'
import { FollowingGlobals } from './globals.ts'
import type { Lacks } from './isolation.ts'
import type { DiskContents, MemoryFiles } from './memory-files.ts'
import type { Part } from './program.ts'
import { RuleBook, type Rules } from './rules.ts'

/** How a rehearsal is set up. */
export interface RehearsalOptions {
  /** `auto`, the default, lets time jump while a caller waits; `manual` moves it only by `advance`. */
  readonly time?: 'auto' | 'manual'
  /** The wall clock at the start. */
  readonly now?: Date
  /** Draws how output is cut and what comes first where a machine promises no order. */
  readonly seed?: number
  /** The disk: contents by path. Folders that are not on it then do not exist. */
  readonly files?: DiskContents
  /** Lets `Date`, `setTimeout`, `setInterval` and `performance.now` of this program follow virtual time. */
  readonly globals?: boolean
  /** The isolation that cannot be had, with the reasons, as on a machine without the tools. */
  readonly lacks?: Lacks
}

/** What is around a rehearsal. */
export interface Surroundings {
  readonly strays: Strays
  /** Tells the time that passes outside. */
  readonly clock: Clock
  onRestore(): void
}

/** The last moment that a Date can show. */
const LATEST = 8_640_000_000_000_000

/** A rehearsal under way: what `Process.fake()` gives back. It scripts, travels in time and ends itself. */
export class Rehearsal implements World, Disposable {
  readonly driver: FakeDriver
  readonly journal: Journal
  readonly active: World['active'] = new Set()
  observer: World['observer']
  readonly rules: RuleBook
  readonly #surroundings: Surroundings
  #globals: FollowingGlobals | undefined

  constructor(rules: Rules | undefined, options: RehearsalOptions, surroundings: Surroundings) {
    checkOptions(options)
    this.rules = new RuleBook(rules)
    this.#surroundings = surroundings
    this.driver = new FakeDriver({ ...options, outside: surroundings.clock, cast: (command) => this.#cast(command) })
    this.journal = new Journal(this.driver.clock)
    if (options.globals) this.#follow()
  }

  /**
   * Moves virtual time on, firing all that is due on the way, in order.
   *
   * @throws TypeError for what is no duration, or leads to where there are no dates.
   */
  advance(duration: Duration): Promise<void> {
    const ms = toMilliseconds(duration)
    if (this.driver.clock.now() + ms > LATEST)
      throw new TypeError(`Cannot advance by ${shown(duration)}: no date is that late`)
    return this.driver.clock.advance(ms)
  }

  /**
   * Moves virtual time on to a moment of the wall clock. Rejects with a RangeError for one that is over.
   *
   * @throws TypeError for what is no valid Date.
   */
  advanceTo(moment: Date): Promise<void> {
    if (!isMoment(moment)) throw new TypeError(`Cannot advance to ${shown(moment)}: expected a valid Date`)
    return this.driver.clock.advanceTo(moment.getTime())
  }

  /** The present moment of the rehearsal's wall clock. */
  now(): Date {
    return new Date(this.driver.clock.now())
  }

  /** The rehearsal's disk. */
  get files(): MemoryFiles {
    return this.driver.files
  }

  /** The rehearsal's process table. */
  get processes(): ProcessTable {
    return this.driver.processes
  }

  /** The patterns of rules that nothing has matched yet. */
  get unusedRules(): readonly Pattern[] {
    return this.rules.unused()
  }

  /** The claims about what has run in it, as verdicts. They can be made after its end, too. */
  claims(): Claims {
    return new Claims(
      () => this.journal.runs,
      () => this.unusedRules,
    )
  }

  /** Ends the rehearsal: what it still runs is ended, and the world is as it was before. */
  restore(): void {
    this.driver.processes.endAll()
    this.#globals?.restore()
    this.#globals = undefined
    this.#surroundings.onRestore()
  }

  /** The same as `restore`. */
  [Symbol.dispose](): void {
    this.restore()
  }

  #follow(): void {
    const globals = new FollowingGlobals(this.driver.clock)
    this.#globals = globals
    this.driver.clock.moveFor(() => globals.someoneSleeps)
  }

  #cast(command: Command): Part | RealPart {
    const view = viewOf(command, commandText(command.line))
    const part = this.rules.partFor(view, command.notes?.call)
    if (part) return part
    const { strays } = this.#surroundings
    if (strays.allows(command, view.text)) return { real: () => strays.start(command) }
    const miss = this.rules.missFor(view)
    strays.refused(miss)
    throw miss
  }
}
