import type { CommandInput, TemplateValue } from './command.ts'
import type { InputFrom, OutputTo } from './contracts/command.ts'
import type { Driver, Joint } from './contracts/driver.ts'
import { commandOf } from './describable.ts'
import { ProcessError, ProcessStartError } from './errors.ts'
import type { InvokedProcess } from './invoked-process.ts'
import type { launch } from './launch.ts'
import { isPending, type Member } from './members.ts'
import type { Wiring } from './origin.ts'
import type { OutputType } from './output-log.ts'
import type { PendingProcess, Worlds } from './pending-process.ts'
import type { ProcessResult } from './process-result.ts'
import { callbackOf, checkInput, checkSettings, checkTextAs } from './setter-checks.ts'
import { defaults, type OutputCallback, type ProcessInput, type Settings } from './settings.ts'
import { shown } from './shown.ts'
import type { World } from './world.ts'

/** Where the stages of a pipeline run, and what starts them there. */
export interface Place {
  readonly worlds: Worlds
  readonly launch: typeof launch
}

/** What a pipeline reads and writes at its two ends. */
interface Ends {
  readonly input: ProcessInput | { readonly file: string } | undefined
  readonly output: string | undefined
  readonly errorOutput: string | undefined
  readonly append: boolean
  /** Counts a stage that dies because its reader closed early as a failure. */
  readonly strict: boolean
  /** A process that runs already and comes before the first stage. */
  readonly source: InvokedProcess | undefined
}

const PLAIN: Ends = {
  input: undefined,
  output: undefined,
  errorOutput: undefined,
  append: false,
  strict: false,
  source: undefined,
}

/**
 * Commands that run at the same time, each one's stdout being the next one's stdin. Immutable; awaiting it runs it.
 *
 * @example await Process.command('ls').pipe('sort').pipeOutput('sorted.txt')
 */
export class ProcessPipeline implements PromiseLike<ProcessResult> {
  readonly #place: Place
  readonly #stages: readonly Member[]
  readonly #ends: Ends

  constructor(place: Place, stages: readonly Member[], ends: Ends = PLAIN) {
    this.#place = place
    this.#stages = stages
    this.#ends = ends
  }

