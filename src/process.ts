import { Capable } from './capable.ts'
import type { CommandInput, TemplateValue } from './command.ts'
import type { Driver } from './contracts/driver.ts'
import { type Signal, toSignal } from './contracts/signals.ts'
import { isTemplate } from './describable.ts'
import { SystemDriver } from './driver/driver.ts'
import { observerOf, ProcessEvents } from './events/process-events.ts'
import type { Rehearsal } from './fake/rehearsal.ts'
import { shareHost } from './host.ts'
import type { Macros } from './index.ts'
import type { InvokedProcess } from './invoked-process.ts'
import { launch } from './launch.ts'
import { ProcessLogging } from './logging/process-logging.ts'
import { MemberList } from './members.ts'
import { PendingProcess } from './pending-process.ts'
import { ProcessPipeline } from './pipeline.ts'
import { type NamedCommands, Pool, type PoolMembers, poolMembers } from './pool.ts'
import type { PoolResults } from './pool-results.ts'
import type { ProcessResult } from './process-result.ts'
import type { Recording } from './recording/recording.ts'
import { checkDescribed } from './setter-checks.ts'
import { defaults, type OutputCallback, type Settings } from './settings.ts'
import { shown } from './shown.ts'
import type { SimulationOptions } from './simulation/options.ts'
import type { SimulationResult } from './simulation/simulate.ts'
import type { Stage } from './simulation/stage.ts'
import type { System } from './simulation/system.ts'
import type { Spy } from './spy.ts'
import { fromOptions, type StartOptions } from './start-options.ts'
import type { World } from './world.ts'
import { WorldStack } from './worlds.ts'

/** What an instance of one's own may be made of. */
export interface ProcessOptions {
  /** Where its processes run; the real machine unless given. */
  readonly driver?: Driver
  /** Who is told what becomes of them, where several are to share it; events of its own unless given. */
  readonly events?: ProcessEvents
}

/** Where the commands of a Process run at the moment, for those who start them in another way. */
export let worldOf: (process: ProcessFactory) => World

/**
 * Runs commands, for real or rehearsed. `Process` is the one everybody shares; `createProcess` makes others.
 *
 * @example (await Process.run(['git', 'status'])).output()
 */
export class ProcessFactory extends Capable {
  /** What becomes of what it starts, for those who listen. A rehearsal tells it here, too. */
  readonly events: ProcessEvents
  protected readonly settings: Settings = defaults
  readonly #template: PendingProcess
  protected readonly worlds: WorldStack<Rehearsal | Spy | Recording | Stage>
  /** Keeps what processes write in log files, once it is enabled; see `ProcessLogging`. */
  readonly logging: ProcessLogging

  static {
    worldOf = (process) => process.worlds.launching()
  }

  constructor(options: ProcessOptions = {}) {
    super()
    this.events = options.events ?? new ProcessEvents()
    this.worlds = new WorldStack(options.driver ?? new SystemDriver(), observerOf(this.events))
    this.#template = new PendingProcess(() => this.worlds.launching(), this.settings)
    this.logging = new ProcessLogging({}, this).install()
  }

  /** Runs a command to its end, see `PendingProcess.run`; or a program with arguments and `StartOptions`. */
  run(command?: CommandInput, onOutput?: OutputCallback): Promise<ProcessResult>
  run(program: string, args: readonly string[], options?: StartOptions): Promise<ProcessResult>
  run(strings: TemplateStringsArray, ...values: TemplateValue[]): Promise<ProcessResult>
  run(first?: CommandInput | TemplateStringsArray, ...rest: unknown[]): Promise<ProcessResult> {
    if (!isTemplate(first) && hasArguments(rest)) return this.#described(first, rest).then((pending) => pending.run())
    return this.#template.run(first as CommandInput, ...(rest as never[]))
  }

  /** Starts a command, see `PendingProcess.start`; or a program with arguments and `StartOptions`. */
  start(command?: CommandInput, onOutput?: OutputCallback): Promise<InvokedProcess>
  start(program: string, args: readonly string[], options?: StartOptions): Promise<InvokedProcess>
  start(strings: TemplateStringsArray, ...values: TemplateValue[]): Promise<InvokedProcess>
  start(first?: CommandInput | TemplateStringsArray, ...rest: unknown[]): Promise<InvokedProcess> {
    if (!isTemplate(first) && hasArguments(rest)) return this.#described(first, rest).then((pending) => pending.start())
    return this.#template.start(first as CommandInput, ...(rest as never[]))
  }

