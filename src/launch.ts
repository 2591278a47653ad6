import { type CommandInput, checkCommand, commandText } from './command.ts'
import type { Command } from './contracts/command.ts'
import type { Handle } from './contracts/driver.ts'
import { ProcessCancelledError, ProcessStartError } from './errors.ts'
import { InvokedProcess } from './invoked-process.ts'
import type { Run } from './journal.ts'
import type { Wiring } from './origin.ts'
import { finishedResult, notStarted, type ProcessResult } from './process-result.ts'
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
  return supervise(await begin(world, settings, wiring), world, settings, onOutput, wiring)
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
  try {
    const started = await begin(world, settings, { unattended, call })
    const { text, entry, handle } = started
    const result = handle.finished && finishedResult(handle.finished, text, settings)
    if (!result) return await supervise(started, world, settings, onOutput, {}).wait()
    entry?.over(result)
    return result
  } finally {
    call.over = true
  }
}

/** A process that runs, and what is known of it. */
interface Started {
  readonly handle: Handle
  readonly text: string
  readonly entry: Run | undefined
}

async function begin(world: World, settings: Settings, wiring: Wiring): Promise<Started> {
  const command = freeze(settings, wiring)
  const text = commandText(command.line)
  const entry = world.journal?.begin(command, text)
  try {
    world.guard?.check(command, text)
    if (settings.abortSignal?.aborted) throw cancelled(text, settings.abortSignal, settings)
    return { handle: await world.driver.start(command), text, entry }
  } catch (error) {
    const failure = withResult(error, text, settings)
    entry?.failed(failure)
    throw failure
  }
}

function supervise(
  { handle, text, entry }: Started,
  world: World,
  settings: Settings,
  onOutput: OutputCallback | undefined,
  wiring: Wiring,
): InvokedProcess {
  const stdin = entry && handle.stdin ? entry.tap(handle.stdin) : handle.stdin
  const invoked = new InvokedProcess(handle, { world, settings, text, onOutput, wiring, stdin, relaunch: launch })
  entry?.started(invoked)
  world.active.add(invoked)
  invoked.onOver(() => world.active.delete(invoked))
  return invoked
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
