import type { ChildProcess } from 'node:child_process'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Exit, Handle, Sink, Source } from '../contracts/driver.ts'
import type { Signal } from '../contracts/signals.ts'
import { guard, type Watched } from './guard.ts'
import { StreamSink, StreamSource } from './streams.ts'
import { groupMembers, sendSignal } from './system-processes.ts'

/** A real process, as the driver's contract sees it. */
export class SystemHandle implements Handle {
  readonly pid: number
  readonly clock: Clock
  readonly stdin: Sink | undefined
  readonly stdout: Source | undefined
  readonly stderr: Source | undefined
  readonly exit: Promise<Exit>
  readonly #child: ChildProcess
  readonly #leads: boolean
  readonly #watched: Watched

  constructor(child: ChildProcess & { readonly pid: number }, clock: Clock, command: Command) {
    this.#child = child
    this.pid = child.pid
    this.clock = clock
    this.#leads = !command.foreground && process.platform !== 'win32'
    this.#watched = guard.add(this.#leads ? -this.pid : this.pid, command.spared)
    this.stdin = child.stdin ? new StreamSink(child.stdin) : undefined
    this.stdout = child.stdout ? new StreamSource(child.stdout) : undefined
    this.stderr = child.stderr ? new StreamSource(child.stderr) : undefined
    this.exit = this.#watch()
  }

  kill(signal: Signal, whom: 'process' | 'group'): boolean {
    if (whom === 'process' || !this.#leads) return this.#child.kill(signal)
    return sendSignal(-this.pid, signal)
  }

  async survivors(): Promise<readonly number[]> {
    if (this.#leads) return groupMembers(this.pid)
    return this.#child.exitCode === null && this.#child.signalCode === null ? [this.pid] : []
  }

  /** Whether it runs, or has left somebody of its group. */
  get active(): boolean {
    return this.#watched.active
  }

  #watch(): Promise<Exit> {
    return new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        guard.leaderGone(this.#watched)
        resolve({ code, signal })
      })
    })
  }
}
