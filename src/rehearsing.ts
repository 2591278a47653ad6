import type { StrayProcessError } from './errors.ts'
import { Description } from './fake/description.ts'
import type { Handler } from './fake/handlers.ts'
import { Rehearsal, type RehearsalOptions } from './fake/rehearsal.ts'
import type { Rules } from './fake/rules.ts'
import { Sequence } from './fake/sequence.ts'
import { guardTests, type TestHooks } from './guarding-tests.ts'
import type { Run } from './journal.ts'
import type { Pattern } from './matching.ts'
import { NothingRecordedError } from './nothing-recorded-error.ts'
import type { ProcessResult } from './process-result.ts'
import { Recordable, type Stage } from './recording/recordable.ts'
import type { Recording } from './recording/recording.ts'
import { makeResult } from './results.ts'
import { shown } from './shown.ts'
import type { Stage as SimulationStage } from './simulation/stage.ts'
import { Spy } from './spy.ts'
import { allowedBy, type StrayOptions } from './stray-guard.ts'
import type { WorldStack } from './worlds.ts'

type Scoped<T> = (rehearsal: Rehearsal) => Promise<T>

/** What `Process` offers to tests: rehearsals and spies in the place of the real world, and what they are told. */
export abstract class Rehearsing extends Recordable {
  /** Where processes run now. */
  protected abstract readonly worlds: WorldStack<Rehearsal | Spy | Recording | SimulationStage>

  protected stage(): Stage {
    return this.worlds
  }

  /**
   * Rehearses from here on: no real process starts, `rules` say what each command does, and without rules everything
   * succeeds. Ends with `restore()`, at the end of a `using` block, or with the callback, which alone sees it then.
   *
   * @throws BadRuleError for a rule that means nothing.
   * @throws TypeError for options that nobody knows, or that mean nothing.
   * @throws NotFakeableError when the globals are to follow and follow something else already.
   */
  fake(rules?: Rules, options?: RehearsalOptions): Rehearsal
  fake<T>(rules: Rules | undefined, callback: (rehearsal: Rehearsal) => Promise<T>): Promise<T>
  fake<T>(
    rules: Rules | undefined,
    options: RehearsalOptions,
    callback: (rehearsal: Rehearsal) => Promise<T>,
  ): Promise<T>
  fake<T>(rules?: Rules, second?: RehearsalOptions | Scoped<T>, third?: Scoped<T>): Rehearsal | Promise<T> {
    const [options = {}, callback] = typeof second === 'function' ? [{}, second] : [second, third]
    if (callback !== undefined && typeof callback !== 'function')
      throw new TypeError(`Cannot rehearse for ${shown(callback)}: expected a function`)
    const { strays, clock } = this.worlds
    const onRestore = () => this.worlds.leave(rehearsal)
    const rehearsal: Rehearsal = new Rehearsal(rules, options, { strays, clock, onRestore })
    if (callback) return this.worlds.within(rehearsal, callback).finally(() => rehearsal.restore())
    this.worlds.enter(rehearsal)
    return rehearsal
  }

  /** Takes note of what runs from here on, for assertions, and lets it run as it would. Ends as `fake` does. */
  spy(): Spy {
    const spy: Spy = new Spy(this.worlds.current(), () => this.worlds.leave(spy))
    this.worlds.enter(spy)
    return spy
  }

  /** Begins a description of what a rehearsed program does. */
  describe(): Description {
    return new Description()
  }

  /** A finished result, to answer with. */
  result(
    output: string | readonly string[] = '',
    errorOutput: string | readonly string[] = '',
    exitCode = 0,
  ): ProcessResult {
    return makeResult(output, errorOutput, exitCode)
  }

  /**
   * Answers for repeated calls, one after the other.
   *
   * @throws BadRuleError for what is no list, or has something in it that is no answer.
   */
  sequence(answers: readonly Handler[] = []): Sequence {
    return new Sequence(answers)
  }

  /**
   * Refuses every real command that is not on the list, with or without a rehearsal; what is on it runs for real also in a
   * rehearsal that has no rule for it. `false` lets all of them run.
   *
   * @throws TypeError for options that say nothing of the kind; BadRuleError for a pattern that could never match.
   */
  preventStrayProcesses(options: StrayOptions = true): this {
    this.worlds.guard(allowedBy(options))
    return this
  }

  /** The commands that were refused as strays since the last call, in order, also where nobody saw the error. */
  takeStrays(): readonly StrayProcessError[] {
    return this.worlds.takeStrays()
  }

  /** Ends every rehearsal and spy that was begun for everybody and that nobody has ended. */
  restore(): this {
    this.worlds.restore()
    return this
  }

  /** Makes each test end clean, in any test runner that has these hooks; see `guardTests`. */
  guardTests(hooks: TestHooks): this {
    guardTests(hooks, this.worlds)
    return this
  }

  protected unusedRules(): readonly Pattern[] {
    return this.worlds.current().unusedRules ?? []
  }

  protected runs(): readonly Run[] {
    const { journal } = this.worlds.current()
    if (!journal) throw new NothingRecordedError(this.worlds.anyLeft)
    return journal.runs
  }
}
