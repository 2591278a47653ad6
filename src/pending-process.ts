import type { CommandInput, TemplateValue } from './command.ts'
import { commandText } from './command.ts'
import type { Clock } from './contracts/clock.ts'
import { commandOf, Describable, isTemplate } from './describable.ts'
import { ProcessStartError } from './errors.ts'
import type { InvokedProcess } from './invoked-process.ts'
import { cancelled, launch, launchToEnd } from './launch.ts'
import { ProcessPipeline } from './pipeline.ts'
import type { ProcessResult } from './process-result.ts'
import { refuseOneShotInput, wantsAgain } from './retrying.ts'
import { callbackOf } from './setter-checks.ts'
import type { OutputCallback, Settings } from './settings.ts'
import type { World } from './world.ts'

/** Where a pending process will run: asked when it starts, so that a rehearsal reaches those made before it. */
export type Worlds = () => World

/** Hears of each pending process that is derived from one. */
type Follower = (latest: PendingProcess) => void

/** A process that is being described. Immutable: each setter gives a new one, and one may be run many times. */
export class PendingProcess extends Describable {
  readonly settings: Settings
  readonly #world: Worlds
  readonly #follower: Follower | undefined

  constructor(world: Worlds, settings: Settings, follower?: Follower) {
    super()
    this.#world = world
    this.settings = Object.freeze(settings)
    this.#follower = follower
  }

  /**
   * Runs the command to its end. A failure of the command is a result, not an error: `throw()` makes it one. A program that
   * does not exist gives a failed result with exit code 127.
   *
   * @throws ProcessTimedOutError, ProcessCancelledError, ProcessOutputOverflowError when it was stopped for that reason.
   */
  run(command?: CommandInput, onOutput?: OutputCallback): Promise<ProcessResult>
  run(strings: TemplateStringsArray, ...values: TemplateValue[]): Promise<ProcessResult>
  async run(first?: CommandInput | TemplateStringsArray, ...rest: unknown[]): Promise<ProcessResult> {
    const { settings, onOutput } = this.#resolve(first, rest)
    refuseOneShotInput(settings)
    return settings.retry ? runAgain(this.#world(), settings, onOutput) : runOnce(this.#world(), settings, onOutput)
  }

  /**
   * Starts the command. Its stdin stays open for `write` unless an input was given.
   *
   * @throws ProcessStartError when it cannot be started.
   */
  start(command?: CommandInput, onOutput?: OutputCallback): Promise<InvokedProcess>
  start(strings: TemplateStringsArray, ...values: TemplateValue[]): Promise<InvokedProcess>
  async start(first?: CommandInput | TemplateStringsArray, ...rest: unknown[]): Promise<InvokedProcess> {
    const { settings, onOutput } = this.#resolve(first, rest)
    const dialogue = settings.input === undefined && !settings.tty
    return launch(this.#world(), settings, onOutput, dialogue ? { stdin: 'pipe', dialogue } : {})
  }

  /** The command's text. */
  override toString(): string {
    return this.settings.line === undefined ? '' : commandText(this.settings.line)
  }

  /** Connects another command to this one's stdout. */
  pipe(command: CommandInput | PendingProcess): ProcessPipeline
  pipe(strings: TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline
  pipe(first: CommandInput | PendingProcess | TemplateStringsArray, ...values: TemplateValue[]): ProcessPipeline {
    return new ProcessPipeline({ worlds: this.#world, launch }, [{ key: 0, settings: this.settings }]).pipe(
      first as TemplateStringsArray,
      ...values,
    )
  }

  /** The same in all but these settings. */
  change(change: Partial<Settings>): PendingProcess {
    return this.with(change)
  }

  /** A copy that tells `follower` of itself and of all that is derived from it. */
  followedBy(follower: Follower): PendingProcess {
    return new PendingProcess(this.#world, this.settings, follower)
  }

  protected with(change: Partial<Settings>): PendingProcess {
    const derived = new PendingProcess(this.#world, { ...this.settings, ...change }, this.#follower)
    this.#follower?.(derived)
    return derived
  }

  #resolve(first: CommandInput | TemplateStringsArray | undefined, rest: readonly unknown[]): Resolved {
    const onOutput = isTemplate(first) ? undefined : callbackOf(rest[0])
    if (first === undefined) return { settings: this.settings, onOutput }
    return { settings: { ...this.settings, line: commandOf(first, rest as TemplateValue[]) }, onOutput }
  }
}

interface Resolved {
  readonly settings: Settings
  readonly onOutput: OutputCallback | undefined
}

async function runOnce(world: World, settings: Settings, onOutput: OutputCallback | undefined): Promise<ProcessResult> {
  try {
    return await launchToEnd(world, settings, onOutput)
  } catch (error) {
    if (error instanceof ProcessStartError && error.result) return error.result
    throw error
  }
}

async function runAgain(
  world: World,
  settings: Settings,
  onOutput: OutputCallback | undefined,
): Promise<ProcessResult> {
  const retry = settings.retry as NonNullable<Settings['retry']>
  const { clock } = world.driver
  for (let attempt = 1; ; attempt++) {
    const result = await runOnce(world, settings, onOutput)
    if (!wantsAgain(retry, result, attempt)) return result
    const text = result.command()
    await clock.drive(pause(clock, retry.delay(attempt), text, settings), () => `"${text}" to be tried again`)
  }
}

// Only an abort cuts a pause short; the attempt that was to follow is cancelled then.
async function pause(clock: Clock, ms: number, text: string, settings: Settings): Promise<void> {
  const { abortSignal: signal } = settings
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    throw signal?.aborted ? cancelled(text, signal, settings) : error
  }
}
