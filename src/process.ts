import { AsyncLocalStorage } from 'node:async_hooks'
import { Assertions } from './assertions.ts'
import type { CommandInput, TemplateValue } from './command.ts'
import type { Clock } from './contracts/clock.ts'
import type { Driver } from './contracts/driver.ts'
import type { Files } from './contracts/files.ts'
import type { ProcessTable } from './contracts/process-table.ts'
import { Describable } from './describable.ts'
import { SystemDriver } from './driver/driver.ts'
import { Description } from './fake/description.ts'
import type { Handler } from './fake/handlers.ts'
import { Rehearsal, type RehearsalOptions } from './fake/rehearsal.ts'
import type { Rules } from './fake/rules.ts'
import { Sequence } from './fake/sequence.ts'
import type { InvokedProcess } from './invoked-process.ts'
import type { Run } from './journal.ts'
import type { Pattern } from './matching.ts'
import { MemberList } from './members.ts'
import { PendingProcess } from './pending-process.ts'
import { ProcessPipeline } from './pipeline.ts'
import { makeResult, type ProcessResult } from './process-result.ts'
import { defaults, type OutputCallback, type Settings } from './settings.ts'
import { StrayGuard } from './stray-guard.ts'
import type { World } from './world.ts'

/** What an instance of one's own may be made of. */
export interface ProcessOptions {
  /** Where its processes run; the real machine unless given. */
  readonly driver?: Driver
}

/**
 * Runs commands, for real or rehearsed. `Process` is the one everybody shares; `createProcess` makes others.
 *
 * @example const { output } = await Process.run(['git', 'status'])
 */
export class ProcessFactory extends Describable {
  protected readonly settings: Settings = defaults
  readonly #real: World
  readonly #scopes = new AsyncLocalStorage<Rehearsal>()
  #rehearsals: Rehearsal[] = []
  #guard: StrayGuard | undefined

  constructor(options: ProcessOptions = {}) {
    super()
    const driver = options.driver ?? new SystemDriver()
    const guard = (): StrayGuard | undefined => this.#guard
    this.#real = {
      driver,
      get guard() {
        return guard()
      },
    }
  }

  /** Runs a command to its end, see `PendingProcess.run`. */
  run(command?: CommandInput, onOutput?: OutputCallback): Promise<ProcessResult>
  run(strings: TemplateStringsArray, ...values: TemplateValue[]): Promise<ProcessResult>
  run(first?: CommandInput | TemplateStringsArray, ...rest: never[]): Promise<ProcessResult> {
    return this.with({}).run(first as CommandInput, ...rest)
  }

  /** Starts a command, see `PendingProcess.start`. */
  start(command?: CommandInput, onOutput?: OutputCallback): Promise<InvokedProcess>
  start(strings: TemplateStringsArray, ...values: TemplateValue[]): Promise<InvokedProcess>
  start(first?: CommandInput | TemplateStringsArray, ...rest: never[]): Promise<InvokedProcess> {
    return this.with({}).start(first as CommandInput, ...rest)
  }

  /** Runs commands together, each one's stdout being the next one's stdin, see `ProcessPipeline.run`. */
  pipe(
    stages: readonly CommandInput[] | ((pipe: MemberList) => void),
    onOutput?: OutputCallback,
  ): Promise<ProcessResult> {
    const list = new MemberList(this.with({}))
    if (typeof stages === 'function') stages(list)
    else for (const stage of stages) list.command(stage)
    return new ProcessPipeline(() => this.#world(), list.members).run(onOutput)
  }

  /** The clock that processes live by: virtual in a rehearsal. */
  get clock(): Clock {
    return this.#world().driver.clock
  }

  /** The disk that processes see: in memory in a rehearsal. */
  get files(): Files {
    return this.#world().driver.files
  }

  /** The processes of the machine, or of the rehearsal. */
  get processes(): ProcessTable {
    return this.#world().driver.processes
  }

  /**
   * Rehearses from here on: no real process starts, `rules` say what each command does, and without rules everything
   * succeeds. Ends with `restore()`, at the end of a `using` block, or with the callback, which alone sees it then.
   *
   * @throws BadRuleError for a rule that means nothing.
   */
  fake(rules?: Rules, options?: RehearsalOptions): Rehearsal
  fake<T>(rules: Rules | undefined, callback: (rehearsal: Rehearsal) => Promise<T>): Promise<T>
  fake<T>(
    rules: Rules | undefined,
    options: RehearsalOptions,
    callback: (rehearsal: Rehearsal) => Promise<T>,
  ): Promise<T>
  fake<T>(rules?: Rules, second?: RehearsalOptions | Scoped<T>, third?: Scoped<T>): Rehearsal | Promise<T> {
    const options = typeof second === 'function' ? {} : (second ?? {})
    const callback = typeof second === 'function' ? second : third
    if (callback) return this.#fakeWithin(rules, options, callback)
    const rehearsal: Rehearsal = new Rehearsal(rules, options, () => {
      this.#rehearsals = this.#rehearsals.filter((other) => other !== rehearsal)
    })
    this.#rehearsals.push(rehearsal)
    return rehearsal
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

  /** Answers for repeated calls, one after the other. */
  sequence(answers: readonly Handler[] = []): Sequence {
    return new Sequence(answers)
  }

  /** Refuses every real command that is not on the list, with or without a rehearsal. `false` lifts the ban. */
  preventStrayProcesses(options: { readonly allow?: readonly Pattern[] } | boolean = true): this {
    this.#guard = options === false ? undefined : new StrayGuard(options === true ? [] : options.allow)
    return this
  }

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

  /** What has run in this rehearsal, in order. */
  recorded(filter?: Pattern): readonly Run[] {
    return filter === undefined ? this.#runs() : this.#assertions.matching(filter)
  }

  protected with(change: Partial<Settings>): PendingProcess {
    return new PendingProcess(() => this.#world(), { ...this.settings, ...change })
  }

  async #fakeWithin<T>(rules: Rules | undefined, options: RehearsalOptions, callback: Scoped<T>): Promise<T> {
    const rehearsal = new Rehearsal(rules, options, () => {})
    try {
      return await this.#scopes.run(rehearsal, () => callback(rehearsal))
    } finally {
      rehearsal.restore()
    }
  }

  #world(): World {
    return this.#scopes.getStore() ?? this.#rehearsals.at(-1) ?? this.#real
  }

  get #assertions(): Assertions {
    return new Assertions(() => this.#runs())
  }

  #runs(): readonly Run[] {
    const { journal } = this.#world()
    if (!journal)
      throw new Error('Cannot tell what ran: nothing is recorded outside a rehearsal; call Process.fake() first')
    return journal.runs
  }
}

type Scoped<T> = (rehearsal: Rehearsal) => Promise<T>

/** An instance of one's own, which no rehearsal of another one reaches. */
export function createProcess(options?: ProcessOptions): ProcessFactory {
  return new ProcessFactory(options)
}

/** The instance everybody shares. */
export const Process: ProcessFactory = createProcess()
