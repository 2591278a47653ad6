import { Claims, type Condition, type Verdict } from './claims.ts'
import { type Signal, toSignal } from './contracts/signals.ts'
import { Describable } from './describable.ts'
import type { Run } from './journal.ts'
import type { Pattern } from './matching.ts'

/** The claims about what ran, as methods of `Process`. Each throws an AssertionError that shows what did run. */
export abstract class Asserting extends Describable {
  /** What has run so far, in order. */
  protected abstract runs(): readonly Run[]

  /** The patterns of rules that nothing has matched yet. */
  protected abstract unusedRules(): readonly Pattern[]

  /** @throws AssertionError unless a command that matches has run, and met the condition where there is one. */
  assertRan(pattern: Pattern, condition?: Condition): this {
    return this.#hold(this.claims().ran(pattern, condition), this.assertRan)
  }

  /**
   * @throws AssertionError unless exactly so many commands that match have run: one, unless said.
   * @throws TypeError for what is no number of times.
   */
  assertRanTimes(pattern: Pattern, times = 1): this {
    return this.#hold(this.claims().ranTimes(pattern, times), this.assertRanTimes)
  }

  /**
   * @throws AssertionError unless these, and nothing else, have run in this order.
   * @throws TypeError for what is no list.
   */
  assertRanInOrder(patterns: readonly Pattern[]): this {
    return this.#hold(this.claims().ranInOrder(patterns), this.assertRanInOrder)
  }

  /** @throws AssertionError if a command that matches has run. */
  assertNotRan(pattern: Pattern): this {
    return this.#hold(opposite(this.claims().ran(pattern)), this.assertNotRan)
  }

  /** The same as `assertNotRan`. */
  assertDidntRun(pattern: Pattern): this {
    return this.#hold(opposite(this.claims().ran(pattern)), this.assertDidntRun)
  }

  /** @throws AssertionError if any command has run. */
  assertNothingRan(): this {
    return this.#hold(this.claims().nothingRan(), this.assertNothingRan)
  }

  /**
   * @throws AssertionError unless exactly so many commands have run.
   * @throws TypeError for what is no number of commands.
   */
  assertRanCount(count: number): this {
    return this.#hold(this.claims().ranCount(count), this.assertRanCount)
  }

  /**
   * @throws AssertionError unless a command that matches was sent this signal by its caller.
   * @throws TypeError for a signal that the system does not know.
   */
  assertSignalled(pattern: Pattern, signal: Signal | number): this {
    return this.#hold(this.claims().signalled(pattern, toSignal(signal)), this.assertSignalled)
  }

  /** @throws AssertionError unless a command that matches was stopped by its caller. */
  assertStopped(pattern: Pattern): this {
    return this.#hold(this.claims().stopped(pattern), this.assertStopped)
  }

  /** @throws AssertionError unless a command that matches got exactly this on its stdin. */
  assertInput(pattern: Pattern, input: string): this {
    return this.#hold(this.claims().input(pattern, input), this.assertInput)
  }

  /** @throws AssertionError unless every rule of the rehearsal has been used. */
  assertAllFakesUsed(): this {
    return this.#hold(this.claims().allUsed(), this.assertAllFakesUsed)
  }

  /** What has run in this rehearsal, in order, and what was refused; or those runs that a pattern means. */
  recorded(filter?: Pattern): readonly Run[] {
    return filter === undefined ? this.runs() : this.claims().matching(filter)
  }

  /** The same claims as verdicts that throw nothing, for matchers of a test runner. */
  claims(): Claims {
    return new Claims(
      () => this.runs(),
      () => this.unusedRules(),
    )
  }

  // The stack of a failure begins at the caller of `claim`.
  #hold(verdict: Verdict, claim: (...args: never[]) => unknown): this {
    if (verdict.holds) return this
    // Loaded for those who fail only: it brings Node's streams and colours along.
    const { AssertionError } = process.getBuiltinModule('node:assert')
    throw new AssertionError({ message: verdict.message(), stackStartFn: claim as () => void })
  }
}

function opposite({ holds, message, opposite }: Verdict): Verdict {
  return { holds: !holds, message: opposite, opposite: message }
}
