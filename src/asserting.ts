import { Assertions } from './assertions.ts'
import { Describable } from './describable.ts'
import type { Run } from './journal.ts'
import type { Pattern } from './matching.ts'

/** The claims about what ran, as methods of `Process`. Each throws an AssertionError that shows what did run. */
export abstract class Asserting extends Describable {
  /** What has run so far, in order. */
  protected abstract runs(): readonly Run[]

  /** @throws AssertionError unless a command that matches has run. */
  assertRan(pattern: Pattern): this {
    this.#assertions.ran(pattern)
    return this
  }

  /** @throws AssertionError unless exactly so many commands that match have run. */
  assertRanTimes(pattern: Pattern, times: number): this {
    this.#assertions.ranTimes(pattern, times)
    return this
  }

  /** @throws AssertionError if a command that matches has run. */
  assertNotRan(pattern: Pattern): this {
    this.#assertions.notRan(pattern)
    return this
  }

  /** The same as `assertNotRan`. */
  assertDidntRun(pattern: Pattern): this {
    return this.assertNotRan(pattern)
  }

  /** @throws AssertionError if any command has run. */
  assertNothingRan(): this {
    this.#assertions.nothingRan()
    return this
  }

  /** @throws AssertionError unless exactly so many commands have run. */
  assertRanCount(count: number): this {
    this.#assertions.ranCount(count)
    return this
  }

  /** What has run in this rehearsal, in order, or those runs that a pattern means. */
  recorded(filter?: Pattern): readonly Run[] {
    return filter === undefined ? this.runs() : this.#assertions.matching(filter)
  }

  get #assertions(): Assertions {
    return new Assertions(() => this.runs())
  }
}
