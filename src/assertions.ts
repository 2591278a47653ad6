import { AssertionError } from 'node:assert'
import type { Run } from './journal.ts'
import { describePattern, matcherFor, type Pattern } from './matching.ts'

/** Claims about what ran. Each throws an AssertionError that shows what did run. */
export class Assertions {
  readonly #runs: () => readonly Run[]

  constructor(runs: () => readonly Run[]) {
    this.#runs = runs
  }

  ran(pattern: Pattern): void {
    if (this.matching(pattern).length > 0) return
    this.#fail(`Expected ${describePattern(pattern)} to have run, but it did not`, this.ran)
  }

  ranTimes(pattern: Pattern, times: number): void {
    const count = this.matching(pattern).length
    if (count === times) return
    this.#fail(
      `Expected ${describePattern(pattern)} to have run ${plural(times)}, but it ran ${plural(count)}`,
      this.ranTimes,
    )
  }

  notRan(pattern: Pattern): void {
    if (this.matching(pattern).length === 0) return
    this.#fail(`Expected ${describePattern(pattern)} not to have run, but it did`, this.notRan)
  }

  nothingRan(): void {
    if (this.#runs().length === 0) return
    this.#fail('Expected nothing to have run', this.nothingRan)
  }

  ranCount(count: number): void {
    const actual = this.#runs().length
    if (actual === count) return
    this.#fail(`Expected ${count} commands to have run, but there were ${actual}`, this.ranCount)
  }

  /** The runs that a pattern means. */
  matching(pattern: Pattern): readonly Run[] {
    const matcher = matcherFor(pattern)
    return this.#runs().filter((run) => matcher.matches(run.command, run.result))
  }

  #fail(message: string, operator: (...args: never[]) => void): never {
    throw new AssertionError({
      message: `${message}\n\n${tableOf(this.#runs())}`,
      stackStartFn: operator as () => void,
    })
  }
}

/** What ran, as a table for people. */
export function tableOf(runs: readonly Run[]): string {
  if (runs.length === 0) return 'Nothing ran.'
  const rows = runs.map(
    (run, index) => `  ${String(index + 1).padStart(String(runs.length).length)}  ${run.command.text}  ${stateOf(run)}`,
  )
  return ['What ran:', ...rows].join('\n')
}

function stateOf(run: Run): string {
  if (run.error !== undefined)
    return `(not started: ${run.error instanceof Error ? run.error.message : String(run.error)})`
  const outcome = run.result?.outcome
  if (!outcome) return '(running)'
  return outcome.kind === 'exited' ? `(exit ${outcome.code})` : `(${outcome.kind})`
}

function plural(times: number): string {
  return times === 1 ? 'once' : `${times} times`
}
