import { type CommandInput, checkCommand, commandText } from './command.ts'
import type { Command } from './contracts/command.ts'
import { ProcessCancelledError, ProcessStartError } from './errors.ts'
import { InvokedProcess } from './invoked-process.ts'
import type { Wiring } from './origin.ts'
import { notStarted } from './process-result.ts'
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
  const command = freeze(settings, wiring)
  const text = commandText(command.line)
  const entry = world.journal?.begin(command, text)
  try {
    world.guard?.check(command, text)
    if (settings.abortSignal?.aborted) throw cancelled(text, settings.abortSignal, settings)
    const handle = await world.driver.start(command)
    const stdin = entry && handle.stdin ? entry.tap(handle.stdin) : handle.stdin
    const invoked = new InvokedProcess(handle, { world, settings, text, onOutput, wiring, stdin, relaunch })
    entry?.started(invoked)
    world.active.add(invoked)
    invoked.onOver(() => world.active.delete(invoked))
    return invoked
  } catch (error) {
    const failure = withResult(error, text, settings)
    entry?.failed(failure)
    throw failure
  }
}

const relaunch = launch

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
    spared: settings.spared,
    notes: { name: settings.name, input: settings.input },
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
