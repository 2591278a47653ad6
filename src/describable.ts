import type { CommandInput, TemplateValue } from './command.ts'
import { checkVariables, templateArguments } from './command.ts'
import type { DriverOptions } from './contracts/command.ts'
import type { LogRequest } from './contracts/log-request.ts'
import { type Signal, toSignal } from './contracts/signals.ts'
import { type Duration, type Size, toBytes, toMilliseconds } from './duration.ts'
import {
  type Isolating,
  type IsolationOptions,
  identity,
  isolationOptions,
  type ResourceLimits,
} from './isolation-options.ts'
import { isolationSettings } from './isolation-settings.ts'
import { logRequest } from './log-request.ts'
import type { PendingProcess } from './pending-process.ts'
import type { ProcessResult } from './process-result.ts'
import {
  checkAbortSignal,
  checkCallback,
  checkChoice,
  checkDriverOptions,
  checkInput,
  checkSecret,
  checkTextAs,
} from './setter-checks.ts'
import type { OutputCallback, ProcessInput, Settings, Variables } from './settings.ts'
import { shown } from './shown.ts'

/**
 * The setters that a `Process` and a `PendingProcess` share. None changes what it is called on: each gives a new pending
 * process. Values are checked here, so that a mistake is reported where it was made.
 */
export abstract class Describable {
  /** A pending process that differs in these settings. */
  protected abstract with(change: Partial<Settings>): PendingProcess
  protected abstract readonly settings: Settings

  /** What to run: text goes through the platform's shell, an array and a template literal do without one. */
  command(command: CommandInput): PendingProcess
  command(strings: TemplateStringsArray, ...values: TemplateValue[]): PendingProcess
  command(first: CommandInput | TemplateStringsArray, ...values: TemplateValue[]): PendingProcess {
    return this.with({ line: commandOf(first, values) })
  }

  /** The folder to run in. */
  path(folder: string): PendingProcess {
    checkTextAs('folder', folder)
    return this.with({ path: folder })
  }

  /** Variables to add, or to remove with `false`; a function replaces the whole of the inherited ones. Calls add up. */
  env(variables: Variables | Settings['environment']): PendingProcess {
    if (typeof variables === 'function') return this.with({ environment: variables, env: {} })
    checkVariables(variables)
    return this.with({ env: Object.freeze({ ...this.settings.env, ...variables }) })
  }

  /** What the process reads; end-of-file follows. */
  input(input: ProcessInput): PendingProcess {
    checkInput(input)
    return this.with({ input })
  }

  /** Stops the process when it runs longer than this. 0 lifts the limit. */
  timeout(limit: Duration): PendingProcess {
    return this.with({ timeout: toMilliseconds(limit) || undefined })
  }

  /** Stops the process when it writes nothing for longer than this. 0 lifts the limit. */
  idleTimeout(limit: Duration): PendingProcess {
    return this.with({ idleTimeout: toMilliseconds(limit) || undefined })
  }

  /** Lifts the time limit. */
  forever(): PendingProcess {
    return this.with({ timeout: undefined })
  }

  /** Keeps no output. Callbacks and iteration still see it. */
  quietly(): PendingProcess {
    return this.with({ quiet: ['out', 'err'] })
  }

  /** Gives the process the caller's own terminal. */
  tty(tty = true): PendingProcess {
    return this.with({ tty })
  }

  /** Bounds what is kept of each stream, and says what happens beyond: the process is stopped, or the rest is dropped. */
  maxOutput(size: Size, options: { onOverflow?: 'kill' | 'truncate'; keep?: 'head' | 'tail' } = {}): PendingProcess {
    const { onOverflow = 'kill', keep = 'head' } = options
    checkChoice('onOverflow', onOverflow, ['kill', 'truncate'])
    checkChoice('keep', keep, ['head', 'tail'])
    return this.with({ output: { limit: toBytes(size), onOverflow, keep } })
  }

  /** How output is turned into text. */
  encoding(encoding: BufferEncoding): PendingProcess {
    if (!Buffer.isEncoding(encoding)) throw new TypeError(`Cannot use ${shown(encoding)} as an encoding: unknown`)
    return this.with({ encoding })
  }

  /** What asks the process to stop; TERM unless given. */
  stopSignal(signal: Signal | number): PendingProcess {
    return this.with({ stopSignal: toSignal(signal) })
  }

  /** How long it may take to obey before it is forced. */
  graceTime(grace: Duration): PendingProcess {
    return this.with({ graceTime: toMilliseconds(grace) })
  }

  /** Stops the process when the signal aborts, and keeps it from starting when it already has. */
  abortSignal(signal: AbortSignal): PendingProcess {
    checkAbortSignal(signal)
    return this.with({ abortSignal: signal })
  }