  /** Runs commands together, each one's stdout being the next one's stdin, see `ProcessPipeline.run`. */
  async pipe(
    stages: readonly (CommandInput | PendingProcess)[] | ((pipe: MemberList) => unknown),
    onOutput?: OutputCallback,
  ): Promise<ProcessResult> {
    const list = new MemberList(this.#template)
    if (typeof stages === 'function') checkDescribed('a pipeline', stages(list))
    else if (!Array.isArray(stages)) throw new TypeError(`Cannot connect ${shown(stages)}: expected a list of commands`)
    else for (const stage of stages) list.next(stage)
    return new ProcessPipeline({ worlds: () => this.worlds.launching(), launch }, list.members).run(onOutput)
  }

  /** Commands that run side by side; see `Pool`. Names are inferred from an object, or given as in `pool<'a' | 'b'>`. */
  pool<Key extends string = string>(describe: (pool: MemberList) => unknown): Pool<Key>
  pool<Key extends string>(members: NamedCommands<Key>): Pool<Key>
  pool<Key extends string>(members: PoolMembers<Key>): Pool<Key> {
    return new Pool<Key>(() => this.worlds.launching(), poolMembers(members, this.#template))
  }

  /** Runs commands side by side and gives their results by name. */
  concurrently<Key extends string = string>(
    describe: (pool: MemberList) => unknown,
    onOutput?: OutputCallback,
  ): Promise<PoolResults<Key>>
  concurrently<Key extends string>(members: NamedCommands<Key>, onOutput?: OutputCallback): Promise<PoolResults<Key>>
  async concurrently<Key extends string>(
    members: PoolMembers<Key>,
    onOutput?: OutputCallback,
  ): Promise<PoolResults<Key>> {
    return this.pool(members as NamedCommands<Key>).run(onOutput)
  }

  /**
   * Runs any code that stands on this Process on a rehearsed machine where things go wrong, drawn from a seed, and checks
   * after every event what has to hold. The system begins in `system`, which may give back how it comes to an orderly end.
   *
   * @throws SimulationFailedError, whose message is a report, for the first run in which something does not hold;
   *   SimulationDivergedError; TypeError, RangeError for bad options.
   * @example await Process.simulate(supervisor, { programs: { api: Process.describe().hangs() }, runs: 200 })
   */
  async simulate(system: System<this>, options: SimulationOptions = {}): Promise<SimulationResult> {
    const [{ checked }, { simulate }] = await Promise.all([
      import('./simulation/options.ts'),
      import('./simulation/simulate.ts'),
    ])
    const { setting, plan } = checked(options)
    const within = (stage: Stage, callback: () => Promise<void>) => this.worlds.within(stage, callback)
    return simulate({ ...setting, system, process: this, within }, plan)
  }

  /**
   * Adds a method of one's own to this Process. Its type is declared by merging into `Macros`.
   *
   * @throws TypeError when there is a method of that name already.
   * @example Process.macro('gitHead', function () { return this.run(['git', 'rev-parse', 'HEAD']) })
   */
  macro<Arguments extends unknown[]>(name: string, method: (this: this, ...args: Arguments) => unknown): this {
    if (name in this) throw new TypeError(`Cannot add the macro "${name}": there is a method of that name`)
    Object.defineProperty(this, name, { value: method, configurable: true })
    return this
  }

  /** What this Process has started and what still runs. */
  active(): readonly InvokedProcess[] {
    return [...this.worlds.current().active]
  }

  /**
   * Sends a signal to a process by its pid; says whether there was one.
   *
   * @throws TypeError for what is no pid, or a signal that the system does not know.
   */
  kill(pid: number, signal: Signal | number = 'SIGTERM'): boolean {
    // 0 would be our own group, and anything below another one.
    if (!Number.isSafeInteger(pid) || pid <= 0) throw new TypeError(`Cannot signal ${shown(pid)}: expected a pid`)
    return this.processes.signal(pid, toSignal(signal))
  }

  protected with(change: Partial<Settings>): PendingProcess {
    return this.#template.change(change)
  }

  // A bad option is a rejection, as any other bad input of a run.
  async #described(program: unknown, [args, options]: Arguments): Promise<PendingProcess> {
    return fromOptions(this.#template, program, args, options)
  }
}

type Arguments = [args: readonly string[], options?: StartOptions]

function hasArguments(rest: unknown[]): rest is Arguments {
  return Array.isArray(rest[0])
}

/** An instance of one's own, which no rehearsal of another one reaches. */
export function createProcess(options?: ProcessOptions): ProcessFactory & Macros {
  return new ProcessFactory(options) as ProcessFactory & Macros
}

/** The instance everybody shares. */
export const Process: ProcessFactory & Macros = createProcess()

shareHost(Process)