  /** Adds a stage that reads what the last one writes. */
  pipe(command: CommandInput | PendingProcess): ProcessPipeline
  pipe(strings: TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline
  pipe(first: CommandInput | PendingProcess | TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline {
    const settings = isPending(first) ? first.settings : { ...this.#surroundings(), line: commandOf(first, values) }
    return new ProcessPipeline(this.#place, [...this.#stages, { key: this.#stages.length, settings }], this.#ends)
  }

  /** Adds several stages. */
  pipeThrough(commands: readonly (CommandInput | PendingProcess)[]): ProcessPipeline {
    if (!Array.isArray(commands)) throw new TypeError(`Cannot connect ${shown(commands)}: expected a list of commands`)
    return commands.reduce<ProcessPipeline>((pipeline, command) => pipeline.pipe(command as CommandInput), this)
  }

  /** What the first stage reads: text, bytes, a stream, or a file as `{ file }`. */
  pipeInput(input: ProcessInput | { readonly file: string }): ProcessPipeline {
    if (isFile(input)) checkTextAs('input file', input.file)
    else checkInput(input)
    return this.#with({ input })
  }

  /** Reads from a process that runs already, from the first byte it wrote. */
  pipeFrom(source: InvokedProcess): ProcessPipeline {
    return this.#with({ source })
  }

  /** Writes the last stage's stdout to a file, which is emptied first. */
  pipeOutput(file: string): ProcessPipeline {
    checkTextAs('output file', file)
    return this.#with({ output: file })
  }

  /** Writes the stderr of every stage to a file, which is emptied first. */
  pipeErrorOutput(file: string): ProcessPipeline {
    checkTextAs('output file', file)
    return this.#with({ errorOutput: file })
  }

  /** Adds to the files of `pipeOutput` and `pipeErrorOutput` instead of emptying them. */
  append(): ProcessPipeline {
    return this.#with({ append: true })
  }

  /** Counts a stage that dies because its reader closed early as a failure. */
  strict(): ProcessPipeline {
    return this.#with({ strict: true })
  }

  /**
   * Runs all stages to their end. The result is that of the first stage that failed, or of the last one; `stages` has all.
   * `onOutput` hears every stage, under its name or place. A stage that cannot be started stops the others, and is the result.
   *
   * @throws what `run` throws, for whichever stage; the others have been stopped then.
   */
  async run(onOutput?: OutputCallback): Promise<ProcessResult> {
    this.#check()
    const callback = callbackOf(onOutput)
    const world = this.#place.worlds()
    const { source } = this.#ends
    const running: InvokedProcess[] = source ? [source] : []
    try {
      await this.#startAll(world, running, callback)
      const results = await Promise.all(running.map((stage) => stage.wait()))
      const excused = running.map((stage, index) => !this.#ends.strict && lostItsReader(stage, results[index]))
      return verdict(results, excused).withStages(results, this.#names)
    } catch (error) {
      return this.#giveUp(running, error)
    }
  }

  // biome-ignore lint/suspicious/noThenProperty: a pipeline is awaited, as the API promises.
  then<A = ProcessResult, B = never>(
    fulfilled?: ((result: ProcessResult) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.run().then(fulfilled, rejected)
  }

  get #names(): readonly (string | number)[] {
    const names = this.#stages.map(({ key }) => key)
    return this.#ends.source ? ['source', ...names] : names
  }

  // Those behind the one that could not start are not there at all.
  async #giveUp(running: readonly InvokedProcess[], error: unknown): Promise<ProcessResult> {
    const results = await Promise.all(running.map((stage) => stage.stop()))
    if (!(error instanceof ProcessError) || !error.result) throw error
    const isStart = error instanceof ProcessStartError
    const stages = isStart ? [...results, error.result] : results
    const names = this.#names.slice(0, stages.length)
    if (isStart) return error.result.withStages(stages, names)
    throw Object.defineProperty(error, 'result', { value: error.result.withStages(stages, names) })
  }

  async #startAll(world: World, running: InvokedProcess[], onOutput: OutputCallback | undefined): Promise<void> {
    const joints: (Joint | undefined)[] = []
    try {
      for (const index of this.#stages.keys()) {
        joints.push(await this.#jointAfter(index, world.driver, onOutput))
        const process = await this.#startStage(world, index, joints, onOutput)
        if (!joints[index - 1]) running.at(-1)?.pumpInto(process)
        running.push(process)
      }
    } finally {
      for (const joint of joints) joint?.close()
    }
  }

  #check(): void {
    const last = this.#stages.at(-1)
    if (!last) throw new TypeError('Cannot run a pipeline without a command')
    for (const { settings } of this.#stages) checkSettings(settings)
    const { output, errorOutput } = this.#ends
    const unheard = this.#stages.filter(
      (stage) => errorOutput !== undefined || (stage === last && output !== undefined),
    )
    if (unheard.every(({ settings }) => settings.idleTimeout === undefined)) return
    throw new TypeError('Cannot watch the silence of a stage whose output goes straight to a file: idleTimeout')
  }

  // The driver connects two stages, unless somebody wants to hear of what goes from one to the other.
  async #jointAfter(index: number, driver: Driver, onOutput: OutputCallback | undefined): Promise<Joint | undefined> {
    const { idleTimeout, onOutput: own } = (this.#stages[index] as Member).settings
    const heard = onOutput !== undefined || own !== undefined || idleTimeout !== undefined
    const last = index === this.#stages.length - 1
    return last || heard || driver.capabilities.joints !== true ? undefined : driver.joint()
  }

  #startStage(
    world: World,
    index: number,
    joints: readonly (Joint | undefined)[],
    onOutput: OutputCallback | undefined,
  ): Promise<InvokedProcess> {
    const { key, settings: own } = this.#stages[index] as Member
    const { input } = this.#ends
    const pumped = index < this.#stages.length - 1 && !joints[index]
    const given = index === 0 && input !== undefined && !isFile(input) ? input : own.input
    // What goes on to another process need not be kept as well.
    const quiet: readonly OutputType[] = pumped ? ['out', ...own.quiet] : own.quiet
    const settings = { ...own, quiet, input: this.#readsAnother(index) ? undefined : given }
    return this.#place.launch(world, settings, onOutput, { ...this.#wiringOf(index, joints), key, held: pumped })
  }

  #readsAnother(index: number): boolean {
    return index > 0 || this.#ends.source !== undefined
  }

  #wiringOf(index: number, joints: readonly (Joint | undefined)[]): Wiring {
    const { input, output, errorOutput, append } = this.#ends
    const last = index === this.#stages.length - 1
    const given = index === 0 && isFile(input) ? input : undefined
    const stdin: InputFrom | undefined = this.#readsAnother(index) ? (joints[index - 1]?.reader ?? 'pipe') : given
    const stdout: OutputTo | undefined = last ? fileOf(output, append) : joints[index]?.writer
    // Each stage adds to the one file; only the first may empty it.
    const stderr: OutputTo | undefined = fileOf(errorOutput, append || index > 0)
    return { ...(stdin && { stdin }), ...(stdout && { stdout }), ...(stderr && { stderr }) }
  }

  // A stage given as a plain command runs in the same surroundings as the first, and may take as long.
  #surroundings(): Settings {
    const first = this.#stages[0]?.settings ?? defaults
    const { path, env, environment, timeout } = first
    return { ...defaults, path, env, environment, timeout }
  }

  #with(change: Partial<Ends>): ProcessPipeline {
    return new ProcessPipeline(this.#place, this.#stages, { ...this.#ends, ...change })
  }
}

function verdict(stages: readonly ProcessResult[], excused: readonly boolean[]): ProcessResult {
  const failed = stages.find((stage, index) => stage.failed() && (index === stages.length - 1 || !excused[index]))
  return failed ?? (stages.at(-1) as ProcessResult)
}

// A shell that ran the command reports the death as an exit code. A stage that was read here may see another error, of which
// programs die with 1; any other code is its own.
function lostItsReader(stage: InvokedProcess, result: ProcessResult | undefined): boolean {
  const code = result?.exitCode()
  return result?.signal() === 'SIGPIPE' || code === 141 || (stage.lostItsReader && code === 1)
}

function fileOf(file: string | undefined, append: boolean): OutputTo | undefined {
  return file === undefined ? undefined : { file, append }
}

function isFile(input: Ends['input']): input is { readonly file: string } {
  return typeof input === 'object' && input !== null && 'file' in input
}
