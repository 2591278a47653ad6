import { CpuShare } from '../contracts/cpu-share.ts'
import type { ProcessUsage } from '../contracts/process-table.ts'
import type { Level } from './cage.ts'

/** What a rehearsed process uses: the levels that its steps set, and the processor time that they add up to. */
export class Usage {
  readonly #share = new CpuShare()
  readonly #onChange: (level: Level) => void
  #memory = 0
  #cpu = 0
  #frozen = false
  #spent = 0
  #age = 0

  constructor(onChange: (level: Level) => void) {
    this.#onChange = onChange
  }

  /** From this age on it uses so much. */
  change(age: number, { memory = this.#memory, cpu = this.#cpu }: { memory?: number; cpu?: number }): void {
    this.#grow(age)
    this.#memory = memory
    this.#cpu = cpu
    this.#tell()
  }

  /** A process that is stopped keeps its memory and gets no processor time. */
  freeze(age: number, frozen: boolean): void {
    this.#grow(age)
    this.#frozen = frozen
    this.#tell()
  }

  look(age: number): ProcessUsage {
    this.#grow(age)
    // In its first instant a process has no past to take the share of.
    const cpu = age === 0 ? this.#level : this.#share.look(this.#spent, age)
    return { memory: this.#memory, cpu, uptime: age }
  }

  /** The process is over: what it has spent stays, and its memory is given back. */
  end(age: number): void {
    this.change(age, { memory: 0, cpu: 0 })
  }

  /** What it holds and has spent at this age. */
  at(age: number): { readonly memory: number; readonly cpuTime: number } {
    this.#grow(age)
    return { memory: this.#memory, cpuTime: this.#spent }
  }

  get #level(): number {
    return this.#frozen ? 0 : this.#cpu
  }

  #tell(): void {
    this.#onChange({ spent: this.#spent, share: this.#level, memory: this.#memory })
  }

  #grow(age: number): void {
    this.#spent += this.#level * (age - this.#age)
    this.#age = age
  }
}
