import type { Conditions } from './conditions.ts'
import type { Signal } from './contracts/signals.ts'
import type { Run } from './journal.ts'
import { type CommandView, describePattern, matcherFor, type Pattern } from './matching.ts'
import type { ProcessResult } from './process-result.ts'
import { shown } from './shown.ts'

/** What a claim comes to, and what to tell whoever expected it, or its opposite. */
export interface Verdict {
  readonly holds: boolean
  /** For those who expected it, when it does not hold. */
  message(): string
  /** For those who expected the opposite, when it holds. */
  opposite(): string
}

/** More about a run than a pattern says: values it must have, or a function that says so. */
export type Condition = Conditions | ((command: CommandView, result?: ProcessResult) => unknown)

/** Claims about what ran: what was refused as a stray has not. Each gives a verdict whose messages show what did run. */
export class Claims {
  readonly #runs: () => readonly Run[]
  readonly #unusedRules: () => readonly Pattern[]

  constructor(runs: () => readonly Run[], unusedRules: () => readonly Pattern[]) {
    this.#runs = runs
    this.#unusedRules = unusedRules
  }

  /** That a command ran, and that `condition` holds of it. */
  ran(pattern: Pattern, condition: Condition = () => true): Verdict {
    const runs = this.#ran(pattern)
    const { matches } = matcherFor(condition)
    const holds = runs.some((run) => matches(run.view, run.result))
    const name = describePattern(pattern)
    const state = runs.length === 0 ? 'it did not' : `not as the condition says: it ran ${plural(runs.length)}`
    return this.#verdict(holds, `${name} to have run, but ${state}`, `${name} not to have run, but it did`)
  }

  /** That it ran so often: once, unless said. */
  ranTimes(pattern: Pattern, times = 1): Verdict {
    const count = this.#ran(pattern).length
    const name = describePattern(pattern)
    checkCount(times, `that ${name} ran`)
    return this.#verdict(
      count === times,
      `${name} to have run ${plural(times)}, but it ran ${plural(count)}`,
      `${name} not to have run ${plural(times)}, but it did`,
    )
  }

  /** The whole of what ran, each in its place. */
  ranInOrder(patterns: readonly Pattern[]): Verdict {
    if (!Array.isArray(patterns))
      throw new TypeError(`Cannot claim an order by ${shown(patterns)}: expected a list of patterns`)
    const runs = this.#ran()
    const opposite = `something else than this order to have run: ${patterns.map(describePattern).join(', ')}`
    if (runs.length !== patterns.length) {
      return this.#verdict(false, `${patterns.length} commands in order, but ${runs.length} ran`, opposite)
    }
    const wrong = patterns.findIndex((pattern, index) => {
      const { view, result } = runs[index] as Run
      return !matcherFor(pattern).matches(view, result)
    })
    const name = describePattern(patterns[wrong] ?? '')
    return this.#verdict(wrong < 0, `${name} to have run as #${wrong + 1}, but it did not`, opposite)
  }

  /** That nothing ran. */
  nothingRan(): Verdict {
    return this.#verdict(this.#ran().length === 0, 'nothing to have run', 'something to have run')
  }

  /** That so many commands ran in all. */
  ranCount(count: number): Verdict {
    checkCount(count, 'that commands ran')
    const actual = this.#ran().length
    return this.#verdict(
      actual === count,
      `${count} commands to have run, but there were ${actual}`,
      `another number of commands than ${count} to have run`,
    )
  }

  /** That its caller sent it a signal. */
  signalled(pattern: Pattern, signal: Signal): Verdict {
    const holds = this.#ran(pattern).some((run) => run.signals.includes(signal))
    const name = describePattern(pattern)
    return this.#verdict(
      holds,
      `${name} to have been sent ${signal}, but it was not`,
      `${name} not to have been sent ${signal}, but it was`,
    )
  }

  /** That its caller stopped it. */
  stopped(pattern: Pattern): Verdict {
    const holds = this.#ran(pattern).some((run) => run.stopped)
    const name = describePattern(pattern)
    return this.#verdict(
      holds,
      `${name} to have been stopped, but it was not`,
      `${name} not to have been stopped, but it was`,
    )
  }

  /** That it was given exactly this to read. */
  input(pattern: Pattern, input: string): Verdict {
    const runs = this.#ran(pattern)
    const given = runs.map((run) => JSON.stringify(run.input)).join(', ')
    const state = runs.length === 0 ? 'it did not run' : `it got ${given}`
    const [name, text] = [describePattern(pattern), JSON.stringify(input)]
    return this.#verdict(
      runs.some((run) => run.input === input),
      `${name} to have got the input ${text}, but ${state}`,
      `${name} not to have got the input ${text}, but it did`,
    )
  }

  /** That every rule was used. */
  allUsed(): Verdict {
    const unused = this.#unusedRules()
    return this.#verdict(
      unused.length === 0,
      `every rule to be used, but these were not: ${unused.map(describePattern).join(', ')}`,
      'a rule not to be used, but every one was',
    )
  }

  /** The runs that a pattern means, with those that were refused. */
  matching(pattern: Pattern): readonly Run[] {
    const matcher = matcherFor(pattern)
    return this.#runs().filter((run) => matcher.matches(run.view, run.result))
  }

  #ran(pattern?: Pattern): readonly Run[] {
    const runs = pattern === undefined ? this.#runs() : this.matching(pattern)
    return runs.filter((run) => !run.refused)
  }

  #verdict(holds: boolean, expected: string, otherwise: string): Verdict {
    const say = (what: string) => () => `Expected ${what}\n\n${tableOf(this.#runs())}`
    return { holds, message: say(expected), opposite: say(otherwise) }
  }
}

/** What ran, as a table for people. What was refused has no number in it. */
export function tableOf(runs: readonly Run[]): string {
  if (runs.length === 0) return 'Nothing ran.'
  const width = String(runs.length).length
  let ran = 0
  const rows = runs.map((run) => {
    const place = run.refused ? '-' : String(++ran)
    return `  ${place.padStart(width)}  ${nameOf(run)}  ${stateOf(run)}`
  })
  return ['What ran:', ...rows].join('\n')
}

function nameOf({ view: { name, text } }: Run): string {
  return name === undefined ? text : `${name}: ${text}`
}

function stateOf(run: Run): string {
  if (run.error !== undefined)
    return `(not started: ${run.error instanceof Error ? run.error.message : String(run.error)})`
  const outcome = run.result?.outcome
  if (!outcome) return '(running)'
  return outcome.kind === 'exited' ? `(exit ${outcome.code})` : `(${outcome.kind})`
}

function checkCount(count: unknown, what: string): void {
  if (Number.isInteger(count) && (count as number) >= 0) return
  throw new TypeError(`Cannot claim ${what} ${shown(count)} times: expected a whole number from 0 on`)
}

/** How often, in words. */
export function plural(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}
