import { commandText } from '../command.ts'
import type { Exit } from '../contracts/driver.ts'
import type { Files } from '../contracts/files.ts'
import type { Signal } from '../contracts/signals.ts'
import type { FakeDriver } from '../fake/driver.ts'
import type { FakeProcess } from '../fake/fake-process.ts'
import { type Matcher, matcherFor, type Pattern, viewOf } from '../matching.ts'
import type { Fault } from './fault.ts'
import type { Phase, SimulationEvent } from './simulation-events.ts'

/** A process of a simulation, as invariants see it. */
export interface SimulatedProcess {
  readonly pid: number
  /** Tells it from others that had the same pid. */
  readonly serial: number
  /** As text, see `commandText`. */
  readonly command: string
  readonly startedAt: number
  /** The code under test started it, a process of its own did, or it is a stranger. */
  readonly origin: 'started' | 'forked' | 'stranger'
  readonly state: 'running' | 'stopped' | 'zombie' | 'reaped'
  /** How it ended, once it has. */
  readonly exit: Exit | undefined
  /** The signals that the code under test has sent it. */
  readonly signals: readonly Signal[]
  /** When it last wrote something, in the same milliseconds; when it was started, if it never did. */
  readonly wroteAt: number
}

/** What invariants look at: the machine as it is now, and all that has happened on it. */
export class SimulatedWorld {
  /** The part of the run. */
  phase: Phase = 'faults'
  /** All that has happened, but for output. */
  readonly events: SimulationEvent[] = []
  /** The faults that have struck. */
  readonly faults: Fault[] = []
  readonly #driver: FakeDriver
  readonly #processes = new Map<number, Tracked>()
  readonly #living = new Set<Tracked>()
  readonly #matchers = new Map<Pattern, Matcher>()

  constructor(driver: FakeDriver) {
    this.#driver = driver
  }

  /** Virtual milliseconds since the start of the run. */
  get now(): number {
    return this.#driver.clock.monotonic()
  }

  /** The disk. */
  get files(): Files {
    return this.#driver.files
  }

  /** How many timers the code under test has set that have neither fired nor been cleared. */
  get timers(): number {
    return this.#driver.clock.pending
  }

  /** Every process that there ever was, in the order of their births. */
  get processes(): readonly SimulatedProcess[] {
    return [...this.#processes.values()]
  }

  /** Whether a command that the code under test started is running: a zombie is not. */
  runs(command: Pattern): boolean {
    return this.running(command).length > 0
  }

  /** What is running of all that the code under test started, or of one command. */
  running(command: Pattern = '*'): readonly SimulatedProcess[] {
    const matcher = this.#matcherFor(command)
    return [...this.#living].filter(
      (one) => one.origin === 'started' && matcher.matches(viewOf(one.of.birth.command, one.command)),
    )
  }

  /** All that is alive and stands in a group of what the code under test started, children included. */
  family(): readonly SimulatedProcess[] {
    return [...this.#living].filter((one) => one.origin !== 'stranger' && this.#founderOf(one)?.origin === 'started')
  }

  /** One process. */
  process(serial: number): SimulatedProcess | undefined {
    return this.#processes.get(serial)
  }

  /** Whether a command fails at every start from some time on. */
  isBroken(command: string): boolean {
    return this.faults.some((fault) => fault.fault === 'isBroken' && fault.command === command)
  }

  /** Whether the machine still has that for the process: for the simulation itself. */
  track(of: FakeProcess, origin: SimulatedProcess['origin']): void {
    const tracked = new Tracked(of, origin, this.now)
    this.#processes.set(of.serial, tracked)
    this.#living.add(tracked)
  }

  /** A process is over, or its pid is free: for the simulation itself. */
  lose(of: FakeProcess, how: 'died' | 'reaped'): void {
    const tracked = this.#processes.get(of.serial)
    if (!tracked) return
    this.#living.delete(tracked)
    if (how === 'reaped') tracked.reaped = true
  }

  /** A signal was sent: for the simulation itself. */
  signalled(to: FakeProcess, signal: Signal): void {
    this.#processes.get(to.serial)?.signals.push(signal)
  }

  /** A process wrote something: for the simulation itself. */
  wrote(by: FakeProcess): void {
    const tracked = this.#processes.get(by.serial)
    if (tracked) tracked.wroteAt = this.now
  }

  #founderOf(one: Tracked): Tracked | undefined {
    return this.#processes.get(one.of.founder)
  }

  #matcherFor(command: Pattern): Matcher {
    let matcher = this.#matchers.get(command)
    if (!matcher) {
      matcher = matcherFor(command)
      this.#matchers.set(command, matcher)
    }
    return matcher
  }
}

class Tracked implements SimulatedProcess {
  readonly of: FakeProcess
  readonly origin: SimulatedProcess['origin']
  readonly command: string
  readonly startedAt: number
  readonly signals: Signal[] = []
  reaped = false
  wroteAt: number

  constructor(of: FakeProcess, origin: SimulatedProcess['origin'], startedAt: number) {
    this.of = of
    this.origin = origin
    this.command = `${commandText(of.birth.command.line)}${origin === 'forked' ? ' (child)' : ''}`
    this.startedAt = startedAt
    this.wroteAt = startedAt
  }

  get pid(): number {
    return this.of.pid
  }

  get serial(): number {
    return this.of.serial
  }

  get exit(): Exit | undefined {
    return this.of.ended
  }

  get state(): SimulatedProcess['state'] {
    if (this.reaped) return 'reaped'
    if (!this.of.alive) return 'zombie'
    return this.of.stopped ? 'stopped' : 'running'
  }
}
