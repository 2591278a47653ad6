import type { SoftHard } from '../contracts/isolation.ts'
import type { FakeProcess } from './fake-process.ts'
import type { HeapTimer } from './timer-heap.ts'

const SECOND = 1000

/** Signals a process that has had its processor time: XCPU at the soft limit and each second after it, KILL at the hard one. */
export class CpuLimit {
  readonly #process: FakeProcess
  readonly #hard: number
  #next: number
  #timer: HeapTimer | undefined

  constructor(process: FakeProcess, { soft, hard }: SoftHard) {
    this.#process = process
    this.#next = soft * SECOND
    this.#hard = hard * SECOND
  }

  /** It has spent so many milliseconds, and goes on with this share of a core. */
  uses(spent: number, share: number): void {
    this.stop()
    if (share === 0) return
    const { clock } = this.#process
    this.#timer = clock.schedule(() => this.#reached(share), Math.max(0, this.#next - spent) / share, 0)
  }

  stop(): void {
    this.#process.clock.clearTimeout(this.#timer)
  }

  #reached(share: number): void {
    const spent = this.#next
    const isLast = spent >= this.#hard
    this.#next = Math.min(spent + SECOND, this.#hard)
    this.#process.receive(isLast ? 'SIGKILL' : 'SIGXCPU')
    if (this.#process.alive) this.uses(spent, share)
  }
}
