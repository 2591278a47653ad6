import { Assertions, type Claim } from './assertions.ts'
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

  /** @throws AssertionError unless a command that matches has run. */
  assertRan(pattern: Pattern): this {
    this.#assertions(this.assertRan).ran(pattern)
    return this
  }

  /** @throws AssertionError unless exactly so many commands that match have run. */
  assertRanTimes(pattern: Pattern, times: number): this {
    this.#assertions(this.assertRanTimes).ranTimes(pattern, times)
    return this
  }

  /** @throws AssertionError unless these, and nothing else, have run in this order. */
  assertRanInOrder(patterns: readonly Pattern[]): this {
    this.#assertions(this.assertRanInOrder).ranInOrder(patterns)
    return this
  }

  /** @throws AssertionError if a command that matches has run. */
  assertNotRan(pattern: Pattern): this {
    this.#assertions(this.assertNotRan).notRan(pattern)
    return this
  }

  /** The same as `assertNotRan`. */
  assertDidntRun(pattern: Pattern): this {
    this.#assertions(this.assertDidntRun).notRan(pattern)
    return this
  }

  /** @throws AssertionError if any command has run. */
  assertNothingRan(): this {
    this.#assertions(this.assertNothingRan).nothingRan()
    return this
  }

  /** @throws AssertionError unless exactly so many commands have run. */
  assertRanCount(count: number): this {
    this.#assertions(this.assertRanCount).ranCount(count)
    return this
  }

  /**
   * @throws AssertionError unless a command that matches was sent this signal by its caller.
   * @throws TypeError for a signal that the system does not know.
   */
  assertSignalled(pattern: Pattern, signal: Signal | number): this {
    this.#assertions(this.assertSignalled).signalled(pattern, toSignal(signal))
    return this
  }

  /** @throws AssertionError unless a command that matches was stopped by its caller. */
  assertStopped(pattern: Pattern): this {
    this.#assertions(this.assertStopped).stopped(pattern)
    return this
  }

  /** @throws AssertionError unless a command that matches got exactly this on its stdin. */
  assertInput(pattern: Pattern, input: string): this {
    this.#assertions(this.assertInput).input(pattern, input)
    return this
  }

  /** @throws AssertionError unless every rule of the rehearsal has been used. */
  assertAllFakesUsed(): this {
    this.#assertions(this.assertAllFakesUsed).allUsed(this.unusedRules())
    return this
  }

  /** What has run in this rehearsal, in order, or those runs that a pattern means. */
  recorded(filter?: Pattern): readonly Run[] {
    return filter === undefined ? this.runs() : this.#assertions(this.recorded).matching(filter)
  }

  #assertions(claim: Claim): Assertions {
    return new Assertions(() => this.runs(), claim)
  }
}
