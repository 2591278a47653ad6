import { type CommandInput, checkVariables, commandText } from './command.ts'
import type { Command } from './contracts/command.ts'
import type { Handle } from './contracts/driver.ts'
import { insistedOn } from './contracts/isolation.ts'
import { ProcessCancelledError, ProcessStartError } from './errors.ts'
import { InvokedProcess } from './invoked-process.ts'
import { OF_ACCOUNT } from './isolation-environment.ts'
import { IsolationError } from './isolation-error.ts'
import type { Run } from './journal.ts'
import type { Watch } from './observer.ts'
import type { Wiring } from './origin.ts'
import type { ProcessResult } from './process-result.ts'
import { redactError } from './redaction.ts'
import { finishedResult, notStarted } from './results.ts'
import { checkSettings } from './setter-checks.ts'
import type { OutputCallback, Settings } from './settings.ts'
import type { World } from './world.ts'

/**
 * The one way a process starts: settings become a frozen command, the driver starts it, and what runs is supervised from
 * its first byte on.
 *
 * @throws TypeError for a command that no system could start.
 * @throws ProcessStartError, StrayProcessError, ProcessCancelledError, ProcessVetoedError; nothing has been started then.
 */
export async function launch(
  world: World,
  settings: Settings,
  onOutput?: OutputCallback,
  wiring: Wiring = {},
): Promise<InvokedProcess> {
  const attempt = listensIn(world) ? await announced(world, settings, wiring) : attemptTo(world, settings, wiring)
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
  const listens = listensIn(world)
  const unattended = !listens && !onOutput && !settings.onOutput && settings.input === undefined
  const call = { over: false }
  const wiring = { unattended, call }
  try {
    const attempt = listens ? await announced(world, settings, wiring) : attemptTo(world, settings, wiring)
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
  /** Is told what becomes of it, where somebody listened before it started. */
  readonly watch?: Watch | undefined
}

/**
 * Makes the command, and the note of it.
 *
 * @throws TypeError for a command that no system could start.
 */
export function attemptTo(world: World, settings: Settings, wiring: Wiring): Attempt {
  return noted({ world, settings, wiring, command: freeze(settings, wiring) })
}

/**
 * The same within the call, after those who listen have been asked.
 *
 * @throws ProcessVetoedError when one of them does not let it start.
 */
export function attemptNow(world: World, settings: Settings, wiring: Wiring): Attempt {
  if (!listensIn(world)) return attemptTo(world, settings, wiring)
  const plan = watched(world, settings, wiring)
  try {
    return noted({ ...plan, command: plan.watch?.beforeNow() ?? plan.command })
  } catch (error) {
    throw fail(noted(plan), error)
  }
}

// What is cancelled by now is not going to start, so nobody is asked.
async function announced(world: World, settings: Settings, wiring: Wiring): Promise<Attempt> {
  const plan = watched(world, settings, wiring)
  if (settings.abortSignal?.aborted) return noted(plan)
  try {
    return noted({ ...plan, command: (await plan.watch?.before()) ?? plan.command })
  } catch (error) {
    throw fail(noted(plan), error)
  }
}

type Plan = Omit<Attempt, 'text' | 'entry'>

function watched(world: World, settings: Settings, wiring: Wiring): Plan {
  const command = freeze(settings, wiring)
  return { world, settings, wiring, command, watch: world.observer?.watch(command, world.driver.clock) }
}

function noted(plan: Plan): Attempt {
  const text = commandText(plan.command.line)
  return { ...plan, text, entry: plan.world.journal?.begin(plan.command, text) }
}

function listensIn({ observer }: World): boolean {
  return observer?.listens === true
}

/** Who is told what becomes of an attempt, also where nobody has listened before. */
export function watchOf({ watch, world, command }: Attempt): Watch | undefined {
  return watch ?? world.observer?.watch(command, world.driver.clock)
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
  if (!world.driver.isolation && insistedOn(settings.isolation).length > 0) throw IsolationError.ofDriver(text)
}

/** Takes charge of what was started. Nothing is left of it when that fails. */
export function supervise(attempt: Attempt, handle: Handle, onOutput?: OutputCallback): InvokedProcess {
  try {
    return takeCharge(attempt, handle, onOutput)
  } catch (error) {
    handle.kill('SIGKILL', 'group')
    throw error
  }
}

function takeCharge(attempt: Attempt, handle: Handle, onOutput: OutputCallback | undefined): InvokedProcess {
  const { world, settings, wiring, text, entry } = attempt
  const stdin = entry && handle.stdin ? entry.tap(handle.stdin) : handle.stdin
  const watch = watchOf(attempt)
  const origin = { world, settings, text, onOutput, wiring, stdin, watch, relaunch: launch }
  const invoked = new InvokedProcess(handle, origin)
  entry?.started(invoked)
  world.active.add(invoked)
  invoked.onOver((result, error) => {
    world.active.delete(invoked)
    watch?.over(result, error)
  })
  watch?.started(handle.pid, invoked)
  return invoked.begin()
}

/** Takes note of what kept a command from starting, and gives it back with its result. */
export function fail(attempt: Attempt, error: unknown): unknown {
  const { text, settings, entry } = attempt
  const failure = redactError(withResult(error, text, settings), settings.redact)
  entry?.failed(failure)
  watchOf(attempt)?.failed(failure)
  return failure
}

/** Settings as the plain command a driver starts. */
export function freeze(settings: Settings, wiring: Wiring): Command {
  checkSettings(settings)
  const output = settings.tty ? 'inherit' : 'pipe'
  const command: Command = {
    line: settings.line as CommandInput,
    cwd: settings.path,
    env: variablesOf(settings),
    inheritEnv: settings.environment === undefined,
    stdin: wiring.stdin ?? (settings.tty ? 'inherit' : settings.input === undefined ? 'end' : 'pipe'),
    stdout: wiring.stdout ?? output,
    stderr: wiring.stderr ?? output,
    foreground: settings.tty,
    unattended: wiring.unattended === true,
    user: settings.user,
    group: settings.group,
    isolation: settings.isolation,
    options: settings.options,
    spared: settings.spared,
    notes: {
      name: settings.name,
      input: settings.input,
      call: wiring.call,
      dialogue: wiring.dialogue === true,
      redact: settings.redact,
      log: settings.log,
    },
  }
  return Object.freeze(command)
}

function variablesOf(settings: Settings): Command['env'] {
  const { environment, env } = settings
  if (!environment) return env
  const given = environment(inherited(settings))
  checkVariables(given)
  return { ...given, ...env }
}

// Somebody else's process gets what is said of their account, and not of ours.
function inherited({ user }: Settings): Record<string, string> {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(user === undefined ? entries : entries.filter(([name]) => !OF_ACCOUNT.includes(name)))
}

/** The error for a process that its abort signal kept from starting. */
export function cancelled(text: string, { reason }: AbortSignal, { redact }: Settings): ProcessCancelledError {
  return new ProcessCancelledError(notStarted(text, { kind: 'cancelled', reason }, redact), { cause: reason })
}

// Drivers know nothing of results; a start that failed has one all the same.
function withResult(error: unknown, text: string, { redact }: Settings): unknown {
  if (!(error instanceof ProcessStartError) || error.result) return error
  const result = notStarted(text, { kind: 'notStarted', errno: error.errno }, redact, error)
  return Object.defineProperty(error, 'result', { value: result, enumerable: true })
}
