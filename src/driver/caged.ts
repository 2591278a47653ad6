import type { Signal } from '../contracts/signals.ts'
import type { Cage } from './cage.ts'
import { readRow } from './proc.ts'
import { executing, sendSignal } from './system-processes.ts'

/** How often it is looked whether somebody was killed for the memory of all, and how often a cage is tried to be taken away. */
const LOOK = 100
const RETRY = 20
const RETRIES = 50

/** A process that lives in a cage. */
export class Caged {
  readonly #cage: Cage
  readonly #pid: number
  readonly #looking: NodeJS.Timeout

  constructor(cage: Cage, pid: number) {
    this.#cage = cage
    this.#pid = pid
    // Some kernels kill one process of a group and leave the others: the limit is that of all of them.
    this.#looking = setInterval(() => this.#endIfExceeded(), LOOK).unref()
  }

  get wholeTree(): boolean {
    return this.#cage.wholeTree
  }

  /** Signals those that have left its group, where all of them are one. Says whether there was anybody. */
  signalOthers(signal: Signal): boolean {
    if (!this.wholeTree) return false
    const others = this.#cage.members().filter((pid) => readRow(pid)?.group !== this.#pid)
    const reached = others.filter((pid) => sendSignal(pid, signal)).length > 0
    // Others may have been born meanwhile.
    if (signal === 'SIGKILL') this.#cage.kill()
    return reached
  }

  /** Who of it executes. */
  async executing(): Promise<readonly number[]> {
    const members = this.#cage.members()
    return members.length === 0 ? [] : (await executing(members)).map(({ pid }) => pid)
  }

  /** The process itself is over. Gives back the limit that it, or what it started, was killed for. */
  retire(): number | undefined {
    clearInterval(this.#looking)
    const exceeded = this.#cage.exceeded()
    if (this.wholeTree || exceeded !== undefined) this.#cage.kill()
    this.#takeAway(RETRIES)
    return exceeded
  }

  #endIfExceeded(): void {
    if (this.#cage.exceeded() !== undefined) this.#cage.kill()
  }

  #takeAway(tries: number): void {
    if (this.#cage.remove() || tries === 0) return
    setTimeout(() => this.#takeAway(tries - 1), RETRY).unref()
  }
}
