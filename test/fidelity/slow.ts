import type { Scenario, Step } from '../../src/contracts/scenario.ts'
import type { Signal } from '../../src/contracts/signals.ts'
import type { Driver, Random, Sink, Source } from '../../src/index.ts'
import type { Act, Case } from './case.ts'
import { watched } from './subject.ts'

/** What a program needs to begin, at most, in milliseconds. */
const START = 100
/** Signals for which a program of Node has a handler of its own while it begins: it dies a little later, and KILL may come first. */
const HANDLED: readonly Signal[] = ['SIGTERM', 'SIGINT']
/** In how many parts much is written: it divides `MUCH`. */
const PARTS = 8

/**
 * The same case on a slower machine: before some of the steps and between some of the acts time passes, up to so many
 * milliseconds. What can be seen of it is what a machine may show that promises no speed.
 */
export function slowed(piece: Case, random: Random, most: number): Case {
  const caller = new Slowness(random, most)
  return {
    ...piece,
    stages: piece.stages.map((scenario) => new Slowness(random, most).program(scenario)),
    moments: piece.moments.map((acts, index) => caller.acts(acts, index === 0)),
  }
}

/** The same driver on a slower machine: what is started takes a while to be there, where its caller can wait for that. */
export function slowToStart(driver: Driver, random: Random, most: number): Driver {
  return changed(driver, async (command) => {
    await driver.clock.sleep(Math.ceil(random.next() * most))
    return driver.start(command)
  })
}

/** The same driver for a caller who is slow: what is written is read late at first, and what is fed comes piece by piece. */
export function slowToTalk(driver: Driver, random: Random, most: number, feeds: boolean): Driver {
  return changed(driver, async (command) => {
    const handle = await driver.start(command)
    for (const source of [handle.stdout, handle.stderr]) {
      if (source && random.next() < 0.5) readLate(source, Math.ceil(random.next() * most), driver)
    }
    if (feeds && handle.stdin && random.next() < 0.5)
      writeLate(handle.stdin, () => Math.ceil(random.next() * most), driver)
    return handle
  })
}

function changed(driver: Driver, start: Driver['start']): Driver {
  return { ...watched(driver), start }
}

/** Holds a source back for so long, whatever its owner does with it meanwhile. */
function readLate(source: Source, ms: number, { clock }: Driver): void {
  const { pause, resume } = source
  let flows = true
  const letFlow = (flow: boolean): void => {
    flows = flow
  }
  source.pause()
  Object.assign(source, { pause: () => letFlow(false), resume: () => letFlow(true) })
  clock.setTimeout(() => {
    Object.assign(source, { pause, resume })
    if (flows) source.resume()
  }, ms)
}

/** Lets time pass before each piece that is written, and before the end. */
function writeLate(sink: Sink, ms: () => number, { clock }: Driver): void {
  const [write, end] = [sink.write.bind(sink), sink.end.bind(sink)]
  let before: Promise<unknown> = Promise.resolve()
  const later = <T>(act: () => T): Promise<Awaited<T>> => {
    const done = before.then(() => clock.sleep(ms())).then(act) as Promise<Awaited<T>>
    before = done.catch(() => {})
    return done
  }
  Object.assign(sink, { write: (bytes: Uint8Array) => later(() => write(bytes)), end: () => void later(end) })
}

/** How slow one of those is that a machine has to serve: some have to wait far more than others. */
class Slowness {
  readonly #random: Random
  readonly #most: number
  readonly #share: number

  constructor(random: Random, most: number) {
    this.#random = random
    this.#most = random.next() < 0.5 ? most : most * random.next()
    this.#share = random.next()
  }

  /** One that begins as slowly. */
  program(scenario: Scenario): Scenario {
    const slow = this.steps(scenario)
    return this.#most < START || 'failToStart' in (slow[0] ?? {}) ? slow : [...this.#beginning(), ...slow]
  }

  #beginning(): Scenario {
    if (this.#random.next() < 0.5) return []
    const late = HANDLED.map(
      (on): Step => ({ on, do: [{ wait: Math.ceil(this.#random.next() * this.#most) }, { die: on }] }),
    )
    return [...late, { wait: START }, ...HANDLED.map((on): Step => ({ on, do: [{ die: on }] }))]
  }

  steps(scenario: Scenario): Scenario {
    if (scenario.some((step) => 'failToStart' in step)) return scenario
    const slow = scenario.flatMap(inParts).flatMap((step): Scenario => [...this.#waits(), this.#step(step)])
    // Also the end of a program takes a while, and so does the beginning of one that does nothing.
    return [...slow, ...this.#waits()]
  }

  // A program needs a while to begin, and its caller has acted by then unless it is very slow.
  acts(acts: readonly Act[], first: boolean): readonly Act[] {
    if (first && this.#most < START) return acts
    return acts.flatMap((act): readonly Act[] => [...this.#delays((ms) => this.#idleOrBusy(ms)), this.#act(act)])
  }

  // Whoever is slow comes late to force what they have asked to stop.
  #act(act: Act): Act {
    const isLate = 'stop' in act && this.#most >= START && this.#random.next() < 0.5
    return isLate ? { ...act, stop: act.stop + Math.ceil(this.#random.next() * this.#most) } : act
  }

  #idleOrBusy(ms: number): Act {
    return this.#random.next() < 0.5 ? { pause: ms } : { busy: ms }
  }

  #step(step: Step): Step {
    if ('fork' in step) return { ...step, fork: new Slowness(this.#random, this.#most).steps(step.fork) }
    return 'on' in step && step.do !== 'ignore' ? { ...step, do: this.steps(step.do) } : step
  }

  #waits(): Scenario {
    return this.#delays((wait) => ({ wait }))
  }

  #delays<T>(make: (ms: number) => T): readonly T[] {
    return this.#random.next() < this.#share ? [make(Math.ceil(this.#random.next() * this.#most))] : []
  }
}

// While much is written other things happen.
function inParts(step: Step): Scenario {
  if (!('write' in step) || step.times === undefined) return [step]
  return Array.from({ length: PARTS }, () => ({ ...step, times: Math.ceil((step.times ?? 1) / PARTS) }))
}
