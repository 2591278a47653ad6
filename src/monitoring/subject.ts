import type { Clock } from '../contracts/clock.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import type { Host } from '../host.ts'
import { driverOf, InvokedProcess } from '../invoked-process.ts'
import type { Sampled } from './sampler.ts'

/** One process of the machine, whoever started it, told from others that have its pid before or after it. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startedAt: number
}

/** Whom to look at: a process that was started here, a pid, or a pid with the start that goes with it. */
export type MonitorTarget = InvokedProcess | number | ProcessIdentity

/** One that is looked at, for as long as it has the place of those before it. */
export interface Incarnation extends Sampled {
  readonly process: InvokedProcess | undefined
}

/** Whom a monitor looks at. */
export interface Subject {
  readonly pid: number
  /** The process that runs in its place now, where it was started here. */
  readonly process: InvokedProcess | undefined
  /** The machine that it is on, real or rehearsed. */
  readonly place: { readonly clock: Clock; readonly processes: ProcessTable }
  /** Whether it is also about those that take its place: about a process it is, about a pid it is not. */
  readonly follows: boolean
  /** Whether somebody is about to take its place. */
  readonly goesOn: boolean
  /** The one to look at now. */
  current(): Promise<Incarnation>
  /** Attaches to the one to look at now, and to each that takes its place. Gives back what ends that. */
  follow(attach: (incarnation: Incarnation) => () => void): () => void
}

/** @throws TypeError for what is no target. */
export function subjectOf(target: MonitorTarget, host: Host): Subject {
  if (target instanceof InvokedProcess) return new OwnSubject(target, true)
  const { pid, startedAt } = typeof target === 'number' ? { pid: target, startedAt: undefined } : target
  if (!Number.isInteger(pid) || pid <= 0) throw new TypeError(`Cannot look at process ${pid}: expected a pid`)
  const own = host.active().find((process) => process.id() === pid)
  return own && startedAt === undefined ? new OwnSubject(own, false) : new ForeignSubject(pid, startedAt, host)
}

/** A process that was started here. */
class OwnSubject implements Subject {
  readonly place: Subject['place']
  readonly follows: boolean
  readonly #first: InvokedProcess

  constructor(process: InvokedProcess, follows: boolean) {
    this.#first = process
    this.follows = follows
    this.place = driverOf(process)
  }

  get process(): InvokedProcess {
    return this.follows ? this.#first.lineage.current : this.#first
  }

  get pid(): number {
    return this.process.id()
  }

  get goesOn(): boolean {
    return this.follows && this.#first.lineage.goesOn
  }

  current(): Promise<Incarnation> {
    return Promise.resolve(incarnationOf(this.process))
  }

  follow(attach: (incarnation: Incarnation) => () => void): () => void {
    let detach = attach(incarnationOf(this.process))
    if (!this.follows) return detach
    const quit = this.#first.lineage.onNext((next) => {
      detach()
      detach = attach(incarnationOf(next))
    })
    return () => {
      quit()
      detach()
    }
  }
}

/** Somebody else's process: whoever had the pid when it was first asked for. */
class ForeignSubject implements Subject {
  readonly pid: number
  readonly process = undefined
  readonly follows = false
  readonly place: Subject['place']
  readonly goesOn = false
  readonly #incarnation: Promise<Incarnation>

  constructor(pid: number, startedAt: number | undefined, { clock, processes }: Host) {
    this.pid = pid
    this.place = { clock, processes }
    this.#incarnation = startedAt === undefined ? this.#meet() : Promise.resolve({ pid, startedAt, process: undefined })
  }

  current(): Promise<Incarnation> {
    return this.#incarnation
  }

  follow(attach: (incarnation: Incarnation) => () => void): () => void {
    let over = false
    let detach = (): void => {}
    void this.#incarnation.then((incarnation) => {
      if (!over) detach = attach(incarnation)
    })
    return () => {
      over = true
      detach()
    }
  }

  async #meet(): Promise<Incarnation> {
    const { pid } = this
    const found = (await this.place.processes.sample([pid]).catch(() => undefined))?.get(pid)
    // Whoever has the pid later came later: nobody is looked for instead.
    const startedAt = found === undefined ? Number.NaN : 'errno' in found ? undefined : found.startedAt
    return { pid, startedAt, process: undefined }
  }
}

function incarnationOf(process: InvokedProcess): Incarnation {
  return { pid: process.id(), isOver: () => !process.running(), process }
}
