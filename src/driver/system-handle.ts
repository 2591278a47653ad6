import type { ChildProcess } from 'node:child_process'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Exit, Handle, Sink, Source } from '../contracts/driver.ts'
import type { Signal } from '../contracts/signals.ts'
import { guard } from './guard.ts'
import { StreamSink, StreamSource } from './streams.ts'
import { groupExists, groupMembers, sendSignal } from './system-processes.ts'

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

  constructor(child: ChildProcess & { readonly pid: number }, clock: Clock, command: Command) {
    this.#child = child
    this.pid = child.pid
    this.clock = clock
    this.#leads = !command.foreground && process.platform !== 'win32'
    this.stdin = child.stdin ? new StreamSink(child.stdin) : undefined
    this.stdout = child.stdout ? new StreamSource(child.stdout) : undefined
    this.stderr = child.stderr ? new StreamSource(child.stderr) : undefined
    this.exit = this.#watch(command.spared)
  }

  kill(signal: Signal, whom: 'process' | 'group'): boolean {
    if (whom === 'process' || !this.#leads) return this.#child.kill(signal)
    return sendSignal(-this.pid, signal)
  }

  async survivors(): Promise<readonly number[]> {
    if (this.#leads) return groupMembers(this.pid)
    return this.#child.exitCode === null && this.#child.signalCode === null ? [this.pid] : []
  }

  /** Whether its group still exists, once it is over itself. */
  leavesAnybody(): boolean {
    return this.#leads && groupExists(this.pid)
  }

  #watch(spared: boolean | undefined): Promise<Exit> {
    const target = this.#leads ? -this.pid : this.pid
    guard.add(target, spared)
    return new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        guard.leaderGone(target)
        resolve({ code, signal })
      })
    })
  }
}