  /** Runs the command up to so many times until it succeeds. `delay` may depend on the attempt, counted from 1. */
  retry(
    times: number,
    options: {
      delay?: Duration | ((attempt: number) => Duration)
      when?: (result: ProcessResult, attempt: number) => boolean
    } = {},
  ): PendingProcess {
    if (!Number.isInteger(times) || times < 1)
      throw new TypeError(`Cannot retry ${times} times: expected a whole number from 1 on`)
    const { delay = 0, when = () => true } = options
    checkCallback('when', when)
    const milliseconds =
      typeof delay === 'function' ? (attempt: number) => toMilliseconds(delay(attempt)) : constant(delay)
    return this.with({ retry: { times, delay: milliseconds, when } })
  }

  /** Takes secrets out of error messages: texts, or what patterns match. Calls add up. */
  redact(...secrets: readonly (string | RegExp)[]): PendingProcess {
    secrets.forEach(checkSecret)
    return this.with({ redact: Object.freeze([...this.settings.redact, ...secrets]) })
  }

  /** A name for lists and messages. */
  name(name: string): PendingProcess {
    checkTextAs('name', name)
    return this.with({ name })
  }

  /** Runs as another user, by name or id, in that user's own group unless another is given. POSIX; takes the right to. */
  user(user: string | number): PendingProcess {
    return this.with({ user: identity('user', user) })
  }

  /** Runs in another group, by name or id. POSIX; takes the right to. */
  group(group: string | number): PendingProcess {
    return this.with({ group: identity('group', group) })
  }

  /**
   * Keeps the process apart, by a `ProcessIsolation` or the same as options. Calls add up. A demand that cannot be met fails
   * the start with `IsolationError`, unless it is only preferred.
   *
   * @example Process.isolate({ user: 'www-data', environment: 'clean', noNewPrivileges: true }).run('./report')
   */
  isolate(isolation: IsolationOptions | Isolating): PendingProcess {
    return this.with(isolationSettings(isolationOptions(isolation), this.settings))
  }

  /** Holds the process to limits of the machine: memory, processor time, open files. Calls add up; see `isolate`. */
  limits(limits: ResourceLimits): PendingProcess {
    return this.isolate({ limits })
  }

  /** Asks the driver for what only some systems can do. Calls add up. */
  options(options: DriverOptions): PendingProcess {
    return this.with({ options: Object.freeze({ ...this.settings.options, ...checkDriverOptions(options) }) })
  }

  /**
   * Says how it is logged, whatever is said of all the others by `Process.logging`: `true` for as they are, `false` for not at
   * all, or with a file, a level or a format of its own.
   *
   * @throws BadLoggingError
   * @example Process.log('build.log').run('make')
   */
  log(request: boolean | string | LogRequest = true): PendingProcess {
    return this.with({ log: logRequest(request) })
  }

  /** Hears each piece of output, besides what `run` or a pool was given to hear it: a member's own callback. */
  onOutput(callback: OutputCallback): PendingProcess {
    checkCallback('onOutput', callback)
    return this.with({ onOutput: callback })
  }

  /** Goes through `then` if the condition holds, else through `otherwise` if given. */
  when(
    condition: Condition,
    then: (pending: PendingProcess) => PendingProcess,
    otherwise: (pending: PendingProcess) => PendingProcess = same,
  ): PendingProcess {
    const pending = this.with({})
    const holds = typeof condition === 'function' ? condition(pending) : condition
    return (holds ? then : otherwise)(pending) ?? pending
  }

  /** Goes through `then` unless the condition holds. */
  unless(
    condition: Condition,
    then: (pending: PendingProcess) => PendingProcess,
    otherwise: (pending: PendingProcess) => PendingProcess = same,
  ): PendingProcess {
    return this.when(condition, otherwise, then)
  }
}

/** Whether something holds, or a function that says it of the pending process. */
export type Condition = boolean | ((pending: PendingProcess) => boolean)

/**
 * A command from any of the forms it may be written in.
 *
 * @throws TypeError that names a value of any other form.
 */
export function commandOf(first: CommandInput | TemplateStringsArray, values: readonly TemplateValue[]): CommandInput {
  if (isTemplate(first)) return Object.freeze(templateArguments(first, values))
  if (typeof first === 'string') return first
  if (Array.isArray(first)) return Object.freeze([...first])
  throw new TypeError(`Cannot start ${named(first)}: expected text or an array of words`)
}

// One that is described already has secrets of its own, and is run by itself.
function named(value: unknown): string {
  return typeof value === 'object' && value !== null && 'settings' in value ? 'a PendingProcess' : shown(value)
}

/** Whether a first argument is the text of a template literal. */
export function isTemplate(first: unknown): first is TemplateStringsArray {
  return Array.isArray(first) && 'raw' in first
}

function constant(delay: Duration): () => number {
  const milliseconds = toMilliseconds(delay)
  return () => milliseconds
}

function same(pending: PendingProcess): PendingProcess {
  return pending
}
