import { AsyncLocalStorage } from 'node:async_hooks'
import { commandText } from '../command.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Signal } from '../contracts/signals.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import { viewOf } from '../matching.ts'
import type { Watch } from '../observer.ts'
import type { ProcessResult } from '../process-result.ts'
import { ask, askNow, type Question } from './before-start.ts'
import { lives, type TracedProcess } from './channels.ts'
import type { ProcessEventMap, ProcessEventName } from './event-map.ts'
import type { Scope } from './scope.ts'

type Extra<Name extends ProcessEventName> = Omit<ProcessEventMap[Name], keyof Facts | 'type' | 'at'>
type Facts = ReturnType<typeof viewOf> & { readonly run: number }

/** Tells a scope what becomes of one attempt to run a command. */
export class RunWatch implements Watch {
  readonly #scope: Scope
  readonly #clock: Clock
  readonly #run: number
  // Listeners run in the surroundings of whoever started the process, not of whoever happens to move it on.
  readonly #inContext: <T>(act: () => T) => T
  #command: Command
  #facts: Facts | undefined
  #trace: TracedProcess | undefined
  #pid: number | undefined
  #process: InvokedProcess | undefined
  #stopped = false

  constructor(scope: Scope, command: Command, clock: Clock) {
    this.#scope = scope
    this.#command = command
    this.#clock = clock
    this.#run = ++scope.shared.runs
    this.#inContext = scope.listens ? AsyncLocalStorage.snapshot() : (act) => act()
  }

  async before(): Promise<Command> {
    this.#publishStart()
    this.#become(await ask(this.#question, this.#command))
    return this.#command
  }

  beforeNow(): Command {
    this.#publishStart()
    this.#become(askNow(this.#question, this.#command))
    return this.#command
  }

  started(pid: number, process?: InvokedProcess): void {
    this.#pid = pid
    this.#process = process
    if (this.#trace) {
      this.#trace.pid = pid
      lives.end.publish(this.#trace)
    }
    this.#tell('started', { pid, process })
    if (process && (this.#scope.wants('output') || this.#scope.wants('errorOutput'))) this.#listenTo(pid, process)
  }

  stopping(signal: Signal, grace: number): void {
    this.#stopped = true
    const [pid, process] = [this.#pid, this.#process]
    if (pid !== undefined && process) this.#tell('beforeStop', { pid, process, signal, grace })
  }

  over(result: ProcessResult, error: unknown): void {
    const pid = this.#pid as number
    const end = { pid, process: this.#process, result, error }
    this.#tell(nameOfEnd(result, error), end)
    if (this.#stopped) this.#tell('stopped', end)
    this.#publishEnd(result, error)
  }

  failed(error: unknown): void {
    const result = (error as { result?: ProcessResult } | undefined)?.result
    this.#tell('failed', { pid: undefined, process: undefined, result, error })
    this.#publishEnd(result, error)
  }

  restarted(previous: InvokedProcess): void {
    const [pid, process] = [this.#pid, this.#process]
    if (pid !== undefined && process) this.#tell('restarted', { pid, process, previous })
  }

  get #question(): Question {
    return { run: this.#run, scope: this.#scope, clock: this.#clock }
  }

  #become(command: Command): void {
    this.#command = command
    this.#facts = undefined
  }

  #listenTo(pid: number, process: InvokedProcess): void {
    process.onOutput((type, chunk) => {
      this.#tell(type === 'out' ? 'output' : 'errorOutput', { pid, process, chunk })
    })
  }

  #tell<Name extends ProcessEventName>(type: Name, extra: Extra<Name>): void {
    if (!this.#scope.wants(type)) return
    this.#facts ??= { ...viewOf(this.#command, commandText(this.#command.line)), run: this.#run }
    const event = { ...this.#facts, ...extra, type, at: this.#clock.now() } as unknown as ProcessEventMap[Name]
    this.#inContext(() => this.#scope.tell(event))
  }

  #publishStart(): void {
    if (!lives.hasSubscribers) return
    const { command, text, name } = viewOf(this.#command, commandText(this.#command.line))
    this.#trace = { run: this.#run, command, text, name }
    lives.start.publish(this.#trace)
  }

  #publishEnd(result: ProcessResult | undefined, error: unknown): void {
    const trace = this.#trace
    if (!trace) return
    // One that never started has left `start` open.
    if (trace.pid === undefined) lives.end.publish(trace)
    trace.result = result
    if (error !== undefined) {
      trace.error = error
      lives.error.publish(trace)
    }
    lives.asyncStart.publish(trace)
    lives.asyncEnd.publish(trace)
  }
}

function nameOfEnd({ outcome }: ProcessResult, error: unknown): 'completed' | 'failed' | 'killed' | 'timedOut' {
  if (outcome.kind === 'timedOut' || outcome.kind === 'idleTimedOut') return 'timedOut'
  if (outcome.kind === 'cancelled') return 'killed'
  if (error !== undefined) return 'failed'
  if (outcome.kind === 'signalled') return 'killed'
  return outcome.kind === 'exited' && outcome.code === 0 ? 'completed' : 'failed'
}
