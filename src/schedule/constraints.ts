import { BadScheduleError } from '../errors.ts'
import { shown } from '../shown.ts'
import { CalendarFrequencies } from './calendar-frequencies.ts'
import type { TaskStart } from './task-end.ts'
import { isWithin, type Window, windowBetween } from './time-of-day.ts'

/** Where and when a task may run, looked at when it is due. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** What is asked about. */
  readonly start: TaskStart
  readonly environment: string
  readonly inMaintenance: () => boolean | Promise<boolean>
  /** Whether all is paused, and why nobody can tell if that is so; `undefined` when it is not. */
  readonly whyPaused: () => Promise<string | undefined>
}

/** Whether something holds: known now, or asked when the task is due. */
export type Condition = boolean | ((start: TaskStart) => boolean | Promise<boolean>)

const DAY = 86_400_000

/** What keeps a task from running although it is due, in Laravel's words. Everything is asked when it is due. */
export abstract class Constraints extends CalendarFrequencies {
  readonly #windows: { readonly window: Window; readonly inside: boolean; readonly text: string }[] = []
  readonly #conditions: { readonly condition: Condition; readonly wanted: boolean }[] = []
  #environments: readonly string[] | undefined
  #inMaintenance = false
  #whenPaused = false

  /** Only at this time of the day, both ends included. `between('22:00', '2:00')` goes through midnight. */
  between(from: string, to: string): this {
    this.#windows.push({ window: windowBetween(from, to), inside: true, text: `not between ${from} and ${to}` })
    return this
  }

  /** Not at this time of the day, both ends included. */
  unlessBetween(from: string, to: string): this {
    this.#windows.push({ window: windowBetween(from, to), inside: false, text: `between ${from} and ${to}` })
    return this
  }

  /** Only if this holds. Of several, all have to. */
  when(condition: Condition): this {
    return this.#ask(condition, true)
  }

  /** Not if this holds. Of several, none may. */
  skip(condition: Condition): this {
    return this.#ask(condition, false)
  }

  /** Only in these environments; the scheduler says which one it is in. */
  environments(...names: readonly (string | readonly string[])[]): this {
    const all = names.flat()
    if (all.length === 0 || all.some((name) => typeof name !== 'string' || name === ''))
      throw new BadScheduleError(`Cannot run in the environments ${shown(all)}: expected names`)
    this.#environments = all
    return this
  }

  /** Also while the scheduler's `maintenance` holds. */
  evenInMaintenanceMode(): this {
    this.#inMaintenance = true
    return this
  }

  /** Also while the scheduler is paused. */
  evenWhenPaused(): this {
    this.#whenPaused = true
    return this
  }

  /** Why the task may not run now; `undefined` when it may. What a condition throws is thrown. */
  protected async whyNot(surroundings: Surroundings): Promise<string | undefined> {
    const { now, environment } = surroundings
    if (this.#environments && !this.#environments.includes(environment)) return `not in ${environment}`
    const pause = this.#whenPaused ? undefined : await surroundings.whyPaused()
    if (pause !== undefined) return pause
    if (!this.#inMaintenance && (await surroundings.inMaintenance())) return 'in maintenance'
    for (const { window, inside, text } of this.#windows)
      if (isWithin(window, this.#timeAt(now)) !== inside) return text
    for (const { condition, wanted } of this.#conditions) {
      const holds = typeof condition === 'function' ? await condition(surroundings.start) : condition
      if (holds !== wanted) return wanted ? 'when() does not hold' : 'skip() holds'
    }
    return undefined
  }

  #ask(condition: Condition, wanted: boolean): this {
    if (typeof condition !== 'boolean' && typeof condition !== 'function')
      throw new BadScheduleError(`Cannot use ${shown(condition)} as a condition: expected a function or a boolean`)
    this.#conditions.push({ condition, wanted })
    return this
  }

  /** Milliseconds since midnight in the task's zone. */
  #timeAt(now: number): number {
    return (((now + this.zone.offsetAt(now)) % DAY) + DAY) % DAY
  }
}
