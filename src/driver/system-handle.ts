import type { ChildProcess } from 'node:child_process'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Exit, Handle, Sink, Source } from '../contracts/driver.ts'
import type { Signal } from '../contracts/signals.ts'
import type { Cage } from './cage.ts'
import { Caged } from './caged.ts'
import { guard, type Watched } from './guard.ts'
import type { SystemPlan } from './isolation-plan.ts'
import { StreamSink, StreamSource } from './streams.ts'
import { groupMembers, isTaken, sendSignal } from './system-processes.ts'

/** What a process was started as. */
export interface Started {
  readonly clock: Clock
  readonly command: Command
  /** What was done to keep it apart, where something was. */
  readonly plan: SystemPlan | undefined
  readonly cage: Cage | undefined
}

/** A real process, as the driver's contract sees it. */
export class SystemHandle implements Handle {
  readonly pid: number
  readonly clock: Clock
  readonly stdin: Sink | undefined
  readonly stdout: Source | undefined
  readonly stderr: Source | undefined
  readonly exit: Promise<Exit>
  readonly unenforced: Handle['unenforced']
  readonly #child: ChildProcess
  readonly #leads: boolean
  /** Whether a wrapper has the pid, and the program is another process of the group. */
  readonly #fronted: boolean
  readonly #caged: Caged | undefined
  readonly #watched: Watched

  constructor(child: ChildProcess & { readonly pid: number }, { clock, command, plan, cage }: Started) {
    this.#child = child
    this.pid = child.pid
    this.clock = clock
    this.#leads = !command.foreground && process.platform !== 'win32'
    this.#fronted = plan?.fronted ?? false
    this.unenforced = plan?.memory !== undefined && plan.watched.length > 0 ? { memory: plan.memory } : undefined
    this.#caged = cage && new Caged(cage, this.pid)
    const killTree = cage?.wholeTree ? () => cage.kill() : undefined
    this.#watched = guard.add(this.#leads ? -this.pid : this.pid, command.spared, killTree)
    this.stdin = child.stdin ? new StreamSink(child.stdin) : undefined
    this.stdout = child.stdout ? new StreamSource(child.stdout) : undefined
    this.stderr = child.stderr ? new StreamSource(child.stderr) : undefined
    this.exit = this.#watch()
  }

  kill(signal: Signal, whom: 'process' | 'group'): boolean {
    if (!this.#leads || (whom === 'process' && !this.#fronted)) return this.#child.kill(signal)
    const reached = !this.#isLost && sendSignal(-this.pid, signal)
    return whom === 'group' && this.#caged ? this.#caged.signalOthers(signal) || reached : reached
  }

  async survivors(): Promise<readonly number[]> {
    if (this.#caged?.wholeTree) return this.#caged.executing()
    if (this.#leads) return this.#isLost ? [] : groupMembers(this.pid)
    return this.#isOver ? [] : [this.pid]
  }

  /** Whether it runs, or has left somebody of its group. */
  get active(): boolean {
    return this.#watched.active
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Whether nobody of the group is left, and a stranger has its number. */
  get #isLost(): boolean {
    return this.#isOver && isTaken(this.pid)
  }

  #watch(): Promise<Exit> {
    return new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        guard.leaderGone(this.#watched)
        const memory = this.#caged?.retire()
        resolve(memory === undefined ? { code, signal } : { code, signal, memory })
      })
    })
  }
}
