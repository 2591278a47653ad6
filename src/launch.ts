import { type CommandInput, checkCommand, commandText } from './command.ts'
import type { Command } from './contracts/command.ts'
import type { Handle } from './contracts/driver.ts'
import { ProcessCancelledError, ProcessStartError } from './errors.ts'
import { InvokedProcess } from './invoked-process.ts'
import type { Run } from './journal.ts'
import type { Wiring } from './origin.ts'
import type { ProcessResult } from './process-result.ts'
import { finishedResult, notStarted } from './results.ts'
import type { OutputCallback, Settings } from './settings.ts'
import type { World } from './world.ts'

/**
 * The one way a process starts: settings become a frozen command, the driver starts it, and what runs is supervised from
 * its first byte on.
 *
 * @throws TypeError for a command that no system could start.
 * @throws ProcessStartError, StrayProcessError, ProcessCancelledError; nothing has been started then.
 */
export async function launch(
  world: World,
  settings: Settings,
  onOutput?: OutputCallback,
  wiring: Wiring = {},
): Promise<InvokedProcess> {
  const attempt = attemptTo(world, settings, wiring)
  return supervise(attempt, await start(attempt), onOutput)
}

/**
 * Starts a process and waits for its end. One that was over at once is a result already, and needs no supervision.
 *
 * @throws what `launch` and `InvokedProcess.wait` throw.
 */
export async function launchToEnd(
  world: World,
  settings: Settings,
  onOutput: OutputCallback | undefined,
): Promise<ProcessResult> {
  const unattended = !onOutput && !settings.onOutput && settings.input === undefined
  const call = { over: false }
  const attempt = attemptTo(world, settings, { unattended, call })
  try {
    const handle = await start(attempt)
    const result = handle.finished && finishedResult(handle.finished, attempt.text, settings)
    if (!result) return await supervise(attempt, handle, onOutput).wait()
    attempt.entry?.over(result)
    return result
  } finally {
    call.over = true
  }
}

/** A command that is about to run. */
export interface Attempt {
  readonly world: World
  readonly settings: Settings
  readonly wiring: Wiring
  readonly command: Command
  readonly text: string
  readonly entry: Run | undefined
}

/**
 * Makes the command, and the note of it.
 *
 * @throws TypeError for a command that no system could start.
 */
export function attemptTo(world: World, settings: Settings, wiring: Wiring): Attempt {
  const command = freeze(settings, wiring)
  const text = commandText(command.line)
  return { world, settings, wiring, command, text, entry: world.journal?.begin(command, text) }
}

async function start(attempt: Attempt): Promise<Handle> {
  try {
    admit(attempt)
    return await attempt.world.driver.start(attempt.command)
  } catch (error) {
    throw fail(attempt, error)
  }
}

/** @throws StrayProcessError, ProcessCancelledError when the command is not to run at all. */
export function admit({ world, settings, command, text }: Attempt): void {
  world.guard?.check(command, text)
  if (settings.abortSignal?.aborted) throw cancelled(text, settings.abortSignal, settings)
}

/** Takes charge of what was started. */
export function supervise(attempt: Attempt, handle: Handle, onOutput?: OutputCallback): InvokedProcess {
  const { world, settings, wiring, text, entry } = attempt
  const stdin = entry && handle.stdin ? entry.tap(handle.stdin) : handle.stdin
  const invoked = new InvokedProcess(handle, { world, settings, text, onOutput, wiring, stdin, relaunch: launch })
  entry?.started(invoked)
  world.active.add(invoked)
  invoked.onOver(() => world.active.delete(invoked))
  return invoked
}

/** Takes note of what kept a command from starting, and gives it back with its result. */
export function fail({ text, settings, entry }: Attempt, error: unknown): unknown {
  const failure = withResult(error, text, settings)
  entry?.failed(failure)
  return failure
}

/** Settings as the plain command a driver starts. */
export function freeze(settings: Settings, wiring: Wiring): Command {
  const output = settings.tty ? 'inherit' : 'pipe'
  const command: Command = {
    line: settings.line ?? missing(),
    cwd: settings.path,
    env: settings.environment ? { ...settings.environment(inherited()), ...settings.env } : settings.env,
    inheritEnv: settings.environment === undefined,
    stdin: wiring.stdin ?? (settings.tty ? 'inherit' : settings.input === undefined ? 'end' : 'pipe'),
    stdout: wiring.stdout ?? output,
    stderr: wiring.stderr ?? output,
    foreground: settings.tty,
    unattended: wiring.unattended === true,
    user: settings.user,
    group: settings.group,
    options: settings.options,
    spared: settings.spared,
    notes: {
      name: settings.name,
      input: settings.input,
      call: wiring.call,
      dialogue: wiring.dialogue === true,
      redact: settings.redact,
    },
  }
  checkCommand(command)
  return Object.freeze(command)
}

function missing(): CommandInput {
  throw new TypeError('Cannot start a process without a command')
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** The error for a process that its abort signal kept from starting. */
export function cancelled(text: string, { reason }: AbortSignal, { redact }: Settings): ProcessCancelledError {
  return new ProcessCancelledError(notStarted(text, { kind: 'cancelled', reason }, redact), { cause: reason })
}

// Drivers know nothing of results; a start that failed has one all the same.
function withResult(error: unknown, text: string, { redact }: Settings): unknown {
  if (!(error instanceof ProcessStartError) || error.result) return error
  const result = notStarted(text, { kind: 'notStarted', errno: error.errno }, redact)
  return Object.defineProperty(error, 'result', { value: result, enumerable: true })
}
