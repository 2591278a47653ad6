import type { CommandInput, TemplateValue } from './command.ts'
import type { InputFrom, OutputTo } from './contracts/command.ts'
import type { Driver, Joint } from './contracts/driver.ts'
import { commandOf } from './describable.ts'
import { ProcessStartError } from './errors.ts'
import type { InvokedProcess } from './invoked-process.ts'
import { launch, type Wiring } from './launch.ts'
import type { Member } from './members.ts'
import type { PendingProcess, Worlds } from './pending-process.ts'
import type { ProcessResult } from './process-result.ts'
import type { OutputCallback, ProcessInput, Settings } from './settings.ts'
import type { World } from './world.ts'

/** What a pipeline reads and writes at its two ends. */
interface Ends {
  readonly input: ProcessInput | { readonly file: string } | undefined
  readonly output: string | undefined
  readonly errorOutput: string | undefined
  readonly append: boolean
  /** Counts a stage that dies because its reader closed early as a failure. */
  readonly strict: boolean
}

const PLAIN: Ends = { input: undefined, output: undefined, errorOutput: undefined, append: false, strict: false }

/**
 * Commands that run at the same time, each one's stdout being the next one's stdin. Immutable; awaiting it runs it.
 *
 * @example await Process.command('ls').pipe('sort').pipeOutput('sorted.txt')
 */
export class ProcessPipeline implements PromiseLike<ProcessResult> {
  readonly #worlds: Worlds
  readonly #stages: readonly Member[]
  readonly #ends: Ends

  constructor(worlds: Worlds, stages: readonly Member[], ends: Ends = PLAIN) {
    this.#worlds = worlds
    this.#stages = stages
    this.#ends = ends
  }

  /** Adds a stage that reads what the last one writes. */
  pipe(command: CommandInput | PendingProcess): ProcessPipeline
  pipe(strings: TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline
  pipe(first: CommandInput | PendingProcess | TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline {
    const pending = isPending(first) ? first : this.#template().command(commandOf(first, values))
    return new ProcessPipeline(this.#worlds, [...this.#stages, { key: this.#stages.length, pending }], this.#ends)
  }

  /** Adds several stages. */
  pipeThrough(commands: readonly (CommandInput | PendingProcess)[]): ProcessPipeline {
    return commands.reduce<ProcessPipeline>((pipeline, command) => pipeline.pipe(command as CommandInput), this)
  }

  /** What the first stage reads: text, bytes, a stream, or a file as `{ file }`. */
  pipeInput(input: ProcessInput | { readonly file: string }): ProcessPipeline {
    return this.#with({ input })
  }

  /** Writes the last stage's stdout to a file, which is emptied first. */
  pipeOutput(file: string): ProcessPipeline {
    return this.#with({ output: file })
  }

  /** Writes the stderr of every stage to a file, which is emptied first. */
  pipeErrorOutput(file: string): ProcessPipeline {
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
   * `onOutput` hears every stage, under its name or place.
   *
   * @throws what `run` throws, for whichever stage; the others have been stopped then.
   */
  async run(onOutput?: OutputCallback): Promise<ProcessResult> {
    const world = this.#worlds()
    const running: InvokedProcess[] = []
    try {
      await this.#startAll(world, running, onOutput)
      const results = await Promise.all(running.map((stage) => stage.wait()))
      return verdict(results, this.#ends.strict)
    } catch (error) {
      await Promise.all(running.map((stage) => stage.stop()))
      if (error instanceof ProcessStartError && error.result) return error.result
      throw error
    }
  }

  // biome-ignore lint/suspicious/noThenProperty: a pipeline is awaited, as the API promises.
  then<A = ProcessResult, B = never>(
    fulfilled?: ((result: ProcessResult) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.run().then(fulfilled, rejected)
  }

  async #startAll(world: World, running: InvokedProcess[], onOutput: OutputCallback | undefined): Promise<void> {
    if (this.#stages.length === 0) throw new TypeError('Cannot run a pipeline without a command')
    const joints = await makeJoints(world.driver, onOutput ? 0 : this.#stages.length - 1)
    try {
      for (const [index, stage] of this.#stages.entries()) {
        const wiring = { ...this.#wiringOf(index, joints), key: stage.key }
        const process = await launch(world, this.#settingsOf(index), onOutput, wiring)
        if (index > 0 && joints.length === 0) (running.at(-1) as InvokedProcess).pumpInto(process)
        running.push(process)
      }
    } finally {
      for (const joint of joints) joint.close()
    }
  }

  #settingsOf(index: number): Settings {
    const { settings } = (this.#stages[index] as Member).pending
    const { input } = this.#ends
    if (index > 0) return { ...settings, input: undefined }
    return input === undefined || isFile(input) ? settings : { ...settings, input }
  }

  #wiringOf(index: number, joints: readonly Joint[]): Wiring {
    const { input, output, errorOutput, append } = this.#ends
    const first = index === 0
    const last = index === this.#stages.length - 1
    const stdin: InputFrom | undefined = first
      ? isFile(input)
        ? input
        : undefined
      : (joints[index - 1]?.reader ?? 'pipe')
    const stdout: OutputTo | undefined = last ? fileOf(output, append) : joints[index]?.writer
    // Each stage adds to the one file; only the first may empty it.
    const stderr: OutputTo | undefined = fileOf(errorOutput, append || !first)
    return { ...(stdin && { stdin }), ...(stdout && { stdout }), ...(stderr && { stderr }) }
  }

  #template(): PendingProcess {
    return (this.#stages[0] as Member).pending.plain()
  }

  #with(change: Partial<Ends>): ProcessPipeline {
    return new ProcessPipeline(this.#worlds, this.#stages, { ...this.#ends, ...change })
  }
}

async function makeJoints(driver: Driver, count: number): Promise<readonly Joint[]> {
  if (driver.capabilities.joints !== true) return []
  const joints: Joint[] = []
  while (joints.length < count) joints.push(await driver.joint())
  return joints
}

function verdict(stages: readonly ProcessResult[], strict: boolean): ProcessResult {
  const failed = stages.find(
    (stage, index) => stage.failed() && (strict || index === stages.length - 1 || !lostItsReader(stage)),
  )
  return (failed ?? (stages.at(-1) as ProcessResult)).withStages(stages)
}

// A shell that ran the command reports the death as an exit code.
function lostItsReader(stage: ProcessResult): boolean {
  return stage.signal() === 'SIGPIPE' || stage.exitCode() === 141
}

function fileOf(file: string | undefined, append: boolean): OutputTo | undefined {
  return file === undefined ? undefined : { file, append }
}

function isFile(input: Ends['input']): input is { readonly file: string } {
  return typeof input === 'object' && input !== null && 'file' in input
}

function isPending(first: unknown): first is PendingProcess {
  return typeof first === 'object' && first !== null && 'settings' in first
}
