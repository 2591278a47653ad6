import { checkCommand } from '../command.ts'
import type { PendingProcess } from '../pending-process.ts'
import type { ProcessResult } from '../process-result.ts'
import type { OutputCallback } from '../settings.ts'

/** How one attempt at a task ended. */
export interface AttemptEnd {
  readonly successful: boolean
  readonly exitCode: number | null
  readonly result?: ProcessResult | undefined
  readonly error?: unknown
}

/** What a task does when it is due. */
export interface Action {
  /** What users know it by. */
  readonly text: string
  /** The command that is started, where one is. */
  readonly started?: string
  /** Never rejects. Ends early when `stop` aborts. */
  attempt(stop: AbortSignal, onOutput: OutputCallback | undefined, occurrence: Occurrence): Promise<AttemptEnd>
}

/** What is attempted: which task, and the moment at which it is due. */
export interface Occurrence {
  readonly task: string
  readonly dueAt: number
}

/** What a closure gets. */
export interface ClosureContext {
  /** Aborts when the closure is to end: the scheduler stops, or the task's time is up. */
  readonly signal: AbortSignal
}

/** A closure fails when it throws or gives `false`, as in Laravel. */
export type Closure = (context: ClosureContext) => unknown

/** Starts a command as everybody starts one, and waits for it as a background: it moves no virtual time. */
export class CommandAction implements Action {
  readonly text: string
  readonly started: string
  readonly pending: PendingProcess

  /**
   * `text` is what users know it by, where that differs from the command that is started.
   *
   * @throws TypeError for what no system could start.
   */
  constructor(pending: PendingProcess, text: string = String(pending)) {
    checkCommand({ line: pending.settings.line ?? [], cwd: undefined, env: {} })
    this.pending = pending
    this.started = String(pending)
    this.text = text
  }

  /** The same with another command. */
  with(pending: PendingProcess): CommandAction {
    return new CommandAction(pending, this.text)
  }

  async attempt(stop: AbortSignal, onOutput: OutputCallback | undefined, _: Occurrence): Promise<AttemptEnd> {
    const { abortSignal, input } = this.pending.settings
    const signal = abortSignal ? AbortSignal.any([abortSignal, stop]) : stop
    try {
      // A scheduler that is asked to stop lets its commands end: the signal that asks is not for them.
      const running = await this.pending.change({ abortSignal: signal, spared: true }).start(undefined, onOutput)
      if (input === undefined) running.endInput()
      return endOf(await running.ended())
    } catch (error) {
      const result = resultOf(error)
      return { successful: false, exitCode: result?.exitCode() ?? null, result, error }
    }
  }
}

/** Calls a function. */
export class ClosureAction implements Action {
  readonly text = 'closure'
  readonly #closure: Closure

  constructor(closure: Closure) {
    this.#closure = closure
  }

  async attempt(stop: AbortSignal): Promise<AttemptEnd> {
    try {
      const successful = (await untilAborted(this.#closure, stop)) !== false
      return { successful, exitCode: successful ? 0 : 1 }
    } catch (error) {
      return { successful: false, exitCode: 1, error }
    }
  }
}

function endOf(result: ProcessResult): AttemptEnd {
  return { successful: result.successful(), exitCode: result.exitCode(), result }
}

function resultOf(error: unknown): ProcessResult | undefined {
  return error instanceof Error && 'result' in error ? (error.result as ProcessResult | undefined) : undefined
}

// A function cannot be ended from outside: one that does not heed its signal is not waited for.
async function untilAborted(closure: Closure, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted()
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([closure({ signal }), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
