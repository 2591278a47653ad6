import type { Host } from '../host.ts'
import { ddmin } from './ddmin.ts'
import type { Fault } from './fault.ts'
import { picksOf } from './picks.ts'
import { type RunReport, type Setting, SimulatedRun, type SimulationScenario } from './run.ts'
import type { Violation } from './watches.ts'

/** The simplest failure that was found. */
export interface Shrunk {
  readonly scenario: Required<SimulationScenario>
  readonly violation: Violation
  /** How many runs that took. */
  readonly runs: number
  /** The run itself, with its timeline. */
  readonly report: RunReport
}

type Scenario = Required<SimulationScenario>

/**
 * Looks for the simplest run in which the same invariant does not hold: shorter, without whole commands, with fewer faults,
 * shorter times and lower counts.
 */
export async function shrink<Process extends Host>(
  setting: Setting<Process>,
  report: RunReport,
  scenario: SimulationScenario,
  budget: number,
): Promise<Shrunk> {
  const shrinker = new Shrinker(setting, wholeOf(setting, report, scenario), report.violation as Violation, budget)
  await shrinker.shrink()
  return shrinker.result()
}

// From here on nothing is drawn but what chance decides on the machine: what was drawn is written down.
function wholeOf<P extends Host>(
  setting: Setting<P>,
  { seed, faults, picked }: RunReport,
  given: SimulationScenario,
): Scenario {
  const { duration = setting.duration, recovery = setting.recovery } = given
  return { seed, duration, recovery, picks: picksOf(picked), faults }
}

class Shrinker<Process extends Host> {
  readonly #setting: Setting<Process>
  readonly #invariant: string
  readonly #budget: number
  #best: Scenario
  #violation: Violation
  #least: ReadonlyMap<string, { readonly from: number }> = new Map()
  #runs = 0

  constructor(setting: Setting<Process>, scenario: Scenario, violation: Violation, budget: number) {
    this.#setting = setting
    this.#best = scenario
    this.#violation = violation
    this.#invariant = violation.invariant
    this.#budget = budget
  }

  /** Goes on as long as something gets simpler, and runs are left. */
  async shrink(): Promise<void> {
    if (!(await this.#try({}))) return
    for (let before = ''; before !== JSON.stringify(this.#best) && this.#left; ) {
      before = JSON.stringify(this.#best)
      await this.#truncate()
      await this.#lowerPicks()
      await this.#dropCommands()
      await this.#dropFaults()
      await this.#lowerNumbers()
    }
  }

  async result(): Promise<Shrunk> {
    const report = await new SimulatedRun(this.#setting, this.#best, { keep: true }).play()
    const violation = report.violation ?? this.#violation
    return { scenario: this.#best, violation, runs: this.#runs, report }
  }

  get #left(): boolean {
    return this.#runs < this.#budget
  }

  /** Whether the same invariant fails after a change, which is kept then. */
  async #try(change: Partial<Scenario>): Promise<boolean> {
    if (!this.#left) return false
    this.#runs++
    const scenario = { ...this.#best, ...change }
    const { violation, picked } = await new SimulatedRun(this.#setting, scenario).play()
    if (violation?.invariant !== this.#invariant) return false
    this.#best = { ...scenario, picks: picksOf(picked) }
    this.#violation = violation
    this.#least = picked
    return true
  }

  async #truncate(): Promise<void> {
    const { at, phase } = this.#violation
    const { duration, recovery, faults } = this.#best
    if (phase === 'faults' && at + 1 < duration) await this.#try({ duration: Math.ceil(at) + 1 })
    if (phase === 'recovery' && at + 1 < duration + recovery)
      await this.#try({ recovery: Math.ceil(at - duration) + 1 })
    await this.#lower(this.#best.duration, 0, (value) => ({ duration: value }))
    // What does not hold after the recovery is no failure when there was none.
    if (phase !== 'recovery') await this.#lower(this.#best.recovery, 0, (value) => ({ recovery: value }))
    await this.#try({ faults: faults.filter(({ start, after = 0 }) => start !== undefined || after <= at) })
  }

  async #lowerPicks(): Promise<void> {
    for (const [name, value] of Object.entries(this.#best.picks)) {
      const least = this.#least.get(name)?.from ?? value
      await this.#lower(value, least, (lower) => ({ picks: { ...this.#best.picks, [name]: lower } }))
    }
  }

  async #dropCommands(): Promise<void> {
    for (const dropped of new Set(this.#best.faults.map(({ command }) => command))) {
      if (dropped !== undefined)
        await this.#try({ faults: this.#best.faults.filter(({ command }) => command !== dropped) })
    }
  }

  async #dropFaults(): Promise<void> {
    await ddmin(this.#best.faults, (faults) => this.#try({ faults }))
  }

  async #lowerNumbers(): Promise<void> {
    for (let index = 0; index < this.#best.faults.length; index++) {
      for (const key of ['after', 'for', 'by'] as const) {
        const value = this.#best.faults[index]?.[key]
        if (value !== undefined)
          await this.#lower(value, 0, (lower) => ({ faults: this.#with(index, { [key]: lower }) }))
      }
    }
  }

  #with(index: number, change: Partial<Fault>): readonly Fault[] {
    return this.#best.faults.map((fault, other) => (other === index ? { ...fault, ...change } : fault))
  }

  /** Brings a number down to the least there is, or by halves as far as that goes. */
  async #lower(value: number, least: number, change: (value: number) => Partial<Scenario>): Promise<void> {
    if (value === least || (await this.#try(change(least)))) return
    for (let high = value, low = least; ; ) {
      const middle = low + Math.trunc((high - low) / 2)
      if (middle === low || middle === high) return
      if (await this.#try(change(middle))) high = middle
      else low = middle
      if (!this.#left) return
    }
  }
}
