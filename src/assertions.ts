import type { Signal } from './contracts/signals.ts'
import type { Run } from './journal.ts'
import { describePattern, matcherFor, type Pattern } from './matching.ts'

/** The method that a user calls to claim something. */
export type Claim = (...args: never[]) => unknown

/** Claims about what ran. Each throws an AssertionError that shows what did run. */
export class Assertions {
  readonly #runs: () => readonly Run[]
  readonly #claim: Claim

  /** The stack of a failure begins at the caller of `claim`. */
  constructor(runs: () => readonly Run[], claim: Claim) {
    this.#runs = runs
    this.#claim = claim
  }

  ran(pattern: Pattern): void {
    if (this.matching(pattern).length > 0) return
    this.#fail(`Expected ${describePattern(pattern)} to have run, but it did not`)
  }

  ranTimes(pattern: Pattern, times: number): void {
    const count = this.matching(pattern).length
    if (count === times) return
    this.#fail(`Expected ${describePattern(pattern)} to have run ${plural(times)}, but it ran ${plural(count)}`)
  }

  /** The whole of what ran, each in its place. */
  ranInOrder(patterns: readonly Pattern[]): void {
    const runs = this.#runs()
    if (runs.length !== patterns.length) {
      this.#fail(`Expected ${patterns.length} commands in order, but ${runs.length} ran`)
    }
    patterns.forEach((pattern, index) => {
      const run = runs[index] as Run
      if (matcherFor(pattern).matches(run.command, run.result)) return
      this.#fail(`Expected ${describePattern(pattern)} to have run as #${index + 1}, but it did not`)
    })
  }

  notRan(pattern: Pattern): void {
    if (this.matching(pattern).length === 0) return
    this.#fail(`Expected ${describePattern(pattern)} not to have run, but it did`)
  }

  nothingRan(): void {
    if (this.#runs().length === 0) return
    this.#fail('Expected nothing to have run')
  }

  ranCount(count: number): void {
    const actual = this.#runs().length
    if (actual === count) return
    this.#fail(`Expected ${count} commands to have run, but there were ${actual}`)
  }

  signalled(pattern: Pattern, signal: Signal): void {
    if (this.matching(pattern).some((run) => run.signals.includes(signal))) return
    this.#fail(`Expected ${describePattern(pattern)} to have been sent ${signal}, but it was not`)
  }

  stopped(pattern: Pattern): void {
    if (this.matching(pattern).some((run) => run.stopped)) return
    this.#fail(`Expected ${describePattern(pattern)} to have been stopped, but it was not`)
  }

  input(pattern: Pattern, input: string): void {
    const runs = this.matching(pattern)
    if (runs.some((run) => run.input === input)) return
    const given = runs.map((run) => JSON.stringify(run.input)).join(', ')
    const state = runs.length === 0 ? 'it did not run' : `it got ${given}`
    this.#fail(`Expected ${describePattern(pattern)} to have got the input ${JSON.stringify(input)}, but ${state}`)
  }

  allUsed(unused: readonly Pattern[]): void {
    if (unused.length === 0) return
    this.#fail(`Expected every rule to be used, but these were not: ${unused.map(describePattern).join(', ')}`)
  }

  /** The runs that a pattern means. */
  matching(pattern: Pattern): readonly Run[] {
    const matcher = matcherFor(pattern)
    return this.#runs().filter((run) => matcher.matches(run.command, run.result))
  }

  #fail(message: string): never {
    // Loaded for those who fail only: it brings Node's streams and colours along.
    const { AssertionError } = process.getBuiltinModule('node:assert')
    throw new AssertionError({
      message: `${message}\n\n${tableOf(this.#runs())}`,
      stackStartFn: this.#claim as () => void,
    })
  }
}

/** What ran, as a table for people. */
export function tableOf(runs: readonly Run[]): string {
  if (runs.length === 0) return 'Nothing ran.'
  const width = String(runs.length).length
  const rows = runs.map((run, index) => `  ${String(index + 1).padStart(width)}  ${nameOf(run)}  ${stateOf(run)}`)
  return ['What ran:', ...rows].join('\n')
}

function nameOf({ command: { name, text } }: Run): string {
  return name === undefined ? text : `${name}: ${text}`
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
